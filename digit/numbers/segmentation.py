"""A picture to its rows of writing: marks found, put into rows, each row levelled and cut out.

Knows shapes and places; does not know what a digit looks like. A mark is a connected piece of ink. Rows are chains of
marks that stand side by side, so they may be slanted, of different sizes and in any place.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.numbers.page import Page, page_ink
from digit.types import Box, FloatArray

FAINTEST = 0.3
"""Ink from which a pixel belongs to a mark ..."""
SUREST = 0.6
"""... and what a mark reaches somewhere."""
STEEPEST = 0.2
"""Steepest baseline, as a slope: 11 degrees."""
_LOW = 0.45
"""Marks lower than this share of a row's height do not make a row: dots, dashes, loose bars."""
_HOLLOW = 0.012
"""What has less ink than this share of its box is no writing: half as much as a digit drawn in a hairline."""
_APART = 4.0
"""Marks up to this many heights apart are neighbours in a row."""
_SHARED = 0.4
"""Neighbours share this much of the lower one's height, once the row is levelled."""
_PAIRED = 300
"""Marks of a row that its slope is found from, at most."""
_MOST = 1000
"""Marks of a page at most, the tallest: a page full of writing has fewer, and grain has any number."""
_MARGIN = 0.2
"""Space above and below the marks of a row in its cut, as a share of the row's height."""


@dataclass(frozen=True)
class Mark:
    """A connected piece of ink: its label in the label map, its box (x, y, w, h) and its ink in full pixels."""

    label: int
    x: int
    y: int
    width: int
    height: int
    ink: float

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, eq=False)
class Row:
    """A row of writing, levelled and cut out.

    Columns of the cut are columns of the picture, moved up or down until the baseline is level: a pixel (x, y) of the
    cut is the picture's pixel (x + left, y + top + slope * x).

    Attributes:
        ink: float32 of shape (h, w), 0 to 1, ink = 1: the marks of this row alone.
        grey: uint8 of shape (h, w): everything on the paper, the pen dark on white, whatever its colours were.
        left, top: where the cut begins in the picture.
        slope: of the baseline, in pixels down for each pixel to the right.
        height: usual height of the row's tall marks, in pixels.
        pen: width of the strokes in pixels.
    """

    ink: FloatArray
    grey: NDArray[np.uint8]
    left: int
    top: int
    slope: float
    height: float
    pen: float

    def to_picture(self, box: Box) -> Box:
        """A box (x, y, w, h) of the cut in pixels of the picture: as high as it is in the cut, moved to its place."""
        x, y, width, height = box
        return x + self.left, round(y + self.top + self.slope * (x + width / 2)), width, height


def background(row: Row) -> float:
    """How strong what is printed under a row is, as a share of the pen's contrast: 0.05 at most on a photo of plain
    paper, 0.08 and more on the security pattern of a cheque."""
    beside = cv2.dilate((row.ink > 0.15).astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    pen = row.ink > 0.7
    if np.count_nonzero(beside) < 20 or not pen.any():
        return 0.0
    contrast = 255 - row.grey
    return float(np.quantile(contrast[beside], 0.9) / max(1.0, float(np.median(contrast[pen]))))


def find_rows(picture: NDArray[np.uint8]) -> list[Row]:
    """The rows of writing on a picture, from top to bottom.

    Args:
        picture: uint8 of shape (H, W, 3), RGB, at working size (`digit.numbers.page.PAGE_SIZE`).
    """
    page = page_ink(picture)
    marks, labels = find_marks(page.ink, page.pen)
    tall = [mark for mark in marks if _is_tall(mark, page.pen)]
    inner = [mark for mark in tall if not _goes_on_outside(mark, page.ink.shape)]
    rows = _with_small_marks(_chains(tall if page.plain and not inner else inner), marks)
    slopes = [_slope(row) for row in rows]
    found = [_cut(page, labels, row, slope) for row, slope in zip(rows, slopes, strict=True)]
    return sorted(found, key=lambda row: row.top + row.slope * row.ink.shape[1] / 2)


def find_marks(ink: FloatArray, pen: float) -> tuple[list[Mark], NDArray[np.int32]]:
    """The marks of an ink map, float32 (H, W), and the map of their labels, int32 (H, W), 0 where there is none.

    Gaps of a share of the pen's width, as pencil and coarse screens leave them, do not part a mark.
    """
    present = (ink > FAINTEST).astype(np.uint8)
    bridge = 1 + 2 * round(0.15 * min(pen, 8.0))
    joined = cv2.morphologyEx(present, cv2.MORPH_CLOSE, np.ones((bridge, bridge), np.uint8)) if bridge > 1 else present
    found, labels = connected(ink, np.asarray(joined, np.uint8))
    least = max(2.0, 0.5 * pen * pen)
    marks = [mark for mark in found if mark.ink >= least]
    if len(marks) > _MOST:
        marks = sorted(marks, key=lambda mark: -mark.height)[:_MOST]
    return marks, labels


def connected(ink: FloatArray, present: NDArray[np.uint8]) -> tuple[list[Mark], NDArray[np.int32]]:
    """The connected marks of a mask, uint8 (H, W), of which the ink (H, W) is `SUREST` somewhere, and their labels."""
    if not present.any():  # OpenCV does not survive labelling nothing
        return [], np.zeros(ink.shape, np.int32)
    count, found, stats, _ = cv2.connectedComponentsWithStats(present)
    labels = np.asarray(found, np.int32)
    sums = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count)
    sure = np.bincount(labels[ink > SUREST], minlength=count)
    boxes = stats[:, :4].tolist()
    marks = [
        Mark(label, x, y, width, height, float(sums[label]))
        for label, (x, y, width, height) in enumerate(boxes)
        if label > 0 and sure[label] > 0
    ]
    return marks, labels


def _is_tall(mark: Mark, pen: float) -> bool:
    """Whether a mark can be a digit or several: no dot, no dash, no outline of something large."""
    dash = mark.width > 6 * mark.height and mark.height < 4 * pen
    hollow = mark.ink < _HOLLOW * mark.width * mark.height
    return mark.height >= max(5.0, 2.0 * pen) and not dash and not hollow


def _goes_on_outside(mark: Mark, shape: tuple[int, ...]) -> bool:
    """Whether a long mark reaches two sides of the picture, as edges of sheets and tables do."""
    height, width = shape
    sides = (mark.x <= 0) + (mark.y <= 0) + (mark.right >= width) + (mark.bottom >= height)
    return sides >= 2 and max(mark.width / width, mark.height / height) > 0.6 and min(shape) > 64


def _chains(marks: list[Mark]) -> list[list[Mark]]:
    """Tall marks as rows: each mark is chained to its neighbour at the right.

    Marks far lower than what stands beside them are left out; `_with_small_marks` brings them back.
    """
    ordered = sorted(marks, key=lambda mark: mark.x)
    parent = list(range(len(ordered)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    x, right, y, bottom = np.array([(m.x, m.right, m.y, m.bottom) for m in ordered], float).reshape(-1, 4).T
    height, centre = bottom - y, (x + right) / 2
    furthest = np.searchsorted(x, right + _APART * height.max(initial=0), side="right")
    for i in range(len(ordered)):
        # Whether marks that start right of this one's left edge stand on the same row.
        others = np.s_[i + 1 : furthest[i]]
        high, low = np.maximum(height[others], height[i]), np.minimum(height[others], height[i])
        gap = x[others] - right[i]
        shared = np.minimum(bottom[others], bottom[i]) - np.maximum(y[others], y[i])
        # A slanted baseline lowers or raises the neighbour by so much.
        slack = STEEPEST * np.maximum(0.0, centre[others] - centre[i])
        enough = np.where(slack > 0, max(_SHARED, 0.5), _SHARED) * low
        beside = (low >= _LOW * high) & (gap <= _APART * high) & (shared + np.minimum(slack, 0.5 * low) >= enough)
        found = np.flatnonzero(beside)
        for j in found[np.argsort(np.maximum(0, gap[found]), kind="stable")[:2]]:
            parent[root(i + 1 + int(j))] = root(i)
    groups: dict[int, list[Mark]] = {}
    for i, mark in enumerate(ordered):
        groups.setdefault(root(i), []).append(mark)
    return list(groups.values())


def _with_small_marks(rows: list[list[Mark]], marks: list[Mark]) -> list[list[Mark]]:
    """Rows with the loose bars, dots and dashes that lie on them; small marks on no row stay out, small rows stay."""
    by_height = sorted(rows, key=_usual_height, reverse=True)
    whole: list[list[Mark]] = []
    for row in by_height:
        on = next((i for i, larger in enumerate(whole) if all(_lies_on(mark, larger) for mark in row)), None)
        if on is None:
            whole.append(row)
        else:
            whole[on] = whole[on] + row
    taken = {mark.label for row in whole for mark in row}
    loose = [mark for mark in marks if mark.label not in taken]
    extended = [list(row) for row in whole]
    for mark in loose:
        on = next((i for i, row in enumerate(whole) if _lies_on(mark, row)), None)
        if on is not None:
            extended[on].append(mark)
    return extended


def _lies_on(mark: Mark, row: list[Mark]) -> bool:
    """Whether a mark that is lower than a row stands in it: beside or above one of its marks, or below."""
    height = _usual_height(row)
    nearest = min(row, key=lambda other: max(other.x - mark.right, mark.x - other.right))
    if mark.height >= _LOW * height and mark.height >= _LOW * nearest.height:
        return False
    reach = 0.35 * nearest.height
    aside = max(nearest.x - mark.right, mark.x - nearest.right)
    return aside < height and nearest.y - reach < mark.middle < nearest.bottom + reach


def _slope(row: list[Mark]) -> float:
    """Slope of a row's baseline: the median over pairs of marks (Theil 1950, Sen 1968), 0 where there are too few."""
    height = _usual_height(row)
    tall = [mark for mark in row if mark.height >= 0.6 * height]
    tall = tall[:: -(-len(tall) // _PAIRED)]
    pairs = [
        (b.x + b.width / 2 - a.x - a.width / 2, (b.bottom + b.middle - a.bottom - a.middle) / 2)
        for i, a in enumerate(tall)
        for b in tall[i + 1 :]
    ]
    slopes = [dy / dx for dx, dy in pairs if dx > 1.5 * height]
    if not slopes:
        return 0.0
    return float(np.clip(np.median(slopes), -STEEPEST, STEEPEST))


def _usual_height(row: list[Mark]) -> float:
    """Height of the tall marks of a row: the median of those at least half as high as the highest."""
    highest = max(mark.height for mark in row)
    return float(np.median([mark.height for mark in row if mark.height >= 0.5 * highest]))


def _cut(page: Page, labels: NDArray[np.int32], row: list[Mark], slope: float) -> Row:
    """The levelled cut of a row with a margin around it."""
    height = _usual_height(row)
    margin = max(2, round(_MARGIN * height))
    full_height, full_width = page.ink.shape
    left = max(0, min(mark.x for mark in row) - margin)
    right = min(full_width, max(mark.right for mark in row) + margin)
    # A mark's box is levelled by its middle column.
    drops = [slope * (mark.x + mark.width / 2 - left) for mark in row]
    top = round(min(mark.y - drop for mark, drop in zip(row, drops, strict=True))) - margin
    bottom = round(max(mark.bottom - drop for mark, drop in zip(row, drops, strict=True))) + margin
    if slope == 0:
        top, bottom = max(0, top), min(full_height, bottom)
    own = np.isin(labels[:, left:right], [mark.label for mark in row]).astype(np.uint8)
    own = np.asarray(cv2.dilate(own, np.ones((3, 3), np.uint8)), np.uint8)
    ink = np.where(own > 0, page.ink[:, left:right], np.float32(0))
    shape = right - left, bottom - top
    matrix = np.array([[1, 0, 0], [slope, 1, top]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    levelled = np.asarray(cv2.warpAffine(ink, matrix, shape, flags=flags, borderMode=cv2.BORDER_CONSTANT), np.float32)
    around = np.ascontiguousarray(page.contrast[:, left:right])
    contrast = cv2.warpAffine(around, matrix, shape, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    grey = np.rint(255 - np.minimum(contrast, 255)).astype(np.uint8)
    return Row(levelled, grey, left, top, slope, height, page.pen)
