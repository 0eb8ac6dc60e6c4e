"""What is on a picture beside the writing: the desk under the sheet, bars around a drawing, rules on the paper.

Every function removes only what leaves something else to be the digit, or leaves that decision to its caller.
"""

from __future__ import annotations

import cv2
import numpy as np

from digit.imaging.constants import SHARED
from digit.imaging.pixels import shrink
from digit.types import FloatArray, Mask

SOLID: float = SHARED["surround"]["SOLID"]
"""A desk or a bar is thicker than this share of the picture's shorter side ..."""
ALONG_BORDER: float = SHARED["surround"]["ALONG_BORDER"]
"""... and lies along at least this share of one side of the picture."""
_SHEET = 0.25
"""A sheet on a desk covers at least this share of the picture ..."""
_SHEET_AT_BORDER = 0.35
"""... and lies along at most this share of its border; the shadow of a hand lies along more."""
LEFT_OVER: float = SHARED["surround"]["LEFT_OVER"]
"""Marks of at least this share of the picture's pixels can be a digit once the rest is gone."""
COARSE: int = SHARED["surround"]["COARSE"]
"""Longer side of the copy on which a surround is looked for, in pixels."""
SPAN: float = SHARED["surround"]["SPAN"]
"""Rules reach across this share of the picture, or more."""


def find_sheet(contrast: FloatArray) -> Mask | None:
    """The sheet of paper on a desk, where the desk was taken for the paper: one large solid block with straight sides.

    Args:
        contrast: float32 of shape (H, W).

    Returns:
        uint8 (H, W), 1 inside of the sheet; None when there is no sheet, as nearly always.
    """
    small = shrink(contrast, 96)
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
    full = (contrast > threshold).view(np.uint8)
    rim = max(full.shape) // COARSE + 2
    if not any(side.any() for side in (full[:rim], full[-rim:], full[:, :rim], full[:, -rim:])):
        return None  # nothing could reach the border of the coarse copy
    marks = _coarse(full)
    diameter = round(SOLID * min(marks.shape))
    at_border = max(float(side.mean()) for side in (marks[0], marks[-1], marks[:, 0], marks[:, -1]))
    if diameter < 3 or at_border < 0.5 * ALONG_BORDER:
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
        if count >= ALONG_BORDER * len(side)
    }
    if not along:
        return None
    region = np.isin(labels, sorted(along)).astype(np.uint8)
    surround = dilate(dilate(region, 5, 5) & dilate(marks, 3, 3), 3, 3) | region
    return np.asarray(cv2.resize(surround, contrast.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)


def leaves_marks(contrast: FloatArray, threshold: float, without: Mask) -> bool:
    """Whether enough marks for a digit are left outside of a mask."""
    left = np.count_nonzero((contrast > threshold) & (dilate(without, 7, 7) == 0))
    return bool(left >= LEFT_OVER * contrast.size)


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
    rules = _horizontal_rules(marks) if across >= SPAN * marks.shape[1] else None
    upright = _horizontal_rules(np.ascontiguousarray(marks.T)) if down >= SPAN * marks.shape[0] else None
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
    run = _open(dilate(marks, 1, 3), max(9, width // 6), 1) & marks
    thin = run & (1 - _open(marks, 1, 2 * thickest))
    joined = dilate(thin, max(9, width // 8) | 1, 3)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    rules = [
        label
        for label in range(1, count)
        if stats[label, cv2.CC_STAT_WIDTH] >= SPAN * width and stats[label, cv2.CC_STAT_HEIGHT] <= 0.1 * height + 6
    ]
    if len(rules) < 2:
        return None
    # A stroke that runs along a rule for a while is thicker than the rule is elsewhere.
    own = np.where(thin > 0, labels, 0)
    thickness = min(float(np.median((own == label).sum(axis=0))) for label in rules)
    across = _open(marks, 1, 2 * max(1, round(thickness)) + 2)
    return dilate(np.isin(own, rules).astype(np.uint8), 3, 3) & (1 - across)


def dilate(mask: Mask, width: int, height: int) -> Mask:
    """A 0/1 mask grown by a rectangle of `width` x `height`."""
    return np.asarray(cv2.dilate(mask, np.ones((height, width), np.uint8)), np.uint8)


def _open(mask: Mask, width: int, height: int) -> Mask:
    """A 0/1 mask where a rectangle of `width` x `height` fits."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((height, width), np.uint8)), np.uint8)


def _coarse(mask: Mask) -> Mask:
    """A 0/1 mask at `COARSE` pixels on its longer side at most, by majority."""
    return (shrink(mask * np.uint8(255), COARSE) > 127).astype(np.uint8)
