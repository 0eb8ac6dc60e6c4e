"""Which marks on the paper are the digit: specks, frames and captions are not.

A mark is removed only if something else can be the digit, so a digit at the border or one that fills the picture stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.constants import SHARED
from digit.imaging.surround import LEFT_OVER, dilate
from digit.types import Box, FloatArray

SPECK: float = SHARED["marks"]["SPECK"]
"""Marks of less than this share of the largest one's ink are specks."""
SMALLEST: float = SHARED["marks"]["SMALLEST"]
"""Writing has a mark of at least this share of the picture's pixels; grain and dust have none."""
NEAR: float = SHARED["marks"]["NEAR"]
"""Loose parts of a digit, as the bar of a 5, are within this share of its longer side."""
GROWTH: float = SHARED["marks"]["GROWTH"]
"""A light part makes the digit at most this many times as wide or as high as its main mark: a caption would do more."""
SIZEABLE: float = SHARED["marks"]["SIZEABLE"]
"""A second digit has at least this share of the digit's ink, and, if it stands apart from it, ..."""
BESIDE: float = SHARED["marks"]["BESIDE"]
"""... this share of its height; ..."""
TALL: float = SHARED["marks"]["TALL"]
"""... if the two were taken for the parts of one digit, each is this high, as a share of both. None of 4,000 of MNIST's
test digits and of 413 digits of real people is then taken for several, and 98 % of pairs of digits are."""
ROUND: float = SHARED["marks"]["ROUND"]
"""A dot's box has sides of at least this ratio, ..."""
MIDDLE: float = SHARED["marks"]["MIDDLE"]
"""... and an ellipse in its middle, with this squared radius in widths and heights of the box, ..."""
COVERED: float = SHARED["marks"]["COVERED"]
"""... is inked to this share at least. No digit of MNIST's 70,000 has both."""
SMALL: float = SHARED["marks"]["SMALL"]
"""A digit is small when its longer side is below this share of the picture's."""


def is_writing(ink: FloatArray) -> bool:
    """Whether marks, float32 (H, W), hang together as strokes do: grain alone leaves specks."""
    strong = (ink > 0.3).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(strong)
    if width == 0:  # OpenCV does not survive labelling nothing
        return False
    strong = np.ascontiguousarray(strong[y : y + height, x : x + width])
    # A filled square of that many pixels settles it, and is quicker to find than marks are to label.
    side = math.ceil(math.sqrt(smallest_mark(ink)))
    if cv2.erode(strong, np.ones((side, side), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0).any():
        return True
    _, _, stats, _ = cv2.connectedComponentsWithStats(strong)
    largest = int(stats[1:, cv2.CC_STAT_AREA].max(initial=0))
    return largest >= smallest_mark(ink)


def smallest_mark(picture: FloatArray) -> float:
    """How many pixels a mark must have at least to be writing, on a picture of this size, (H, W)."""
    return max(2.0, SMALLEST * picture.size)


@dataclass(frozen=True)
class _Mark:
    """A connected mark: its label, box, ink and what it looks like."""

    label: int
    x: int
    y: int
    width: int
    height: int
    ink: float


class Writing(NamedTuple):
    """The digit found among the marks.

    Attributes:
        ink: float32 of shape (H, W), 0 to 1: the digit alone.
        several: whether more than one digit is written, side by side.
    """

    ink: FloatArray
    several: bool


def keep_digit(ink: FloatArray, faintest: float = 0.1) -> Writing:
    """Keep the marks that make up the digit: the one with the most ink near the middle, and the parts around it.

    Args:
        ink: float32 of shape (H, W), 0 to 1.
        faintest: ink from which a pixel belongs to a mark; what is fainter stays at the rim of marks only.

    Returns:
        `ink`, zero outside of the digit, and whether there are several digits.
    """
    present = (ink > faintest).view(np.uint8)
    # Pencil and coarse screens break strokes: gaps of a hundredth of the picture do not part them.
    bridge = 1 + 2 * round(0.008 * max(ink.shape))
    x, y, width, height = cv2.boundingRect(present)
    if width == 0:
        return Writing(np.zeros_like(ink), several=False)
    reach = bridge // 2 + 1
    bottom, right = y + height + reach, x + width + reach
    x, y = max(0, x - reach), max(0, y - reach)
    inked = np.s_[y:bottom, x:right]
    part = np.ascontiguousarray(present[inked])
    marked = dilate(part, bridge, bridge) if bridge > 1 else part
    if cv2.connectedComponents(marked)[0] == 2:  # the usual case, and statistics cost seven times as much
        kept = np.zeros_like(ink)
        np.copyto(kept[inked], ink[inked], where=dilate(marked, 3, 3) > 0)
        return Writing(kept, several=False)
    count, inked_labels, stats, _ = cv2.connectedComponentsWithStats(marked)
    labels = np.zeros(ink.shape, np.int32)
    labels[inked] = inked_labels
    sums = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count)
    boxes = stats[:, :4].tolist()
    marks = [_Mark(i, x + left, y + top, w, h, float(sums[i])) for i, (left, top, w, h) in enumerate(boxes) if i > 0]
    marks = _without_frames(marks, labels, ink)
    digit = _parts_of_digit(marks, ink.shape)
    keep = np.zeros(count, np.uint8)
    keep[[mark.label for mark in digit]] = 1
    alone = np.where(dilate(keep[labels], 3, 3) > 0, ink, np.float32(0))
    return Writing(alone, _are_several(digit, [mark for mark in marks if mark not in digit]))


def is_small(box: Box, picture: FloatArray) -> bool:
    """Whether a digit, by its box (x, y, w, h), is small on its picture, (H, W)."""
    return bool(max(box[2:]) < SMALL * max(picture.shape))


def is_dot(digit_image: FloatArray) -> bool:
    """Whether a digit image, float32 (28, 28), is a round spot of ink: the classifier takes one for a small 0."""
    inked = (digit_image > 0.5).view(np.uint8)
    x, y, width, height = cv2.boundingRect(inked)
    if min(width, height) < ROUND * max(width, height, 1):
        return False
    rows, columns = np.mgrid[:height, :width] + 0.5
    inside = (columns / width - 0.5) ** 2 + (rows / height - 0.5) ** 2 <= MIDDLE
    return bool(inked[y : y + height, x : x + width][inside].mean() >= COVERED)


def _are_several(digit: Sequence[_Mark], others: Sequence[_Mark]) -> bool:
    """Whether another mark stands beside the digit like a digit, or its own parts stand side by side like digits."""
    left, top = min(m.x for m in digit), min(m.y for m in digit)
    right, bottom = max(m.x + m.width for m in digit), max(m.y + m.height for m in digit)
    height, least = bottom - top, SIZEABLE * sum(m.ink for m in digit)
    for mark in others:
        level = min(bottom, mark.y + mark.height) - max(top, mark.y)
        apart = mark.x >= right or mark.x + mark.width <= left
        if apart and mark.ink >= least and min(mark.height, 2 * level) >= BESIDE * height:
            return True
    columns: list[list[_Mark]] = []  # marks one above the other
    end = left
    for mark in sorted(digit, key=lambda m: m.x):
        if not columns or mark.x >= end:
            columns.append([])
        columns[-1].append(mark)
        end = max(end, mark.x + mark.width)
    tall = [
        column
        for column in columns
        if max(m.y + m.height for m in column) - min(m.y for m in column) >= TALL * height
        and sum(m.ink for m in column) >= least
    ]
    return len(tall) > 1


def _without_frames(marks: list[_Mark], labels: NDArray[np.int32], ink: FloatArray) -> list[_Mark]:
    """Marks that are no frame and no edge of the picture, or all where nothing else could be the digit."""
    least = 0.1 * max(LEFT_OVER * ink.size, 4.0)
    kept = [mark for mark in marks if not _is_frame(mark, labels, ink.shape)]
    return kept if sum(mark.ink for mark in kept) >= least else marks


def _is_frame(mark: _Mark, labels: NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    """Whether a mark is hollow and hugs its own box, or is a bar from side to side at the picture's border."""
    height, width = shape
    wide, high = mark.width >= 0.9 * width, mark.height >= 0.9 * height
    at_edge = 0.06
    low, left = mark.y + mark.height > (1 - at_edge) * height, mark.x < at_edge * width
    top, right = mark.y < at_edge * height, mark.x + mark.width > (1 - at_edge) * width
    if wide and mark.height < 0.15 * height and (top or low):
        return True
    if high and mark.width < 0.15 * width and (left or right):
        return True
    if mark.width < 0.4 * width or mark.height < 0.4 * height or min(mark.width, mark.height) < 24:
        return False
    own = labels[mark.y : mark.y + mark.height, mark.x : mark.x + mark.width] == mark.label
    margin_y, margin_x = max(2, round(0.06 * mark.height)), max(2, round(0.06 * mark.width))
    inner = own[margin_y:-margin_y, margin_x:-margin_x]
    hugging = 1 - inner.sum() / own.sum()
    corners = [
        own[:margin_y, :margin_x],
        own[:margin_y, -margin_x:],
        own[-margin_y:, :margin_x],
        own[-margin_y:, -margin_x:],
    ]
    return bool(hugging > 0.9 and sum(corner.any() for corner in corners) >= 3)


def _parts_of_digit(marks: list[_Mark], shape: tuple[int, ...]) -> list[_Mark]:
    """The main mark and all that are near enough and large enough to belong to it."""
    height, width = shape

    def weight(mark: _Mark) -> float:
        off_x = abs(mark.x + mark.width / 2 - width / 2) / width
        off_y = abs(mark.y + mark.height / 2 - height / 2) / height
        return mark.ink * (1 - off_x) * (1 - off_y)

    main = max(marks, key=weight)
    parts = [main]
    left, top, right, bottom = main.x, main.y, main.x + main.width, main.y + main.height
    others = sorted((m for m in marks if m is not main and m.ink >= SPECK * main.ink), key=weight, reverse=True)
    grown = True
    while grown:
        grown = False
        reach = NEAR * max(right - left, bottom - top)
        for mark in others:
            gap_x = max(mark.x - right, left - mark.x - mark.width, 0)
            gap_y = max(mark.y - bottom, top - mark.y - mark.height, 0)
            wider = max(right, mark.x + mark.width) - min(left, mark.x)
            higher = max(bottom, mark.y + mark.height) - min(top, mark.y)
            if mark.ink < 0.25 * main.ink and (
                wider > max(right - left, GROWTH * max(main.width, 0.6 * main.height))
                or higher > max(bottom - top, GROWTH * max(main.height, 0.6 * main.width))
            ):
                continue
            if max(gap_x, gap_y) <= reach:
                parts.append(mark)
                others.remove(mark)
                left, top = min(left, mark.x), min(top, mark.y)
                right, bottom = max(right, mark.x + mark.width), max(bottom, mark.y + mark.height)
                grown = True
                break
    return parts
