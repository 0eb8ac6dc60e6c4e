"""A picture to its ink: how much each pixel differs from the paper, from 0 (paper) to 1 (the pen's full colour)."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.background import fit_surface, outliers, paper_colour, surroundings
from digit.imaging.constants import SHARED
from digit.imaging.contrast import (
    MIN_CONTRAST,
    clutter_level,
    colour_contrast,
    difference_to,
    grain,
    ink_contrast,
    ink_level,
    misfit,
    two_toned,
)
from digit.imaging.marks import Writing, is_writing, keep_digit
from digit.imaging.surround import find_sheet, find_surround, leaves_marks, remove_rules
from digit.types import FloatArray

NOISE_FACTOR = 5.0
"""Writing stands out from the paper's grain by at least this many standard deviations ..."""
SOFT_NOISE_FACTOR = 2.5
"""... and what hangs on to writing by this many."""
SMOOTH_PAPER = 1.0
"""Paper with less grain than this is one colour: a drawing or a clean scan, in levels of 255."""
_FINE = 100
"""Grainy pictures with a shorter side above this are smoothed by a pixel: their strokes are wide enough."""
FAINT: float = SHARED["ink"]["FAINT"]
"""Marks of less contrast must be twice as strong as what the rest of the paper shows: blank paper has texture."""
_MUCH_CLUTTER = 0.3
"""Share of the ink's contrast above which what was left on the paper makes the paper doubtful."""
_WINDOW = 1 / 3
"""Window in which paper is looked for around each point, as a share of the picture: over twice the thickest pen."""


def extract_ink(picture: NDArray[np.uint8]) -> FloatArray:
    """The ink of the digit on a picture.

    Args:
        picture: uint8 of shape (H, W, 3), RGB, at working size.

    Returns:
        float32 of shape (H, W), 0 to 1, ink = 1: the digit alone, soft at its edges; all zero when nothing is written.
    """
    return find_writing(picture).ink


def find_writing(picture: NDArray[np.uint8]) -> Writing:
    """As `extract_ink`, with whether more than one digit is written."""
    paper = paper_colour(picture)
    contrast = colour_contrast(picture, paper)
    noise = grain(contrast)
    if noise < SMOOTH_PAPER:
        found = _separate(picture, paper, contrast, noise)
        if found.surround is None or misfit(contrast) <= 4 * SMOOTH_PAPER or min(contrast.shape) < _FINE:
            return found.writing
        if two_toned(contrast):
            return found.writing
    sheet = find_sheet(contrast)
    if sheet is not None:
        # What lies around the sheet becomes paper, and the digit is looked for once more.
        on_sheet = picture.copy()
        on_sheet[sheet == 0] = np.median(picture[sheet > 0], axis=0)
        writing = _ink_in_light(on_sheet)
        if writing.ink.any():
            return writing
    return _ink_in_light(picture)


def _ink_in_light(picture: NDArray[np.uint8]) -> Writing:
    """The ink on paper in uneven light: the simplest paper that fits decides, one colour, a smooth surface, or the
    surroundings of each point."""
    paper = paper_colour(picture)
    contrast = colour_contrast(picture, paper)
    surface = fit_surface(picture, paper)
    on_surface = colour_contrast(picture, surface)
    if outliers(on_surface) < outliers(contrast):
        paper, contrast = surface, on_surface
    found = _separate(picture, paper, contrast, grain(contrast))
    if found.surround is None or misfit(contrast) <= 4 * SMOOTH_PAPER:
        return found.writing
    # A large region along the border is a desk, or a shadow with an edge: in a shadow, the writing goes on.
    around = surroundings(picture, _WINDOW)
    in_surroundings = colour_contrast(picture, around)
    if misfit(in_surroundings) >= 0.6 * misfit(contrast):
        return found.writing
    followed = _separate(picture, around, in_surroundings, grain(in_surroundings))
    goes_on = _goes_on(found.writing.ink, followed.writing.ink, found.surround)
    desk = found.removed and found.clutter < _MUCH_CLUTTER and not goes_on
    return found.writing if desk else followed.writing


def _goes_on(ink: FloatArray, followed: FloatArray, surround: NDArray[np.uint8]) -> bool:
    """Whether `ink` was cut off at the surround, or the ink that was `followed` holds it and more well inside."""
    near = cv2.dilate(surround, np.ones((9, 9), np.uint8))
    if not ink.any() or bool((ink[near > 0] > 0.5).any()):
        return True
    if float((followed[ink > 0.5] > 0.3).mean()) < 0.5:
        return False
    depth = 2 * round(0.02 * max(surround.shape)) + 1
    inside = cv2.erode(surround, np.ones((depth, depth), np.uint8))
    return float(followed[inside > 0].sum()) > 0.05 * float(followed.sum())


class _Found(NamedTuple):
    """The writing, the surround and whether it was taken out, and the clutter as a share of the ink's contrast."""

    writing: Writing
    surround: NDArray[np.uint8] | None
    removed: bool
    clutter: float


def _separate(picture: NDArray[np.uint8], paper: FloatArray, contrast: FloatArray, noise: float) -> _Found:
    """Ink of one digit from its contrast with the paper, of which `noise` is the grain: surround and rules out, levels
    found, parts chosen."""
    grainy = noise > SMOOTH_PAPER
    difference = difference_to(picture, paper) if grainy else None
    if difference is not None and min(contrast.shape) > _FINE:
        difference = np.asarray(cv2.GaussianBlur(difference, (0, 0), 1.0), np.float32)
        contrast = colour_contrast(difference, np.zeros(3, np.float32))
    threshold = max(MIN_CONTRAST, NOISE_FACTOR * noise)
    surround = find_surround(contrast, threshold)
    removed = surround is not None and leaves_marks(contrast, threshold, surround)
    if surround is not None and removed:
        contrast = np.where(surround > 0, np.float32(0), contrast)
    nothing = Writing(np.zeros_like(contrast), several=False)
    level = ink_level(contrast, threshold)
    if level is None:
        return _Found(nothing, surround, removed, 1.0)
    if difference is not None:
        on_paper = ink_contrast(difference, contrast, contrast > 0.5 * level)
        contrast = np.where(contrast > 0, on_paper, np.float32(0))
    contrast = remove_rules(contrast, 0.35 * level)
    clutter = clutter_level(contrast, level)
    if level < FAINT and clutter > 0.5 * level:
        return _Found(nothing, surround, removed, 1.0)
    low = min(max(clutter, SOFT_NOISE_FACTOR * noise if grainy else 0.0), 0.5 * level)
    ink = contrast - np.float32(low)
    ink *= np.float32(1 / (level - low))
    np.clip(ink, 0, 1, out=ink)
    writing = keep_digit(ink, 0.2 if grainy else 0.1)
    if not is_writing(writing.ink):
        return _Found(nothing, surround, removed, 1.0)
    return _Found(writing, surround, removed, low / level)
