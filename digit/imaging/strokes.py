"""Strokes as MNIST's pens and scanner would have left them: hairlines made readable, staircases made smooth.

A pen line of a hundredth of the digit's height would fade to grey in a 20x20 box, where MNIST's pens are two to three
pixels wide; a digit drawn in whole pixels at that size has hard steps, where MNIST's edges are soft.
"""

from __future__ import annotations

import cv2
import numpy as np

from digit.imaging.constants import SHARED
from digit.imaging.normalization import BOX_SIZE
from digit.types import Box, FloatArray

THINNEST: float = SHARED["strokes"]["THINNEST"]
"""Narrower strokes are widened, in pixels of the 20x20 box: one digit of MNIST in a thousand is below."""
WANTED: float = SHARED["strokes"]["WANTED"]
"""What they are widened to: a quarter of MNIST has thinner strokes, half has thicker ones than 2.4."""
HARD: float = SHARED["strokes"]["HARD"]
"""Ink with fewer soft pixels than this share of its full ones has hard edges; MNIST's softest digit has 0.30."""
COARSE: int = SHARED["strokes"]["COARSE"]
"""Hard edges are smoothed on digits of up to this many times 20 pixels: larger ones are averaged when they shrink."""
SOFTNESS: float = SHARED["strokes"]["SOFTNESS"]
"""Standard deviation of the smoothing, in pixels of the 20x20 box."""
SCALE: int = SHARED["strokes"]["SCALE"]
"""Strokes are widened in a box of this many times 20 pixels: a step there is two fifths of a pixel of width."""


def stroke_width(ink: FloatArray) -> float:
    """Mean width of the strokes, in pixels: twice the area over the length of the outline.

    The outline's length is the total variation of the ink, which holds for soft edges too.
    """
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    here = padded[:-1, :-1]
    steps = cv2.magnitude(cv2.absdiff(padded[:-1, 1:], here), cv2.absdiff(padded[1:, :-1], here))
    outline = cv2.sumElems(steps)[0]
    return 2 * float(ink.sum()) / outline if outline else 0.0


def prepare_strokes(ink: FloatArray, box: Box) -> FloatArray:
    """The ink of `box`, with hard edges smoothed and hairlines widened where needed; otherwise just cropped.

    Args:
        ink: float32 of shape (H, W), 0 to 1.
        box: (x, y, w, h) of the digit.

    Returns:
        float32 of any shape, 0 to 1, fit for `normalize_ink`.
    """
    x, y, width, height = box
    return widen_hairlines(soften_edges(ink[y : y + height, x : x + width]))


def soften_edges(crop: FloatArray) -> FloatArray:
    """Smooth the steps of a coarse digit in whole pixels, as an anti-aliased pen would have drawn it.

    Args:
        crop: float32 of shape (H, W), 0 to 1, cropped to the ink.

    Returns:
        `crop` itself where it is large or soft already, else a larger float32 array.
    """
    side = max(crop.shape)
    if side > COARSE * BOX_SIZE:
        return crop
    full = np.count_nonzero(crop >= 0.9)
    if np.count_nonzero(crop > 0.1) - full > HARD * full:
        return crop
    sigma = SOFTNESS * side / BOX_SIZE
    pad = 1 + round(2.5 * sigma)
    padded = cv2.copyMakeBorder(crop, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
    return np.asarray(cv2.GaussianBlur(padded, (0, 0), sigma), np.float32)


def widen_hairlines(crop: FloatArray) -> FloatArray:
    """Widen strokes that are too thin for a 20x20 box.

    Args:
        crop: float32 of shape (H, W), 0 to 1, cropped to the ink.

    Returns:
        `crop` itself where its strokes are wide enough, else a larger float32 array.
    """
    height, width = crop.shape
    relative = BOX_SIZE / max(width, height)
    present = stroke_width(crop) * relative
    if present >= THINNEST:
        return crop
    scale = SCALE * relative
    # Bilinear keeps a hairline's peak where averaging would fade it, so a large crop is thickened before it shrinks.
    missing = (WANTED - present) * SCALE
    if scale < 1:
        return _dilate(crop, missing / scale)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    enlarged: FloatArray = cv2.resize(crop, size, interpolation=cv2.INTER_LINEAR).astype(np.float32, copy=False)
    return _dilate(enlarged, missing)


def _dilate(crop: FloatArray, growth: float) -> FloatArray:
    """Widen strokes by `growth` pixels, half of it on each side."""
    diameter = max(1, round(growth)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter))
    padded = cv2.copyMakeBorder(crop, diameter, diameter, diameter, diameter, cv2.BORDER_CONSTANT)
    wide: FloatArray = cv2.dilate(padded, kernel).astype(np.float32, copy=False)
    return wide
