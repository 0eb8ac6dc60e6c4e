"""Contrast with the paper, and what is measured on it: grain, the level of the ink, clutter, how well the paper fits.

A contrast is a float32 map (H, W) in levels of 255.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.constants import SHARED
from digit.imaging.marks import smallest_mark
from digit.types import FloatArray

MIN_CONTRAST: float = SHARED["contrast"]["MIN_CONTRAST"]
"""Fainter marks are not writing, in levels of 255: JPEG and paper texture reach this."""
_BAND = 10_000
"""Pixels of a band in which contrasts are worked out."""
_MEAN = np.full((1, 3), 1 / 3, np.float32)


def difference_to(picture: NDArray[np.uint8] | FloatArray, paper: FloatArray) -> FloatArray:
    """`picture - paper`, float32 (H, W, 3), for paper of one colour (3,) or a map (H, W, 3); for one colour three times
    as fast as NumPy's broadcasting."""
    if paper.ndim == 3:
        return np.asarray(cv2.subtract(picture, paper, dtype=cv2.CV_32F), np.float32)
    return np.asarray(cv2.subtract(picture, _scalar(paper), dtype=cv2.CV_32F), np.float32)


def _scalar(colour: FloatArray) -> NDArray[np.float64]:
    """A colour (3,) as OpenCV takes it beside a picture."""
    scalar = np.zeros((4, 1))
    scalar[:3, 0] = colour
    return scalar


def colour_contrast(picture: NDArray[np.uint8] | FloatArray, paper: FloatArray) -> FloatArray:
    """How strongly each pixel differs from the paper: root mean square over red, green and blue.

    Args:
        picture: uint8 or float32 (H, W, 3).
        paper: one colour (3,) or a map (H, W, 3), float32, in levels of 255.

    Returns:
        float32 of shape (H, W), in levels of 255.
    """
    x, y, width, height = _off_paper(picture, paper)
    contrast = np.zeros(picture.shape[:2], np.float32)
    # Band by band: what lies between stays in the processor's cache and costs no fresh pages, twice as fast in all.
    step = max(1, _BAND // max(1, width))
    for top in range(y, y + height, step):
        band = np.s_[top : min(top + step, y + height), x : x + width]
        difference = difference_to(picture[band], paper if paper.ndim == 1 else paper[band])
        cv2.multiply(difference, difference, dst=difference)
        contrast[band] = cv2.sqrt(cv2.transform(difference, _MEAN))
    return contrast


def _off_paper(picture: NDArray[np.uint8] | FloatArray, paper: FloatArray) -> tuple[int, int, int, int]:
    """The box (x, y, w, h) around all that is not exactly the paper: on a drawing a small part of the picture."""
    height, width = picture.shape[:2]
    if picture.dtype != np.uint8 or paper.ndim == 3 or (paper != np.rint(paper)).any():
        return 0, 0, width, height
    off = np.asarray(cv2.absdiff(picture, _scalar(paper)))
    left, top, across, down = cv2.boundingRect(off.reshape(height, -1))
    return left // 3, top, -(-(left + across) // 3) - left // 3, down


def ink_contrast(difference: FloatArray, contrast: FloatArray, strong: NDArray[np.bool_]) -> FloatArray:
    """How strongly each pixel differs from the paper in the direction of the ink's colour.

    Marks of another colour count by what they share with the ink, and what is off the paper to the other side, as
    glare is beside dark ink, does not count at all.

    Args:
        difference: float32 (H, W, 3), picture minus paper.
        contrast: its `colour_contrast`, (H, W).
        strong: bool (H, W), the surest ink; where its colours point both ways, `contrast` is returned as it is.
    """
    colour = difference[strong].mean(axis=0)
    length = float(np.linalg.norm(colour))
    if length < 0.7 * 3**0.5 * float(contrast[strong].mean()):
        return contrast
    projected = difference @ (colour / np.float32(length * 3**0.5)).astype(np.float32)
    positive: FloatArray = np.maximum(projected, np.float32(0))
    return positive


def misfit(contrast: FloatArray) -> float:
    """How badly the paper is explained: mean contrast of the quieter 85 % of the picture, which hold little ink."""
    values = np.sort(contrast[::3, ::3], axis=None)
    return float(values[: max(1, round(0.85 * values.size))].mean())


def two_toned(contrast: FloatArray) -> bool:
    """Whether nearly all pixels are either paper or ink of one strength, as in a drawing: then no shadow is in it."""
    level = ink_level(contrast, MIN_CONTRAST)
    if level is None:
        return True
    relative = contrast * np.float32(1 / level)
    between = ((relative > 0.15) & (relative < 0.85)) | (relative > 1.3)
    return float(between.mean()) < 0.03


def grain(contrast: FloatArray) -> float:
    """Standard deviation of the paper, in levels of 255, from the quietest quarter of the picture: it holds as long as
    the ink covers less than half."""
    values = np.ascontiguousarray(contrast[::2, ::2])
    if cv2.countNonZero(values) < 0.7 * values.size:
        return 0.0  # over a quarter is paper without any grain, as in every drawing
    return float(np.quantile(values, 0.25)) / 0.5


def ink_level(contrast: FloatArray, threshold: float) -> float | None:
    """The contrast of full ink: the median of the upper one of the two classes that Otsu's method finds above
    `threshold`; None when fewer pixels are above it than writing has."""
    above = contrast > threshold
    x, y, width, height = cv2.boundingRect(above.view(np.uint8))
    marks = np.s_[y : y + height, x : x + width]
    values = contrast[marks][above[marks]]
    if values.size < smallest_mark(contrast):
        return None
    scaled = np.minimum(values, 255).astype(np.uint8)
    split, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    upper = values[scaled > split]
    darkest = values.max()
    if 2 * np.count_nonzero(upper == darkest) > upper.size:
        return float(darkest)  # the median of most drawings, and four times as fast
    return float(np.median(upper if upper.size else values))


def clutter_level(contrast: FloatArray, level: float) -> float:
    """What the paper shows away from the ink: rules, texture, shadows, the other side's writing."""
    reach = max(2, round(0.02 * max(contrast.shape)))
    step = 1 if contrast.size < 10_000 else 2
    # Around the marks of a drawing all is bare paper: it is counted rather than looked at.
    x, y, width, height = cv2.boundingRect((contrast != 0).view(np.uint8))
    top, left = (max(0, start - reach) // step * step for start in (y, x))
    part = contrast[top : y + height + reach, left : x + width + reach]
    strong = (part > 0.5 * level).view(np.uint8)
    near = cv2.dilate(strong, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    sample, away = part[::step, ::step], near[::step, ::step] == 0
    whole = math.ceil(contrast.shape[0] / step) * math.ceil(contrast.shape[1] / step)
    bare = whole - sample.size
    count = bare + np.count_nonzero(away)
    if count < 16 or np.count_nonzero(away & (sample != 0)) < 0.02 * count:
        return 0.0
    return float(np.quantile(np.concatenate([np.zeros(bare, np.float32), sample[away]]), 0.98))
