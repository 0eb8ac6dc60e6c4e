"""An ink map to a digit image: crop, scale, centre, as MNIST was made.

Nothing is cleaned here: every pixel above `INK_FLOOR` counts. The training calls `normalize_ink` on every augmented
sample, so it must be fast.
"""

from __future__ import annotations

import cv2
import numpy as np

from digit.imaging.constants import SHARED
from digit.types import Box, FloatArray

DIGIT_SIZE: int = SHARED["normalization"]["DIGIT_SIZE"]
BOX_SIZE: int = SHARED["normalization"]["BOX_SIZE"]
"""The ink's longer side, in pixels of the digit image (LeCun et al. 1998, section III.A)."""
INK_FLOOR: float = SHARED["normalization"]["INK_FLOOR"]
"""Share of the darkest ink that still belongs to the digit's box."""

_CENTRE = DIGIT_SIZE / 2
"""Pixel index of the centre of mass, in x and y: on MNIST its mean is 14.00 and its range 13.5 to 14.5."""


def normalize_ink(ink: FloatArray) -> FloatArray:
    """The digit image of an ink map, by MNIST's recipe (LeCun et al. 1998, "Gradient-based learning applied to
    document recognition", and yann.lecun.com/exdb/mnist).

    The ink is cropped, scaled into a 20x20 box with its aspect kept (area averaging), and moved by whole pixels until
    its centre of mass is at the centre of the 28x28 field. The darkest pixel becomes 1.

    Args:
        ink: float32 of shape (H, W), 0 to 1, ink = 1.

    Returns:
        float32 of shape (28, 28), ink = 1; all zero when there is no ink.
    """
    digit_image = np.zeros((DIGIT_SIZE, DIGIT_SIZE), np.float32)
    box = ink_box(ink)
    if box is None:
        return digit_image
    scaled = _fit(ink, box)
    peak = float(scaled.max())
    if peak <= 0:
        return digit_image
    column_sums, row_sums = scaled.sum(axis=0), scaled.sum(axis=1)
    total = float(row_sums.sum())
    left = _offset(float(column_sums @ _INDEX) / total)
    top = _offset(float(row_sums @ _INDEX) / total)
    np.multiply(scaled, 1 / peak, out=digit_image[top : top + BOX_SIZE, left : left + BOX_SIZE])
    return digit_image


def ink_box(ink: FloatArray) -> Box | None:
    """The smallest box (x, y, w, h) around all ink above `INK_FLOOR` of the darkest; None when there is no ink."""
    darkest = float(ink.max(initial=0))
    if darkest <= 0:
        return None
    x, y, width, height = cv2.boundingRect((ink > INK_FLOOR * darkest).view(np.uint8))
    return x, y, width, height


def _fit(ink: FloatArray, box: Box) -> FloatArray:
    """The ink of `box`, padded to a square so that its aspect is kept exactly, scaled to 20x20."""
    x, y, width, height = box
    side = max(width, height)
    square = np.zeros((side, side), np.float32)
    left, top = (side - width) // 2, (side - height) // 2
    square[top : top + height, left : left + width] = ink[y : y + height, x : x + width]
    if side == BOX_SIZE:
        return square
    # Area averaging is the anti-aliased way down; on the way up it would repeat pixels.
    method = cv2.INTER_AREA if side > BOX_SIZE else cv2.INTER_CUBIC
    scaled = cv2.resize(square, (BOX_SIZE, BOX_SIZE), interpolation=method)
    return np.clip(scaled, 0, 1).astype(np.float32, copy=False)


def _offset(centre_of_mass: float) -> int:
    """Where the 20x20 box starts in the field, in whole pixels; never so far out that ink would be lost."""
    return min(max(round(_CENTRE - centre_of_mass), 0), DIGIT_SIZE - BOX_SIZE)


_INDEX = np.arange(BOX_SIZE, dtype=np.float32)
