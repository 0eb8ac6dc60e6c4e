"""A picture to its ink: how much each pixel differs from the paper, from 0 (paper) to 1 (the pen's full colour).

Knows colours and contrast; which of the marks are the digit is the business of `marks`.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.background import fit_surface, paper_colour
from digit.imaging.marks import keep_digit, remove_rules, remove_surround

FloatArray = NDArray[np.float32]

MIN_CONTRAST = 9.0
"""Fainter marks are not writing, in levels of 255: JPEG and paper texture reach this."""
NOISE_FACTOR = 5.0
"""Writing stands out from the paper's grain by at least this many standard deviations."""


def extract_ink(picture: NDArray[np.uint8]) -> FloatArray:
    """The ink of the digit on a picture.

    Args:
        picture: uint8 of shape (H, W, 3), RGB, at working size.

    Returns:
        float32 of shape (H, W), 0 to 1, ink = 1: the digit alone, soft at its edges; all zero when nothing is written.
    """
    start = paper_colour(picture)
    contrast = colour_contrast(picture, start)
    if grain(contrast) > 1.0:
        surface = fit_surface(picture, start)
        on_surface = colour_contrast(picture, surface)
        if grain(on_surface) < 0.8 * grain(contrast):
            contrast = on_surface
    return ink_of_contrast(contrast)


def ink_of_contrast(contrast: FloatArray) -> FloatArray:
    noise = grain(contrast)
    threshold = max(MIN_CONTRAST, NOISE_FACTOR * noise)
    contrast = remove_surround(contrast, threshold)
    level = ink_level(contrast, threshold)
    if level is None:
        return np.zeros_like(contrast)
    contrast = remove_rules(contrast, 0.35 * level)
    floor = clutter_level(contrast, level)
    low = max(floor, min(threshold, 0.5 * level) if noise > 0.5 else 0.0)
    low = min(low, 0.5 * level)
    ink = np.clip((contrast - low) / (level - low), 0, 1)
    return keep_digit(ink)


def colour_contrast(picture: NDArray[np.uint8], paper: FloatArray) -> FloatArray:
    """Difference in colour from the paper, in levels of 255, along the direction of the ink's colour.

    Marks of another colour count by the part they share with the ink; what is off the paper to the other side, as
    reflections are under dark ink, does not count at all.
    """
    difference = picture.astype(np.float32) - paper
    distance: FloatArray = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference) / 3)
    return distance


def grain(contrast: FloatArray) -> float:
    """Standard deviation of the paper, in the units of `contrast`: robust, as long as most pixels are paper."""
    return float(np.median(np.abs(contrast[::2, ::2]))) * 1.2


def ink_level(contrast: FloatArray, threshold: float) -> float | None:
    """The contrast of full ink: the median of the upper one of the two classes that Otsu's method finds above
    `threshold`; None when no pixel is above it."""
    values = contrast[contrast > threshold]
    if values.size == 0:
        return None
    scaled = np.minimum(values, 255).astype(np.uint8)
    split, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    upper = values[scaled > split]
    return float(np.median(upper if upper.size else values))


def clutter_level(contrast: FloatArray, level: float) -> float:
    """What the paper shows away from the ink: rules, texture, shadows, the other side's writing."""
    strong = (contrast > 0.5 * level).astype(np.uint8)
    reach = 2 * max(2, round(0.02 * max(contrast.shape))) + 1
    near = cv2.dilate(strong, np.ones((reach, reach), np.uint8))
    away = contrast[near == 0]
    if away.size < 16:
        return 0.0
    return float(np.quantile(away, 0.99))
