"""A picture to the ink of everything that is written on it, rather than of one digit alone.

Writing on a page is made of strokes that are thin beside the page. So paper in uneven light, desks and shadows are told
from ink by what surrounds each point, and what is left and solid is no writing. Knows colours and strokes; which marks
belong to one row is the business of `segmentation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.background import fit_surface, paper_colour, surroundings
from digit.imaging.contrast import (
    MIN_CONTRAST,
    clutter_level,
    colour_contrast,
    difference_to,
    grain,
    ink_contrast,
    misfit,
    two_toned,
)
from digit.imaging.ink import NOISE_FACTOR, SMOOTH_PAPER, SOFT_NOISE_FACTOR
from digit.imaging.strokes import stroke_width
from digit.imaging.surround import dilate, find_sheet, find_surround, leaves_marks, remove_rules
from digit.types import FloatArray

PAGE_SIZE = 1008
"""Longest side of a page at work, in pixels: twice that of one digit, and a quarter of a 12-megapixel photo's, which
JPEG decodes to directly."""
_WIDE, _NARROW = 1 / 3, 1 / 8
"""Windows in which paper is looked for, as shares of the picture: the wide one finds the pen, the narrow one follows
the edges of the sheet where the pen is thin ..."""
_WIDEST = 16.0
"""... which is when so many pens side by side fit into it."""
_SOLID = 0.4
"""Share of the window from which a mark is too thick to be a stroke: the median turns over at half of it."""
_MOST_FADED = 6.0
"""For each pixel of full ink, so many half as strong are edges of strokes; noise that passes for ink has 20."""
_FEWEST = 12
"""Pixels that the smallest writing has."""
_FINE = 100
"""Grainy pictures with a shorter side above this are smoothed by a pixel."""


@dataclass(frozen=True, eq=False)
class Page:
    """What is written on a picture.

    Attributes:
        ink: float32 of shape (H, W), 0 to 1, ink = 1: marks of every kind, soft at their edges.
        contrast: float32 of shape (H, W), in levels of 255: how far each pixel is off the paper towards the ink's
            colour, patterns and grain included.
        pen: width of the strokes in pixels; 0 when nothing is written.
        plain: whether the paper has one colour, as in a drawing: then no edge or shadow passes for writing.
    """

    ink: FloatArray
    contrast: FloatArray
    pen: float
    plain: bool


def page_ink(picture: NDArray[np.uint8]) -> Page:
    """The ink of all writing on a picture.

    Args:
        picture: uint8 of shape (H, W, 3), RGB, at working size.
    """
    paper = paper_colour(picture)
    contrast = colour_contrast(picture, paper)
    noise = grain(contrast)
    if noise < SMOOTH_PAPER and (
        min(contrast.shape) < _FINE
        or misfit(contrast) <= 4 * SMOOTH_PAPER
        or two_toned(contrast)
        or find_surround(contrast, MIN_CONTRAST) is None
    ):
        return _on_paper(difference_to(picture, paper), contrast, noise, solid=0.0)
    sheet = find_sheet(contrast)
    if sheet is not None:
        picture = _beyond(picture, sheet)
        edge = 2 * round(0.01 * max(sheet.shape)) + 1
        sheet = np.asarray(cv2.erode(sheet, np.ones((edge, edge), np.uint8), borderValue=1), np.uint8)
    wide = _around(picture, _WIDE, sheet)
    if 0 < _WIDEST * wide.pen < _NARROW * max(contrast.shape):
        return _around(picture, _NARROW, sheet)
    return wide


def _beyond(picture: NDArray[np.uint8], sheet: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with the paper going on where the sheet, 1 in `sheet`, ends."""
    colour = np.median(picture[sheet > 0], axis=0)
    filled = np.where(sheet[..., np.newaxis] > 0, picture, colour.astype(np.uint8))
    surface = np.rint(fit_surface(filled, colour.astype(np.float32))).astype(np.uint8)
    return np.where(sheet[..., np.newaxis] > 0, picture, surface)


def _around(picture: NDArray[np.uint8], share: float, sheet: NDArray[np.uint8] | None) -> Page:
    """The ink on paper that is the median of each point's surroundings, within the sheet where there is one."""
    difference = difference_to(picture, surroundings(picture, share))
    if sheet is not None:
        difference[sheet == 0] = 0
    if min(picture.shape[:2]) > _FINE:
        difference = np.asarray(cv2.GaussianBlur(difference, (0, 0), 1.0), np.float32)
    contrast = colour_contrast(difference, np.zeros(3, np.float32))
    return _on_paper(difference, contrast, texture(contrast), solid=_SOLID * share)


def _on_paper(difference: FloatArray, contrast: FloatArray, noise: float, solid: float) -> Page:
    """Ink from the difference to the paper.

    Args:
        difference: float32 (H, W, 3), picture minus paper.
        contrast: its `colour_contrast`, (H, W).
        noise: grain of the paper, in levels of 255.
        solid: what is wider than this share of the picture's longer side is no stroke; 0 keeps all of it.
    """
    nothing = Page(np.zeros_like(contrast), contrast, 0.0, solid == 0)
    threshold = max(MIN_CONTRAST, NOISE_FACTOR * noise)
    if solid > 0:
        contrast = _without_solids(contrast, threshold, max(3, round(solid * max(contrast.shape))))
    surround = find_surround(contrast, threshold)
    if surround is not None and leaves_marks(contrast, threshold, surround):
        contrast = np.where(surround > 0, np.float32(0), contrast)
    level = _level(contrast, threshold)
    if level is None:
        return nothing
    if noise > SMOOTH_PAPER and not _stands_out(contrast, level):
        return nothing
    if noise > SMOOTH_PAPER:
        towards = ink_contrast(difference, contrast, contrast > 0.5 * level)
        contrast = np.where(contrast > 0, towards, np.float32(0))
    ruled = contrast
    contrast = remove_rules(contrast, 0.35 * level)
    low = max(clutter_level(contrast, level), SOFT_NOISE_FACTOR * noise if noise > SMOOTH_PAPER else 0.0)
    low = min(low, 0.5 * level)
    ink: FloatArray = np.clip((contrast - np.float32(low)) / np.float32(level - low), 0, 1)
    strong = np.where(ink > 0.5, ink, np.float32(0))
    return Page(ink, ruled, stroke_width(strong), solid == 0) if strong.any() else nothing


def texture(contrast: FloatArray) -> float:
    """Standard deviation of the paper, in levels of 255: `grain`, or more where the noise is grey rather than coloured,
    or coarse, by the median of the contrast."""
    return max(grain(contrast), 1.48 * float(np.median(contrast[::2, ::2])))


def _stands_out(contrast: FloatArray, level: float) -> bool:
    """Whether what reaches the ink's contrast is writing: strokes have a sharp edge, and texture fades away."""
    full = np.count_nonzero(contrast > 0.7 * level)
    return bool(np.count_nonzero(contrast > 0.4 * level) - full <= _MOST_FADED * full)


def _level(contrast: FloatArray, threshold: float) -> float | None:
    """The contrast of full ink, by Otsu's method above `threshold`; None when there is none."""
    values = contrast[contrast > threshold]
    if values.size < _FEWEST:
        return None
    split, _ = cv2.threshold(np.minimum(values, 255).astype(np.uint8), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    upper = values[values > split]
    return float(np.median(upper if upper.size else values))


def _without_solids(contrast: FloatArray, threshold: float, diameter: int) -> FloatArray:
    """`contrast`, zero on marks that are wider than a pen somewhere: corners of a sheet, a thumb, the desk."""
    marks = (contrast > threshold).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter))
    core = cv2.erode(marks, kernel)
    if not core.any():
        return contrast
    solids = cv2.dilate(core, kernel)
    return np.where(dilate(np.asarray(solids, np.uint8), 7, 7) > 0, np.float32(0), contrast)
