"""The finder's network and its loss."""

from __future__ import annotations

from typing import Any

import keras

from digit.learning.numbers.layers import convolution, residual
from digit.learning.numbers.settings import FinderSettings
from digit.numbers.finder import CHANNELS

CORE_WEIGHT, DICE_WEIGHT, HEIGHT_WEIGHT, ANGLE_WEIGHT = 2.0, 1.0, 1.0, 1.0
"""Parts of the loss; each is about as large as the others after the first rounds."""


def build_finder(settings: FinderSettings) -> Any:
    """The network: float32 pictures (N, H, W, 1), see `digit.numbers.finder.normalized`, to (N, H / 8, W / 8, 16).

    Convolutions alone, so that a picture may have any size in multiples of eight. It answers for 2 x 2 places at once,
    which saves the way up to a quarter of the resolution (sub-pixel convolution, Shi et al. 2016).
    """
    first, second, third = settings.filters
    inputs = keras.Input((None, None, 1), name="pictures")
    x = convolution(inputs, first, 5, strides=2, name="first")
    x = convolution(x, second, 3, strides=2, name="second")
    x = residual(x, second, 3, name="second_0")
    x = convolution(x, third, 3, strides=2, name="third")
    for block, size in enumerate(settings.blocks):
        x = residual(x, third, size, name=f"third_{block}")
    outputs = keras.layers.Conv2D(4 * CHANNELS, 1, dtype="float32", name="places")(x)
    return keras.Model(inputs, outputs, name="finder")


def finder_loss(truth: Any, answer: Any) -> Any:
    """Cross-entropy and dice of the core, and within it the distance of height and angle.

    Args:
        truth: float32 (N, H / 8, W / 8, 4 (1 + `CHANNELS`)): of each place its weight, then as the answer has them.
        answer: float32 (N, H / 8, W / 8, 4 `CHANNELS`).

    Returns:
        The loss of each page, (N,).
    """
    ops = keras.ops
    shape = ops.shape(answer)[:3]
    truth = ops.reshape(truth, (*shape, 4, 1 + CHANNELS))
    answer = ops.reshape(answer, (*shape, 4, CHANNELS))
    weight, core = truth[..., 0], truth[..., 1]
    logit = answer[..., 0]
    probability = ops.sigmoid(logit)
    # Most places are paper, and easily told: the hard ones count (focal loss, Lin et al. 2017).
    missed = ops.stop_gradient(core * (1 - probability) + (1 - core) * probability)
    entropy = ops.softplus(logit) - core * logit
    focal = ops.sum(weight * missed * entropy, axis=(1, 2, 3)) / (ops.sum(weight * missed, axis=(1, 2, 3)) + 8.0)
    both = ops.sum(weight * probability * core, axis=(1, 2, 3))
    either = ops.sum(weight * (ops.square(probability) + ops.square(core)), axis=(1, 2, 3))
    dice = 1 - (2 * both + 1) / (either + 1)
    inside = weight * core
    count = ops.sum(inside, axis=(1, 2, 3)) + 1.0
    height = ops.sum(inside * ops.abs(truth[..., 2] - answer[..., 1]), axis=(1, 2, 3)) / count
    turned = ops.sum(ops.abs(truth[..., 3:] - answer[..., 2:]), axis=-1)
    angle = ops.sum(inside * turned, axis=(1, 2, 3)) / count
    return CORE_WEIGHT * focal + DICE_WEIGHT * dice + HEIGHT_WEIGHT * height + ANGLE_WEIGHT * angle


def accuracy(truth: Any, answer: Any) -> Any:
    """Share of the places that are core or are taken for it which are both (intersection over union), of a batch."""
    ops = keras.ops
    shape = ops.shape(answer)[:3]
    truth = ops.reshape(truth, (*shape, 4, 1 + CHANNELS))
    core = truth[..., 0] * truth[..., 1]
    taken = ops.cast(ops.reshape(answer, (*shape, 4, CHANNELS))[..., 0] > 0, "float32") * truth[..., 0]
    return (ops.sum(core * taken) + 1) / (ops.sum(ops.maximum(core, taken)) + 1)
