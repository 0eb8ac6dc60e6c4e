"""Keras network -> LiteRT file, checked against Keras on the same images.

Knows Keras and LiteRT; knows nothing of artifacts.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digit.errors import ArtifactError
from digit.litert import LiteModel

PARITY_TOLERANCE = 1e-3
"""Largest allowed difference of a logit: a thousandth changes a probability by less than 0.0003."""


def save_network(model: Any, keras_path: Path, tflite_path: Path, parity_images: NDArray[np.float32]) -> float:
    """Write the network as `.keras` (without the optimizer) and as `.tflite`, and check that both answer alike.

    Args:
        parity_images: float32 digit images (N, 28, 28) to compare on.

    Returns:
        The largest difference between two logits.

    Raises:
        ArtifactError: the two differ by more than `PARITY_TOLERANCE`, or one is not finite.
    """
    model.save(keras_path, include_optimizer=False)
    with contextlib.redirect_stdout(io.StringIO()):  # the converter prints the signature
        model.export(tflite_path, format="litert", verbose=False)
    return check_parity(model, tflite_path, parity_images)


def check_parity(model: Any, tflite_path: Path, digit_images: NDArray[np.float32]) -> float:
    """The largest difference of a logit between the Keras network and the LiteRT file, on the same digit images.

    Raises:
        ArtifactError: it is above `PARITY_TOLERANCE` or not finite.
    """
    expected = keras_logits(model, digit_images)
    actual = LiteModel(tflite_path)(digit_images)
    difference = float(np.abs(expected - actual).max())
    if not difference <= PARITY_TOLERANCE:
        raise ArtifactError(
            f"{tflite_path.name} and the Keras network differ by {difference:.2g} in a logit; "
            f"{PARITY_TOLERANCE} is allowed."
        )
    return difference


def keras_logits(model: Any, digit_images: NDArray[np.float32]) -> NDArray[np.float32]:
    """The Keras network's logits, float32 of shape (N, 10), of digit images (N, 28, 28)."""
    batches = np.array_split(digit_images[..., np.newaxis], max(1, len(digit_images) // 500))
    outputs = [keras.ops.convert_to_numpy(model(batch, training=False)) for batch in batches]
    return np.concatenate(outputs).astype(np.float32)
