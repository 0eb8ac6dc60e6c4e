"""Finished networks to the files that serve, checked against the networks."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digit.errors import ArtifactError
from digit.numbers.finder import CELL, Finder, normalized, padded_to, unfolded
from digit.numbers.reader import Reader
from digit.recognition.probability import softmax
from digit.types import FloatArray

READER_TOLERANCE = 0.03
"""Share of the probability that may lie elsewhere in the LiteRT file's answer to a line than in the network's (mean
total variation of the steps): its weights have 8 bits."""
FINDER_TOLERANCE = 0.03
"""Mean difference of the probabilities of the core that is allowed on a page, likewise."""
LARGEST = 4_000_000
"""Bytes that the two files may have together: they are downloaded with every start of a fresh Space."""


def export(model: Any, path: Path) -> None:
    """Write a `.tflite` with weights of 8 bits; other backends than TensorFlow write floats."""
    options: dict[str, Any] = {}
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        options = {"optimizations": [tf.lite.Optimize.DEFAULT]}
    with contextlib.redirect_stdout(io.StringIO()):  # the converter prints the signature
        model.export(path, format="litert", verbose=False, **options)


def reader_parity(model: Any, reader: Reader, lines: Sequence[FloatArray]) -> float:
    """The largest share of a line's probability that lies elsewhere in the file's answer.

    Args:
        lines: line images, see `digit.numbers.line_image.fit_line`.

    Raises:
        ArtifactError: it is more than `READER_TOLERANCE`.
    """
    difference = 0.0
    for line in lines:
        logits = keras.ops.convert_to_numpy(model(line[np.newaxis, :, :, np.newaxis], training=False))[0]
        moved = np.abs(softmax(logits) - np.exp(reader.steps(line))).sum(axis=-1) / 2
        difference = float(np.maximum(difference, moved.mean()))  # NaN stays NaN
    return _checked(difference, READER_TOLERANCE, "reader")


def finder_parity(model: Any, finder: Finder, pages: Sequence[NDArray[np.uint8]]) -> float:
    """The largest mean difference of the probabilities of the core, of these pictures, uint8 (H, W).

    Raises:
        ArtifactError: it is more than `FINDER_TOLERANCE`.
    """
    difference = 0.0
    for grey in pages:
        padded = padded_to(normalized(grey), 4 * CELL)
        answer = keras.ops.convert_to_numpy(model(padded[np.newaxis, :, :, np.newaxis], training=False))[0]
        own, served = unfolded(answer)[..., 0], finder.look(grey)[..., 0]
        own = own[: served.shape[0], : served.shape[1]]
        difference = float(np.maximum(difference, np.abs(_sigmoid(own) - _sigmoid(served)).mean()))  # NaN stays NaN
    return _checked(difference, FINDER_TOLERANCE, "finder")


def _checked(difference: float, tolerance: float, name: str) -> float:
    if not difference <= tolerance:
        raise ArtifactError(
            f"{name}.tflite and its Keras network differ by {100 * difference:.2g} % of the probability; "
            f"{100 * tolerance:.0f} % is allowed."
        )
    return difference


def _sigmoid(values: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-values)), np.float32)
