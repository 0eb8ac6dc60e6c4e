"""A picture to its ink: how much each pixel differs from the paper, from 0 (paper) to 1 (the pen's full colour).

Knows colours and contrast; which of the marks are the digit is the business of `marks`.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.background import fit_surface, paper_colour, surroundings
from digit.imaging.marks import find_sheet, find_surround, is_writing, keep_digit, remove_rules

FloatArray = NDArray[np.float32]

MIN_CONTRAST = 9.0
"""Fainter marks are not writing, in levels of 255: JPEG and paper texture reach this."""
NOISE_FACTOR = 5.0
"""Writing stands out from the paper's grain by at least this many standard deviations ..."""
SOFT_NOISE_FACTOR = 2.5
"""... and what hangs on to writing by this many."""
SMOOTH_PAPER = 1.0
"""Paper with less grain than this is one colour: a drawing or a clean scan, in levels of 255."""
_WINDOW = 1 / 3
"""Window in which paper is looked for around each point, as a share of the picture: over twice the thickest pen."""


def extract_ink(picture: NDArray[np.uint8]) -> FloatArray:
    """The ink of the digit on a picture.

    Args:
        picture: uint8 of shape (H, W, 3), RGB, at working size.

    Returns:
        float32 of shape (H, W), 0 to 1, ink = 1: the digit alone, soft at its edges; all zero when nothing is written.
    """
    paper = paper_colour(picture)
    contrast = colour_contrast(picture, paper)
    if grain(contrast) < SMOOTH_PAPER:
        return ink_of_contrast(contrast)
    sheet = find_sheet(contrast)
    if sheet is not None:
        # What lies around the sheet becomes paper, and the digit is looked for once more.
        on_sheet = picture.copy()
        on_sheet[sheet == 0] = np.median(picture[sheet > 0], axis=0)
        ink = _ink_in_light(on_sheet)
        if ink.any():
            return ink
    return _ink_in_light(picture)


def _ink_in_light(picture: NDArray[np.uint8]) -> FloatArray:
    """The ink on paper in uneven light: the simplest paper that fits decides, one colour, a smooth surface, or the
    surroundings of each point."""
    paper = paper_colour(picture)
    contrast = colour_contrast(picture, paper)
    on_surface = colour_contrast(picture, fit_surface(picture, paper))
    if misfit(on_surface) < 0.8 * misfit(contrast):
        contrast = on_surface
    ink, surround = _separate(contrast)
    if misfit(contrast) <= 4 * SMOOTH_PAPER or (surround is not None and not _reaches(ink, surround)):
        return ink
    # A large region differs and is no desk, since the digit runs into it: a shadow with an edge.
    in_surroundings = colour_contrast(picture, surroundings(picture, _WINDOW))
    if misfit(in_surroundings) < 0.6 * misfit(contrast):
        ink, _ = _separate(in_surroundings)
    return ink


def _reaches(ink: FloatArray, surround: NDArray[np.uint8]) -> bool:
    """Whether ink touches the surround, or there is none."""
    near = cv2.dilate(surround, np.ones((9, 9), np.uint8))
    return not ink.any() or bool((ink[near > 0] > 0.5).any())


def colour_contrast(picture: NDArray[np.uint8], paper: FloatArray) -> FloatArray:
    """Difference in colour from the paper, root mean square over red, green and blue, in levels of 255.

    Args:
        picture: uint8 of shape (H, W, 3).
        paper: float32 of shape (3,) or (H, W, 3).

    Returns:
        float32 of shape (H, W).
    """
    difference = picture.astype(np.float32) - paper
    distance: FloatArray = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference) / 3)
    return distance


def misfit(contrast: FloatArray) -> float:
    """How badly the paper is explained: mean contrast of the quieter 85 % of the picture, which hold little ink."""
    values = np.sort(contrast[::3, ::3], axis=None)
    return float(values[: max(1, round(0.85 * values.size))].mean())


def grain(contrast: FloatArray) -> float:
    """Standard deviation of the paper, in levels of 255, from the quietest quarter of the picture: it holds as long as
    the ink covers less than half."""
    values = contrast[::2, ::2]
    return float(np.quantile(values, 0.25)) / 0.5


def ink_of_contrast(contrast: FloatArray) -> FloatArray:
    """Ink of one digit from contrast with the paper: surround and rules out, levels found, parts chosen.

    Args:
        contrast: float32 of shape (H, W), in levels of 255.

    Returns:
        float32 of shape (H, W), 0 to 1; all zero when nothing is written.
    """
    return _separate(contrast)[0]


def _separate(contrast: FloatArray) -> tuple[FloatArray, NDArray[np.uint8] | None]:
    """The ink, and the surround that was taken out."""
    noise = grain(contrast)
    if noise > SMOOTH_PAPER and min(contrast.shape) > 100:
        contrast = cv2.GaussianBlur(contrast, (0, 0), 1.0).astype(np.float32, copy=False)
    threshold = max(MIN_CONTRAST, NOISE_FACTOR * noise)
    surround = find_surround(contrast, threshold)
    if surround is not None:
        contrast = np.where(surround > 0, np.float32(0), contrast)
    level = ink_level(contrast, threshold)
    if level is None:
        return np.zeros_like(contrast), surround
    contrast = remove_rules(contrast, 0.35 * level)
    low = max(clutter_level(contrast, level), SOFT_NOISE_FACTOR * noise if noise > SMOOTH_PAPER else 0.0)
    low = min(low, 0.5 * level)
    ink = keep_digit(np.clip((contrast - low) / (level - low), 0, 1))
    if not is_writing(ink):
        return np.zeros_like(ink), surround
    return ink, surround


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
    return float(np.quantile(away, 0.98))
