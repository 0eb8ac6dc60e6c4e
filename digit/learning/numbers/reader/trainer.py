"""Trains the reader on lines that are made while it learns. `KERAS_BACKEND=jax` or `torch` trains as well."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from digit.learning.checkpoint import Checkpoint
from digit.learning.numbers.fitting import as_float32, built, fit, prepare
from digit.learning.numbers.reader.batches import LabelledLine, LineBatches, Sources, as_arrays
from digit.learning.numbers.reader.loss import ctc_loss
from digit.learning.numbers.reader.network import accuracy, build_reader
from digit.learning.numbers.settings import ReaderSettings

FIELD = 256
"""Columns of a validation line."""


def train_reader(
    sources: Sources,
    validation: Sequence[LabelledLine],
    settings: ReaderSettings,
    *,
    start: Any = None,
    checkpoint: Checkpoint | None = None,
    verbose: int = 2,
) -> tuple[Any, dict[str, list[float]]]:
    """Train one reader.

    Args:
        sources: what lines are made of.
        validation: lines that are not trained on.
        start: a network whose weights to begin with.
        checkpoint: saved after each round; where its file exists, the training goes on from there.
        verbose: Keras's: 2 writes a line a round, 0 nothing.

    Returns:
        The network with its averaged weights, float32, and the history: accuracy (share of whole lines), loss,
        val_accuracy, val_loss and learning_rate of each round.

    Raises:
        SettingsError: a setting is not allowed, or the checkpoint is of another training.
    """
    prepare(settings.fit)
    model = built(lambda: build_reader(settings), settings.fit.precision)
    if start is not None:
        model.set_weights(start.get_weights())
    data = hashlib.sha256(sources.glyphs.sha256.encode())
    for lines in (sources.cells, sources.found, sources.cut, sources.cheques):
        for line in lines:
            data.update(line.ink.tobytes() + line.text.encode())
    history = fit(
        model,
        LineBatches(sources, settings),
        as_arrays(validation, np.random.default_rng((settings.fit.seed, 8)), FIELD),
        settings.fit,
        checkpoint or Checkpoint(),
        {**asdict(settings), "data": data.hexdigest()[:12]},
        loss=ctc_loss,
        metrics=[accuracy],
        verbose=verbose,
    )
    return as_float32(lambda: build_reader(settings), model), history
