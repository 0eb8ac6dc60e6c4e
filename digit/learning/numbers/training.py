"""Trains the line reader: a convolutional network with CTC on lines that are made while it learns.

Knows lines, Keras and the checkpoint; knows neither model folders nor evaluation. `KERAS_BACKEND=jax` or `torch` trains
as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from digit.artifact import sha256_of
from digit.data.records.cheques import Cheque
from digit.data.synthesis.lines import Glyphs
from digit.learning.checkpoint import Checkpoint, checkpoint_callbacks, load_initial_weights
from digit.learning.numbers.batches import LONGEST, LineBatches
from digit.learning.numbers.ctc_loss import ctc_loss
from digit.learning.numbers.settings import LineSettings
from digit.numbers.ctc import BLANK, CLASSES
from digit.numbers.line_image import LINE_HEIGHT
from digit.types import FloatArray

READER = "line_reader"


def build_reader(settings: LineSettings) -> Any:
    """The network: float32 lines (N, 40, W, 1), ink = 1, to logits (N, W / 2, 11); W is a multiple of 4.

    Convolutions alone, so that a line may have any width: down to 5 rows and a quarter of the columns, then over all
    rows at once, then along the line. The last layer answers for two steps at each place, so that two thin digits
    within eight columns still have a blank between them.
    """
    first, second, third, fourth, last = settings.filters
    inputs = keras.Input((LINE_HEIGHT, None, 1), name="lines")
    x = _convolution(inputs, first, 5, strides=2)
    x = _convolution(x, second, 3)
    x = keras.layers.MaxPooling2D(2)(x)
    x = _convolution(x, third, 3)
    x = _residual(x, third, 3)
    x = keras.layers.MaxPooling2D((2, 1))(x)
    x = _convolution(x, fourth, 3)
    x = _residual(x, fourth, 3)
    x = keras.layers.Dropout(settings.dropout)(x)
    x = keras.layers.ZeroPadding2D((0, 1))(x)  # the columns alone: all rows become one
    x = _convolution(x, last, (LINE_HEIGHT // 8, 3), padding="valid")
    for _ in range(3):
        x = _residual(x, last, (1, 5))
    x = keras.layers.Conv2D(2 * CLASSES, 1, dtype="float32")(x)
    outputs = keras.layers.Reshape((-1, CLASSES), dtype="float32", name="steps")(x)
    return keras.Model(inputs, outputs, name=READER)


def merged(models: Sequence[Any]) -> Any:
    """One network of several: float32 lines (N, 40, W, 1) to the logits of each, (N, networks, W / 2, 11)."""
    inputs = keras.Input((LINE_HEIGHT, None, 1), name="lines")
    for number, model in enumerate(models, 1):
        model.name = f"{READER}_{number}"
    outputs = keras.ops.stack([model(inputs) for model in models], axis=1)
    return keras.Model(inputs, outputs, name=READER)


def train_reader(
    glyphs: Glyphs,
    cheques: list[Cheque],
    validation: tuple[FloatArray, NDArray[np.int32]],
    settings: LineSettings,
    *,
    start: Path | None = None,
    checkpoint: Checkpoint | None = None,
    verbose: int = 2,
) -> tuple[Any, dict[str, list[float]]]:
    """Train one line reader.

    Args:
        glyphs: digits that lines are put together from.
        cheques: real lines to learn from; may be empty.
        validation: lines (N, 40, W, 1) and their labels (N, `LONGEST`), see `labels_of`.
        start: a `reader.keras` whose weights to begin with.
        checkpoint: saved every `log_steps`; where its file exists, the training goes on from there.
        verbose: Keras's: 2 writes a line every `log_steps`, 0 nothing.

    Returns:
        The network with its averaged weights, float32, and the history: accuracy (share of whole lines), loss,
        val_accuracy, val_loss and learning_rate every `log_steps`.

    Raises:
        SettingsError: a setting is not allowed, `start` holds another network, or the checkpoint is of another
            training.
    """
    settings.check()
    cv2.setNumThreads(1)  # small pictures: OpenCV's own threads would only fight the network's for the cores
    keras.utils.set_random_seed(settings.seed)
    keras.config.set_dtype_policy(settings.precision)
    try:
        model = build_reader(settings)
    finally:
        keras.config.set_dtype_policy("float32")
    if start is not None:
        load_initial_weights(model, start)
    total = settings.steps
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
        loss=ctc_loss(),
        metrics=[accuracy],
        jit_compile=False,  # compiled for each width anew, and slower on a CPU
    )
    checkpoint = checkpoint or Checkpoint()
    purpose = _purpose(glyphs, cheques, validation, settings, start)
    if checkpoint.exists():
        checkpoint.restore(model, purpose)
    batches = LineBatches(glyphs, cheques, settings)
    with checkpoint_callbacks(checkpoint, purpose, batches.begin_epoch) as kept_callbacks:
        model.fit(
            batches,
            shuffle=False,
            epochs=total // settings.round_steps,
            initial_epoch=checkpoint.epoch,
            validation_data=validation,
            validation_batch_size=25,
            callbacks=kept_callbacks,
            verbose=verbose,
        )
    final = build_reader(settings)
    final.set_weights(model.get_weights())
    return final, checkpoint.history


def accuracy(labels: Any, logits: Any) -> Any:
    """Share of the lines of a batch whose best steps, runs counted once and blanks left out, spell the whole label."""
    ops = keras.ops
    best = ops.cast(ops.argmax(logits, axis=-1), "int32")
    before = ops.concatenate([ops.full_like(best[:, :1], -1), best[:, :-1]], axis=1)
    kept = ops.cast(ops.logical_and(best != before, best != BLANK), "int32")
    place = ops.cumsum(kept, axis=1) * kept  # 1 for the first digit; 0 is no digit
    spelled = ops.sum(ops.one_hot(place, LONGEST + 1, dtype="int32")[..., 1:] * ops.expand_dims(best, -1), axis=1)
    right = ops.all(ops.equal(spelled, ops.cast(labels, "int32")), axis=1)
    short = ops.sum(kept, axis=1) <= LONGEST
    return ops.mean(ops.cast(ops.logical_and(right, short), "float32"))


def _purpose(
    glyphs: Glyphs,
    cheques: list[Cheque],
    validation: tuple[FloatArray, NDArray[np.int32]],
    settings: LineSettings,
    start: Path | None,
) -> dict[str, Any]:
    """Which training this is, as JSON: a checkpoint of another one is refused."""
    data = hashlib.sha256(glyphs.sha256.encode())
    for cheque in cheques:
        data.update(cheque.ink.tobytes() + cheque.text.encode())
    for part in validation:
        data.update(part.tobytes())
    purpose = asdict(settings) | {"data": data.hexdigest()[:12], "start": sha256_of(start)[:12] if start else None}
    same: dict[str, Any] = json.loads(json.dumps(purpose))  # as it comes back from the file: tuples become lists
    return same


def _convolution(x: Any, filters: int, size: int | tuple[int, int], *, strides: int = 1, padding: str = "same") -> Any:
    x = keras.layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False)(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization()(x))


def _residual(x: Any, filters: int, size: int | tuple[int, int]) -> Any:
    added = keras.layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    added = keras.layers.BatchNormalization()(added)
    return keras.layers.ReLU()(keras.layers.Add()([x, added]))
