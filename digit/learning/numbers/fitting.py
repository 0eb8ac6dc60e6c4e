"""Trains one network with averaged weights, on batches that are made while it learns; interruptible."""

from __future__ import annotations

import json
from typing import Any, Protocol

import cv2
import keras

from digit.learning.checkpoint import Checkpoint, checkpoint_callbacks
from digit.learning.numbers.settings import FitSettings


class Batches(Protocol):
    """Batches of a training; those of one epoch are the same in every run."""

    def begin_epoch(self, epoch: int) -> None:
        """From now on, the batches of this epoch."""


def prepare(settings: FitSettings) -> None:
    """Seed Keras, and give the processor to the network: OpenCV's own threads would fight it for the cores.

    Raises:
        SettingsError: a setting is not allowed.
    """
    settings.check()
    cv2.setNumThreads(1)
    keras.utils.set_random_seed(settings.seed)


def fit(
    model: Any,
    batches: Batches,
    validation: tuple[Any, Any] | None,
    settings: FitSettings,
    checkpoint: Checkpoint,
    identity: dict[str, Any],
    *,
    loss: Any,
    metrics: list[Any],
    verbose: int,
) -> dict[str, list[float]]:
    """Train a network in place.

    Args:
        batches: a `keras.utils.PyDataset` of `settings.round_steps` batches.
        validation: inputs and labels; None measures nothing.
        checkpoint: saved after each round; where its file exists, the training goes on from there.
        identity: JSON that says which training this is; a checkpoint of another one is refused.
        verbose: Keras's: 2 writes a line a round, 0 nothing.

    Returns:
        The history, a value of each column for each round.

    Raises:
        SettingsError: the checkpoint is of another training.
    """
    identity = json.loads(json.dumps(identity))  # as it comes back from the file: tuples become lists
    total = settings.rounds * settings.round_steps
    warmup = round(settings.warmup * total)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 20,
        warmup_target=settings.learning_rate,
        warmup_steps=warmup,
        decay_steps=max(1, total - warmup),
        alpha=0.005,
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(
            schedule,
            weight_decay=settings.weight_decay,
            use_ema=True,
            ema_momentum=min(settings.ema_momentum, 1 - 10 / (total + 10)),
            global_clipnorm=1.0,
        ),
        loss=loss,
        metrics=metrics,
        jit_compile=False,  # compiled for each width anew, and slower on a CPU
    )
    if checkpoint.exists():
        checkpoint.restore(model, identity)
    with checkpoint_callbacks(checkpoint, identity, batches.begin_epoch) as callbacks:
        model.fit(
            batches,
            shuffle=False,
            epochs=settings.rounds,
            initial_epoch=checkpoint.epoch,
            validation_data=validation,
            validation_batch_size=25,
            callbacks=callbacks,
            verbose=verbose,
        )
    return checkpoint.history


def as_float32(build: Any, model: Any) -> Any:
    """The network of `build()` in float32, with the weights of a trained one."""
    final = build()
    final.set_weights(model.get_weights())
    return final


def built(build: Any, precision: str) -> Any:
    """The network of `build()` in a precision."""
    keras.config.set_dtype_policy(precision)
    try:
        return build()
    finally:
        keras.config.set_dtype_policy("float32")
