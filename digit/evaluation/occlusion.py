"""Occlusion maps: which parts of a digit image a prediction depends on."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from digit.types import FloatArray

PATCH = 5
"""Side of the occluding square in pixels: wider than a stroke, narrower than a digit."""
STRIDE = 2


def occlusion_map(
    probabilities: Callable[[FloatArray], FloatArray], digit_image: FloatArray, digit: int | None = None
) -> FloatArray:
    """How much each pixel supports the prediction (Zeiler and Fergus 2014, section 4.2).

    A square of paper covers one position after another. Where the probability of the digit falls, the covered ink
    supports the prediction; where it rises, the ink contradicts it. Takes one batch of 197 images.

    Args:
        probabilities: float32 digit images (N, 28, 28) to probabilities (N, 10), as `Recognizer.probabilities`.
        digit_image: float32 of shape (28, 28), ink = 1.
        digit: the digit to explain; None explains the most likely one.

    Returns:
        float32 of shape (28, 28), -1 to 1: mean fall of the probability over all squares that cover a pixel.
    """
    starts = np.arange(1 - PATCH // 2, 28 - PATCH // 2, STRIDE)
    corners = [(top, left) for top in starts for left in starts]
    images = np.repeat(digit_image[np.newaxis], len(corners) + 1, axis=0)
    for image, (top, left) in zip(images[1:], corners, strict=True):
        image[max(top, 0) : top + PATCH, max(left, 0) : left + PATCH] = 0
    answers = probabilities(images)
    chosen = int(answers[0].argmax()) if digit is None else digit
    falls = answers[0, chosen] - answers[1:, chosen]
    total, count = np.zeros((28, 28), np.float32), np.zeros((28, 28), np.float32)
    for fall, (top, left) in zip(falls, corners, strict=True):
        place = np.s_[max(top, 0) : top + PATCH, max(left, 0) : left + PATCH]
        total[place] += fall
        count[place] += 1
    return cv2.GaussianBlur(total / np.maximum(count, 1), (0, 0), 1.0).astype(np.float32, copy=False)
