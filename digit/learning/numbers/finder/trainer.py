"""Trains the finder on pages that are made while it learns. `KERAS_BACKEND=jax` or `torch` trains as well."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from digit.data.synthesis.glyphs import Glyphs
from digit.data.synthesis.pages import RealLine, make_page
from digit.learning.checkpoint import Checkpoint
from digit.learning.numbers.finder.batches import PageBatches, as_arrays
from digit.learning.numbers.finder.network import accuracy, build_finder, finder_loss
from digit.learning.numbers.fitting import as_float32, built, fit, prepare
from digit.learning.numbers.settings import FinderSettings
from digit.types import FloatArray

VALIDATION_PAGES = 50


def train_finder(
    glyphs: Glyphs,
    letters: Sequence[FloatArray],
    real: Sequence[RealLine],
    validation: Glyphs,
    settings: FinderSettings,
    *,
    start: Any = None,
    checkpoint: Checkpoint | None = None,
    verbose: int = 2,
) -> tuple[Any, dict[str, list[float]]]:
    """Train one finder.

    Args:
        glyphs: digits that pages are written with.
        letters: what is no digit; may be empty.
        real: pictures with a line in a known place; may be empty.
        validation: digits that the pages of the validation are written with.
        start: a network whose weights to begin with.
        checkpoint: saved after each round; where its file exists, the training goes on from there.
        verbose: Keras's: 2 writes a line a round, 0 nothing.

    Returns:
        The network with its averaged weights, float32, and the history; its accuracy is the share of the places that
        are core or are taken for it which are both.

    Raises:
        SettingsError: a setting is not allowed, or the checkpoint is of another training.
    """
    prepare(settings.fit)
    model = built(lambda: build_finder(settings), settings.fit.precision)
    if start is not None:
        model.set_weights(start.get_weights())
    rng = np.random.default_rng((settings.fit.seed, 9))
    pages = as_arrays([make_page(validation, letters, (), rng, settings.side) for _ in range(VALIDATION_PAGES)])
    data = hashlib.sha256(glyphs.sha256.encode())
    for line in real:
        data.update(line.grey.tobytes())
    history = fit(
        model,
        PageBatches(glyphs, letters, real, settings),
        pages,
        settings.fit,
        checkpoint or Checkpoint(),
        {**asdict(settings), "data": data.hexdigest()[:12], "letters": len(letters)},
        loss=finder_loss,
        metrics=[accuracy],
        verbose=verbose,
    )
    return as_float32(lambda: build_finder(settings), model), history
