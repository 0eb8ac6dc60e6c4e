"""The paper without the writing: one colour, a fitted surface, or the surroundings of each point.

Ink is what differs from the paper, so light on dark needs no case of its own.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.constants import SHARED
from digit.imaging.pixels import shrink
from digit.types import FloatArray

GRID_SIZE = 48
"""Longest side of the small copy on which paper is estimated, in pixels: paper changes slowly."""
_WIDE_SCALES = (1000.0, 90.0, 60.0, 40.0, 25.0, 16.0, 10.0, 8.0, 6.0, 6.0)
_NARROW_SCALES = (12.0, 12.0, 10.0, 8.0, 6.0, 6.0)
_INLIER = 8.0
"""Contrast at which a pixel is as much an outlier as not, in levels of 255."""
BORDER_SHARE: float = SHARED["background"]["BORDER_SHARE"]
"""How much the border counts against the whole picture when the paper's colour is sought: digits avoid the border,
but so does a sheet on a desk."""

_SPREAD = np.bartlett(23)[1:-1]
"""Paper in a photo spreads over some 20 levels; a triangle of that width finds its middle."""


def paper_colour(picture: NDArray[np.uint8]) -> FloatArray:
    """The commonest colour of a picture, uint8 (H, W, 3), with an extra weight for its border.

    Returns:
        float32 of shape (3,), in 0..255.
    """
    step = max(1, max(picture.shape[:2]) // 90)
    grey = np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[::step, ::step])
    border = grey if min(grey.shape) < 3 else np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    everywhere, at_border = (np.bincount(part.ravel(), minlength=256) / part.size for part in (grey, border))
    histogram = (1 - BORDER_SHARE) * everywhere + BORDER_SHARE * at_border
    peak = int(np.convolve(histogram, _SPREAD, mode="same").argmax())
    close = np.abs(grey.astype(np.int16) - peak) <= 10
    typical = np.flatnonzero(close)
    rows, columns = np.divmod(typical[:: len(typical) // 2000 + 1], grey.shape[1])
    colours = picture.reshape(-1, 3).take(step * (rows * picture.shape[1] + columns), axis=0)
    colour: FloatArray = np.median(colours, axis=0).astype(np.float32)
    return colour


def fit_surface(picture: NDArray[np.uint8], start: FloatArray) -> FloatArray:
    """Smooth paper under uneven light: a quadratic surface per channel, fitted robustly.

    Iteratively reweighted least squares with Geman-McClure weights whose scale shrinks from step to step, so that
    writing, desk and specks lose their say one after the other (Zhang 1997, "Parameter estimation techniques"). It is
    run from two scales, since a wide one takes pale ink for paper and a narrow one a shaded corner for ink; the fit
    with fewer outliers wins.

    Args:
        picture: uint8 of shape (H, W, 3).
        start: float32 (3,), the paper's commonest colour.

    Returns:
        float32 of shape (H, W, 3).
    """
    small = shrink(picture, GRID_SIZE).astype(np.float32)
    height, width = small.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)
    values = small.reshape(-1, 3)
    fits = [_reweighted(terms, values, start, scales) for scales in (_WIDE_SCALES, _NARROW_SCALES)]
    best = min(fits, key=lambda fit: outliers(np.sqrt(((values - fit) ** 2).mean(axis=1))))
    return _full_size(np.clip(best, 0, 255).reshape(height, width, 3).astype(np.float32), picture)


def _reweighted(terms: FloatArray, values: FloatArray, start: FloatArray, scales: tuple[float, ...]) -> FloatArray:
    surface = np.broadcast_to(start, values.shape)
    for scale in scales:
        squared = ((values - surface) ** 2).mean(axis=1)
        weight = (scale**2 / (scale**2 + squared)) ** 2
        weighted = terms * weight[:, np.newaxis]
        # A trace of ridge keeps pictures of one row, or of little paper, solvable.
        normal = weighted.T @ terms + 1e-3 * np.eye(6, dtype=np.float32)
        surface = terms @ np.linalg.solve(normal, weighted.T @ values)
    return surface


def outliers(contrast: FloatArray) -> float:
    """Share of the picture that the paper does not explain, 0 to 1, counted softly: the Geman-McClure loss."""
    squared = np.square(contrast)
    return float((squared / (squared + _INLIER**2)).mean())


def surroundings(picture: NDArray[np.uint8], share: float) -> FloatArray:
    """Paper with hard shadows: the median colour around each point, in two passes.

    The first, in a large window, finds the writing; the second, in a small window, follows the edges of the shadow on
    the picture without the writing.

    Args:
        picture: uint8 of shape (H, W, 3).
        share: large window as a share of the longest side; strokes must be well below half of it.

    Returns:
        float32 of shape (H, W, 3).
    """
    small = shrink(picture, 4 * GRID_SIZE)
    window = max(3, round(share * max(small.shape[:2])) | 1)
    coarse = cv2.medianBlur(small, window)
    difference = cv2.absdiff(small, coarse).max(axis=2)
    split, _ = cv2.threshold(difference, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    writing = cv2.dilate((difference > split).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    cleared = np.where(writing[..., np.newaxis], coarse, small).astype(np.uint8)
    fine = cv2.medianBlur(cleared, max(3, window // 5 | 1))
    return _full_size(fine.astype(np.float32), picture)


def _full_size(small: FloatArray, picture: NDArray[np.uint8]) -> FloatArray:
    height, width = picture.shape[:2]
    full: FloatArray = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32, copy=False)
    return full
