"""Digits as other pens would write them: the middle of each stroke, and ink as far around it as a pen reaches.

MNIST's pens are thick, about a fifth of a digit's height; those of records are thin, a tenth or less.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.types import FloatArray

INKED = 100
"""Brighter pixels belong to a stroke, 0 to 255."""
UNIT = 16
"""Distances are kept in so many parts of a pixel."""
_AT_ONCE = 4000


def thinned(images: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Strokes brought down to lines of one pixel, bool of shape (N, H, W); by Zhang and Suen 1984, "A fast parallel
    algorithm for thinning digital patterns", Communications of the ACM."""
    kept = np.pad(images, ((0, 0), (1, 1), (1, 1))).astype(np.uint8)
    while True:
        before = int(kept.sum())
        for first in (True, False):
            around = [kept[:, 1 + y : kept.shape[1] - 1 + y, 1 + x : kept.shape[2] - 1 + x] for y, x in _AROUND]
            north, _, east, _, south, _, west, _ = around
            count = np.sum(around, axis=0, dtype=np.uint8)
            rises = np.zeros_like(count)
            for one, next_ in zip(around, [*around[1:], around[0]], strict=True):
                rises += next_ > one
            ends = (north & east & south) | (east & south & west)
            if not first:
                ends = (north & east & west) | (north & south & west)
            gone = (count >= 2) & (count <= 6) & (rises == 1) & (ends == 0)
            kept[:, 1:-1, 1:-1] &= ~gone
        if int(kept.sum()) == before:
            return kept[:, 1:-1, 1:-1].astype(bool)


def middle_distances(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """How far each pixel lies from the middle of a stroke, in `UNIT` parts of a pixel.

    Args:
        images: uint8 of shape (N, H, W), ink = 255.

    Returns:
        uint8 of the same shape; 255 for all that is farther.
    """
    distances = np.full(images.shape, 255, np.uint8)
    for start in range(0, len(images), _AT_ONCE):
        lines = thinned(images[start : start + _AT_ONCE] > INKED)
        for place, line in enumerate(lines, start):
            if line.any():
                away = cv2.distanceTransform((~line).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
                distances[place] = np.minimum(away * UNIT, 255)
    return distances


def written(distances: NDArray[np.uint8], size: tuple[int, int], pen: float) -> FloatArray:
    """The ink of a pen that goes along the middles of the strokes.

    Args:
        distances: of one digit, uint8 of shape (H, W), see `middle_distances`.
        size: width and height of the result, in pixels.
        pen: its width in pixels of the result.

    Returns:
        float32 of shape (height, width), 0 to 1.
    """
    scale = size[1] / distances.shape[0]
    smooth = cv2.GaussianBlur(distances.astype(np.float32), (0, 0), 0.6)
    away = cv2.resize(smooth, size, interpolation=cv2.INTER_CUBIC) * np.float32(scale / UNIT)
    # A smoothed distance is nowhere 0: a third of a pixel of the digit image is taken off.
    reach = np.float32(max(pen, 1.0) / 2 + 0.5 + 0.33 * scale)
    ink: FloatArray = np.clip(reach - away, 0, 1).astype(np.float32)
    return ink


_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Rows and columns of the eight neighbours, clockwise from the one above."""
