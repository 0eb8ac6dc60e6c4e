"""The reader's network."""

from __future__ import annotations

from typing import Any

import keras

from digit.learning.numbers.layers import convolution, residual
from digit.learning.numbers.settings import ReaderSettings
from digit.numbers.ctc import BLANK, CLASSES
from digit.numbers.line_image import LINE_HEIGHT

LONGEST = 16
"""Characters of a training line at most."""


def build_reader(settings: ReaderSettings) -> Any:
    """The network: float32 line images (N, 40, W, 1), ink = 1, to logits (N, W / 2, `CLASSES`); W is a multiple of 4.

    Convolutions alone, so that a line may have any width: down to 5 rows and a quarter of the columns, then over all
    rows at once, then along the line. The last layer answers for two steps at each place, so that two thin digits
    within eight columns still have a blank between them.
    """
    first, second, third, fourth, last = settings.filters
    inputs = keras.Input((LINE_HEIGHT, None, 1), name="lines")
    x = convolution(inputs, first, 5, strides=2, name="first")
    x = convolution(x, second, 3, name="second")
    x = keras.layers.MaxPooling2D(2)(x)
    x = _stage(x, third, 3, settings.blocks[0], "third")
    x = keras.layers.MaxPooling2D((2, 1))(x)
    x = _stage(x, fourth, 3, settings.blocks[1], "fourth")
    x = keras.layers.Dropout(settings.dropout)(x)
    x = keras.layers.ZeroPadding2D((0, 1))(x)  # the columns alone: all rows become one
    x = convolution(x, last, (LINE_HEIGHT // 8, 3), padding="valid", name="column")
    for block in range(settings.blocks[2]):
        x = residual(x, last, (1, 5), name=f"line_{block}")
    x = keras.layers.Conv2D(2 * CLASSES, 1, dtype="float32", name="places")(x)
    outputs = keras.layers.Reshape((-1, CLASSES), dtype="float32", name="steps")(x)
    return keras.Model(inputs, outputs, name="reader")


def _stage(x: Any, filters: int, size: int, blocks: int, name: str) -> Any:
    x = convolution(x, filters, size, name=name)
    for block in range(blocks):
        x = residual(x, filters, size, name=f"{name}_{block}")
    return x


def accuracy(labels: Any, logits: Any) -> Any:
    """Share of the lines of a batch whose best steps, runs counted once and blanks left out, spell the whole label.

    Args:
        labels: int32 (N, 1 + `LONGEST`), see `digit.learning.numbers.reader.batches.labels_of`.
        logits: float32 (N, T, `CLASSES`).
    """
    ops = keras.ops
    labels = ops.cast(labels, "int32")
    as_written, labels = labels[:, :1], labels[:, 1:]
    best = ops.cast(ops.argmax(logits, axis=-1), "int32")
    best = ops.where(ops.logical_and(as_written == 0, best > 10), BLANK, best)
    before = ops.concatenate([ops.full_like(best[:, :1], -1), best[:, :-1]], axis=1)
    kept = ops.cast(ops.logical_and(best != before, best != BLANK), "int32")
    place = ops.minimum(ops.cumsum(kept, axis=1) * kept, LONGEST)  # 1 for the first character; 0 is none
    spelled = ops.sum(ops.one_hot(place, LONGEST + 1, dtype="int32")[..., 1:] * ops.expand_dims(best, -1), axis=1)
    right = ops.all(ops.equal(spelled, labels), axis=1)
    short = ops.sum(kept, axis=1) <= LONGEST
    return ops.mean(ops.cast(ops.logical_and(right, short), "float32"))
