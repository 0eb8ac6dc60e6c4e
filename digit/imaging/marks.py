"""Which marks on the paper are the digit: desks, bars, frames, rules and specks are not.

Knows shapes alone; colours are behind it. Every test asks what would be left: a mark is only foreign where something
else can be the digit, so a digit that touches the border or fills the picture stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Mask = NDArray[np.uint8]

_SOLID = 0.08
"""A desk or a bar is thicker than this share of the picture's shorter side ..."""
_ALONG_BORDER = 0.25
"""... and lies along at least this share of one side of the picture."""
_SHEET = 0.25
"""A sheet on a desk covers at least this share of the picture."""
_SHEET_AT_BORDER = 0.35
"""... and lies along at most this share of its border; the shadow of a hand lies along more."""
_LEFT_OVER = 0.002
"""Marks of at least this share of the picture's pixels can be a digit once the rest is gone."""
_SPAN = 0.9
"""Rules reach across this share of the picture, or more."""
_SPECK = 0.02
"""Marks of less than this share of the largest one's ink are specks."""
_SMALLEST = 0.0003
"""Writing has a mark of at least this share of the picture's pixels; grain and dust have none."""
_NEAR = 0.25
"""Loose parts of a digit, as the bar of a 5, are within this share of its longer side."""

_GROWTH = 1.25
"""A light part makes the digit at most this many times as wide or as high as its main mark: a caption would do more."""


def find_sheet(contrast: FloatArray) -> Mask | None:
    """The sheet of paper on a desk, where the desk was taken for the paper: one large solid block with straight sides.

    Args:
        contrast: float32 of shape (H, W).

    Returns:
        uint8 (H, W), 1 inside of the sheet; None when there is no sheet, as nearly always.
    """
    small = _shrunk(contrast, 96)
    level = np.minimum(small, 255).astype(np.uint8)
    _, marks = cv2.threshold(level, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    if marks.mean() < _SHEET or float(level[marks > 0].mean()) < 30:
        return None
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marks.astype(np.uint8))
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    area = int(stats[largest, cv2.CC_STAT_AREA])
    if area < _SHEET * small.size:
        return None
    outlines, _ = cv2.findContours((labels == largest).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    hull_area = cv2.contourArea(hull)
    _, (box_width, box_height), _ = cv2.minAreaRect(hull)
    straight = hull_area >= 0.85 * box_width * box_height and cv2.contourArea(outline) >= 0.9 * hull_area
    if not straight or area < 0.5 * hull_area:
        return None
    at_border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]) == largest
    if at_border.mean() > _SHEET_AT_BORDER:
        return None
    inside = cv2.fillConvexPoly(np.zeros(small.shape, np.uint8), hull, 1)
    # A pixel or two of the small copy are cut off with the edge and its blur.
    inside = cv2.erode(inside, np.ones((5, 5), np.uint8), borderValue=1)
    if not inside.any():
        return None
    sheet: Mask = cv2.resize(inside, contrast.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    return sheet


def find_surround(contrast: FloatArray, threshold: float) -> Mask | None:
    """What the paper lies on or is framed by: solid regions along the picture's border, desks and title bars.

    Args:
        contrast: float32 of shape (H, W).
        threshold: contrast from which a pixel is a mark.

    Returns:
        uint8 (H, W), 1 in the surround; None when there is none. A shadow looks like it, and so does a digit that
        fills the picture.
    """
    marks = _coarse((contrast > threshold).astype(np.uint8))
    diameter = round(_SOLID * min(marks.shape))
    if diameter < 3:
        return None
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter))
    # Outside of the picture everything goes on, so that bars thinner than the kernel are found at the border; titles
    # on a bar and the grain of a desk are closed first.
    pad, inner = 2 * diameter, slice(2 * diameter, -2 * diameter)
    padded = cv2.copyMakeBorder(marks, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    small = np.ones((diameter // 3 | 1, diameter // 3 | 1), np.uint8)
    opened = cv2.morphologyEx(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, small), cv2.MORPH_OPEN, kernel)
    solid = np.ascontiguousarray(opened[inner, inner])
    if not solid.any():
        return None
    labels = np.asarray(cv2.connectedComponents(solid)[1])
    along = {
        int(label)
        for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1])
        for label, count in zip(*np.unique(side[side > 0], return_counts=True), strict=True)
        if count >= _ALONG_BORDER * len(side)
    }
    if not along:
        return None
    region = np.isin(labels, sorted(along)).astype(np.uint8)
    surround = _dilate(_dilate(region, 5, 5) & _dilate(marks, 3, 3), 3, 3) | region
    return np.asarray(cv2.resize(surround, contrast.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)


def leaves_marks(contrast: FloatArray, threshold: float, without: Mask) -> bool:
    """Whether enough marks for a digit are left outside of a mask."""
    left = np.count_nonzero((contrast > threshold) & (_dilate(without, 7, 7) == 0))
    return bool(left >= _LEFT_OVER * contrast.size)


def remove_rules(contrast: FloatArray, threshold: float) -> FloatArray:
    """Take out the lines of ruled and squared paper: long, thin, straight, from border to border, and several or faint.

    Strokes that cross a line are kept where they run on across it.

    Args:
        contrast: float32 of shape (H, W).
        threshold: contrast from which a pixel is a mark.

    Returns:
        `contrast`, zero on the lines.
    """
    marks = (contrast > threshold).astype(np.uint8)
    if min(marks.shape) < 64:
        return contrast
    _, _, across, down = cv2.boundingRect(marks)
    rules = _horizontal_rules(marks) if across >= _SPAN * marks.shape[1] else None
    upright = _horizontal_rules(np.ascontiguousarray(marks.T)) if down >= _SPAN * marks.shape[0] else None
    if rules is None and upright is None:
        return contrast
    cleared = contrast.copy()
    if rules is not None:
        cleared[rules > 0] = 0
    if upright is not None:
        cleared[upright.T > 0] = 0
    return cleared


def _horizontal_rules(marks: Mask) -> Mask | None:
    """The pixels of horizontal rules without the strokes that cross them; None when there are fewer than two rules."""
    height, width = marks.shape
    thickest = max(3, round(0.02 * height))
    # Runs of a sixth of the width in a band of a few pixels: a rule may be tilted and wavy by as much.
    run = _open(_dilate(marks, 1, 3), max(9, width // 6), 1) & marks
    thin = run & (1 - _open(marks, 1, 2 * thickest))
    joined = _dilate(thin, max(9, width // 8) | 1, 3)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    rules = [
        label
        for label in range(1, count)
        if stats[label, cv2.CC_STAT_WIDTH] >= _SPAN * width and stats[label, cv2.CC_STAT_HEIGHT] <= 0.1 * height + 6
    ]
    if len(rules) < 2:
        return None
    # A stroke that runs along a rule for a while is thicker than the rule is elsewhere.
    own = np.where(thin > 0, labels, 0)
    thickness = min(float(np.median((own == label).sum(axis=0))) for label in rules)
    across = _open(marks, 1, 2 * max(1, round(thickness)) + 2)
    return _dilate(np.isin(own, rules).astype(np.uint8), 3, 3) & (1 - across)


def is_writing(ink: FloatArray) -> bool:
    """Whether marks, float32 (H, W), hang together as strokes do: grain alone leaves specks."""
    strong = (ink > 0.3).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(strong)
    if width == 0:  # OpenCV does not survive labelling nothing
        return False
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(strong[y : y + height, x : x + width]))
    largest = int(stats[1:, cv2.CC_STAT_AREA].max(initial=0))
    return largest >= smallest_mark(ink)


def smallest_mark(picture: FloatArray) -> float:
    """How many pixels a mark must have at least to be writing, on a picture of this size, (H, W)."""
    return max(2.0, _SMALLEST * picture.size)


@dataclass(frozen=True)
class _Mark:
    """A connected mark: its label, box, ink and what it looks like."""

    label: int
    x: int
    y: int
    width: int
    height: int
    ink: float


def keep_digit(ink: FloatArray, faintest: float = 0.1) -> FloatArray:
    """Keep the marks that make up the digit: the one with the most ink near the middle, and the parts around it.

    Args:
        ink: float32 of shape (H, W), 0 to 1.
        faintest: ink from which a pixel belongs to a mark; what is fainter stays at the rim of marks only.

    Returns:
        `ink`, zero outside of the digit.
    """
    present = (ink > faintest).astype(np.uint8)
    # Pencil and coarse screens break strokes: gaps of a hundredth of the picture do not part them.
    bridge = 1 + 2 * round(0.008 * max(ink.shape))
    joined = _dilate(present, bridge, bridge) if bridge > 1 else present
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count == 2:
        return np.where(_dilate(joined, 3, 3) > 0, ink, np.float32(0))
    sums = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count)
    boxes = stats[:, :4].tolist()
    marks = [_Mark(i, x, y, w, h, float(sums[i])) for i, (x, y, w, h) in enumerate(boxes) if i > 0]
    if not marks:
        return np.zeros_like(ink)
    digit = _parts_of_digit(_without_frames(marks, np.asarray(labels, np.int32), ink), ink.shape)
    keep = np.zeros(count, np.uint8)
    keep[[mark.label for mark in digit]] = 1
    return np.where(_dilate(keep[labels], 3, 3) > 0, ink, np.float32(0))


def _without_frames(marks: list[_Mark], labels: NDArray[np.int32], ink: FloatArray) -> list[_Mark]:
    """Marks that are no frame and no edge of the picture, or all where nothing else could be the digit."""
    least = 0.1 * max(_LEFT_OVER * ink.size, 4.0)
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
    others = sorted((m for m in marks if m is not main and m.ink >= _SPECK * main.ink), key=weight, reverse=True)
    grown = True
    while grown:
        grown = False
        reach = _NEAR * max(right - left, bottom - top)
        for mark in others:
            gap_x = max(mark.x - right, left - mark.x - mark.width, 0)
            gap_y = max(mark.y - bottom, top - mark.y - mark.height, 0)
            wider = max(right, mark.x + mark.width) - min(left, mark.x)
            higher = max(bottom, mark.y + mark.height) - min(top, mark.y)
            if mark.ink < 0.25 * main.ink and (
                wider > max(right - left, _GROWTH * max(main.width, 0.6 * main.height))
                or higher > max(bottom - top, _GROWTH * max(main.height, 0.6 * main.width))
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


def _dilate(mask: Mask, width: int, height: int) -> Mask:
    """A 0/1 mask grown by a rectangle of `width` x `height`."""
    return np.asarray(cv2.dilate(mask, np.ones((height, width), np.uint8)), np.uint8)


def _open(mask: Mask, width: int, height: int) -> Mask:
    """A 0/1 mask where a rectangle of `width` x `height` fits."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((height, width), np.uint8)), np.uint8)


def _coarse(mask: Mask) -> Mask:
    """A 0/1 mask at 168 pixels on its longer side at most, by majority."""
    return (_shrunk(mask * np.uint8(255), 168) > 127).astype(np.uint8)


def _shrunk(array: NDArray[Any], longest_side: int) -> NDArray[Any]:
    """A map (H, W) scaled down to `longest_side` by area averaging; a smaller one as it is."""
    scale = longest_side / max(array.shape)
    if scale >= 1:
        return array
    size = max(1, round(array.shape[1] * scale)), max(1, round(array.shape[0] * scale))
    return np.asarray(cv2.resize(array, size, interpolation=cv2.INTER_AREA))
