"""How wide the strokes are, and the hairlines among them made readable.

Knows ink. A pen line that is a hundredth of the digit's height would fade to grey in a 20x20 box; MNIST's pens are
two to three pixels wide there.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.normalization import BOX_SIZE, Box

FloatArray = NDArray[np.float32]

THINNEST = 1.3
"""Narrower strokes are widened, in pixels of the 20x20 box: one digit of MNIST in a thousand is below."""
WANTED = 2.0
"""What they are widened to: a quarter of MNIST has thinner strokes, half has thicker ones than 2.4."""
_SCALE = 5
"""Strokes are widened in a box of this many times 20 pixels: a step there is two fifths of a pixel of width."""


def stroke_width(ink: FloatArray) -> float:
    """Mean width of the strokes, in pixels: twice the area over the length of the outline.

    The outline's length is the total variation of the ink, which holds for soft edges too.
    """
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    across = cv2.absdiff(padded[:, 1:], padded[:, :-1]).astype(np.float64)[:-1]
    down = cv2.absdiff(padded[1:], padded[:-1]).astype(np.float64)[:, :-1]
    outline = float(np.sqrt(across * across + down * down).sum())
    return 2 * float(ink.sum()) / outline if outline else 0.0


def widen_hairlines(ink: FloatArray, box: Box) -> FloatArray:
    """The ink of `box`, with strokes too thin for a 20x20 box widened; otherwise just cropped.

    Args:
        ink: float32 of shape (H, W), 0 to 1.
        box: (x, y, w, h) of the digit.

    Returns:
        float32 of any shape, 0 to 1, fit for `normalize_ink`.
    """
    x, y, width, height = box
    crop = ink[y : y + height, x : x + width]
    relative = BOX_SIZE / max(width, height)
    present = stroke_width(crop) * relative
    if present >= THINNEST or min(width, height) == 0:
        return crop
    scale = _SCALE * relative
    # Bilinear keeps a hairline's peak where averaging would fade it, so a large crop is thickened before it shrinks.
    missing = (WANTED - present) * _SCALE
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
