"""A row of ink to its pieces: connected marks, and touching digits cut where few strokes run.

Cuts too often rather than too seldom: which pieces are a digit together is decided by who can read them. A cut is the
path from the top of a mark to its bottom that crosses the least ink, so it may be slanted and run around a curl; it
is the shortest-path form of the drop-fall cuts that Congedo et al. 1995 let a drop find. Knows ink alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.numbers.segmentation import FAINTEST, Row, connected
from digit.types import FloatArray

Labels = NDArray[np.int32]

CUT_HEIGHT = 40
"""Marks higher than this are brought down to it before cuts are looked for."""
WORST_CUT = 8.0
"""A cut crosses at most this much ink, in widths of the pen: rings that touch share a wall, and are cut along it."""
_LEAST = 2.0
"""A part has at least this much ink, in squares of the pen's width."""
_NEAREST = 0.15
"""Cuts are at least this far from each other and from the ends of the mark, in heights of the row."""
_WAIST = 0.75
"""Where a mark is lower than this share of its full height, two digits may meet."""
_PAPER = 0.02
"""Cost of a step over paper: between two ways that cross no ink, the shorter one is the cut."""


@dataclass(frozen=True)
class Piece:
    """A part of a mark.

    Attributes:
        label: of its pixels in the label map.
        x, y, width, height: its box in the row.
        ink: sum of its ink, in full pixels.
        cut: ink that the cut at its left crosses, in widths of the pen; 0 at the left end of a mark.
        mark: which mark it belongs to.
        parts: how many pieces that mark is in.
    """

    label: int
    x: int
    y: int
    width: int
    height: int
    ink: float
    mark: int
    cut: float = 0.0
    parts: int = 1


def find_pieces(row: Row) -> tuple[list[Piece], Labels]:
    """The marks of a row, uncut, from left to right, and the map of their labels, int32 of the row's shape."""
    marks, labels = connected(row.ink, (row.ink > FAINTEST).astype(np.uint8))
    pieces = [Piece(m.label, m.x, m.y, m.width, m.height, m.ink, m.label) for m in marks]
    return sorted(pieces, key=lambda piece: piece.x + piece.width / 2), labels


def cut_piece(row: Row, piece: Piece, labels: Labels) -> list[Piece]:
    """The parts of a mark between all cuts that could part two digits, from left to right.

    Args:
        labels: the row's label map, in which the parts get labels of their own; changed in place.

    Returns:
        The parts, or the piece itself where there is no place to cut.
    """
    box = np.s_[piece.y : piece.y + piece.height, piece.x : piece.x + piece.width]
    own = labels[box] == piece.label
    ink = np.where(own, row.ink[box], np.float32(0))
    scale = min(1.0, CUT_HEIGHT / piece.height)
    size = max(1, round(piece.width * scale)), max(1, round(piece.height * scale))
    small = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32)
    pen = max(row.pen * scale, 1.0)
    paths = _paths(small, pen, _NEAREST * row.height * scale)
    if not paths:
        return [piece]
    # Right of how many cuts each pixel lies.
    columns = np.arange(piece.width)
    part = np.zeros(own.shape, np.int32)
    rows_of = np.minimum((np.arange(piece.height) * scale).astype(int), size[1] - 1)
    for path, _ in paths:
        part += columns >= np.ceil((path[rows_of] + 0.5) / scale)[:, np.newaxis]
    amounts = np.bincount(part[own], weights=ink[own], minlength=len(paths) + 1)
    place, crossings = _worth_cutting(amounts, [crossed for _, crossed in paths], _LEAST * row.pen * row.pen)
    if len(crossings) == 1:
        return [piece]
    part = place[part]
    pieces = []
    first_label = int(labels.max()) + 1
    for index, crossed in enumerate(crossings):
        mask = own & (part == index)
        x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
        labels[box][mask] = first_label + index
        amount = float(ink[mask].sum())
        pieces.append(Piece(first_label + index, piece.x + x, piece.y + y, width, height, amount, piece.mark, crossed))
    return [replace(part, parts=len(pieces)) for part in pieces]


def _worth_cutting(
    amounts: NDArray[Any], crossings: list[float], least: float
) -> tuple[NDArray[np.int32], list[float]]:
    """Cuts that leave at least so much ink on both sides.

    Args:
        amounts: ink between the cuts, shape (N + 1,).
        crossings: what each cut crosses, N numbers.

    Returns:
        In which part each of the N + 1 is now, and what the cut at the left of each part crosses.
    """
    place = np.zeros(len(amounts), np.int32)
    kept = [0.0]
    current = float(amounts[0])
    for index, crossed in enumerate(crossings, 1):
        if current >= least:
            kept.append(crossed)
            current = 0.0
        current += float(amounts[index])
        place[index] = len(kept) - 1
    if current < least and len(kept) > 1:
        kept.pop()
        place = np.minimum(place, len(kept) - 1).astype(np.int32)
    return place, kept


def _paths(ink: FloatArray, pen: float, nearest: float) -> list[tuple[NDArray[np.int64], float]]:
    """Cuts through a mark from left to right: the column in each line, and the ink crossed in widths of the pen."""
    height, width = ink.shape
    if width < 2 * nearest + 2:
        return []
    cost = ink + np.float32(_PAPER)
    down, from_above = _best_paths(cost)
    up, from_below = _best_paths(cost[::-1])
    middle = height // 2
    through = down[middle] + up[height - 1 - middle] - cost[middle]
    paths: list[tuple[NDArray[np.int64], float]] = []
    taken: list[tuple[int, float]] = []
    waists = _waists(ink, nearest)
    for order, column in enumerate([*waists, *np.argsort(through, kind="stable")]):
        # At a waist the straight cut parts two rings, where the best path would run through one of them. A cut
        # beside it would leave a sliver between them.
        straight = order < len(waists)
        crossed = float(ink[:, column].sum() if straight else through[column] - _PAPER * height) / pen
        at_end = column < nearest or column > width - 1 - nearest
        if crossed > WORST_CUT or at_end or any(abs(column - other) < room for other, room in taken):
            continue
        taken.append((int(column), 2 * nearest if straight else nearest))
        path = np.full(height, column) if straight else _trace(from_above, from_below, middle, int(column))
        paths.append((path, max(0.0, crossed)))
    paths.sort(key=lambda item: int(item[0][middle]))
    # Paths may run together, and never cross.
    ordered: list[tuple[NDArray[np.int64], float]] = []
    for path, crossed in paths:
        ordered.append((np.maximum(path, ordered[-1][0]) if ordered else path, crossed))
    return ordered


def _waists(ink: FloatArray, nearest: float) -> list[int]:
    """Columns where a mark is low between two places where it is high, as rings are where they touch."""
    inked = ink > FAINTEST
    height = len(ink)
    top = np.where(inked.any(axis=0), inked.argmax(axis=0), height)
    extent = np.maximum(height - inked[::-1].argmax(axis=0) - top, 0).astype(np.float32)
    window = np.ones((1, 2 * max(1, round(nearest)) + 1), np.uint8)
    lowest = cv2.erode(extent[np.newaxis], window, borderType=cv2.BORDER_REPLICATE)[0]
    low = np.flatnonzero((extent == lowest) & (extent < _WAIST * extent.max()))
    runs = np.split(low, np.flatnonzero(np.diff(low) > 1) + 1)
    return [int(run[len(run) // 2]) for run in runs if len(run)]


def _best_paths(cost: FloatArray) -> tuple[FloatArray, NDArray[np.int8]]:
    """Total cost of the best path from the first line to each pixel, (H, W), and the step that it came by: -1, 0, 1."""
    total = cost.copy()
    came = np.zeros(cost.shape, np.int8)
    padded = np.full(cost.shape[1] + 2, np.inf, np.float32)
    for y in range(1, len(cost)):
        padded[1:-1] = total[y - 1]
        # A slanted step is longer, and so crosses more.
        ways = np.stack([padded[1:-1], padded[:-2] + 0.4 * cost[y], padded[2:] + 0.4 * cost[y]])
        best = ways.argmin(axis=0)
        came[y] = np.array([0, -1, 1], np.int8)[best]
        total[y] += ways.min(axis=0)
    return total, came


def _trace(above: NDArray[np.int8], below: NDArray[np.int8], middle: int, column: int) -> NDArray[np.int64]:
    """The column of the best path through (`middle`, `column`) in each line."""
    height = len(above)
    path = np.empty(height, np.int64)
    path[middle] = column
    for y in range(middle, 0, -1):
        path[y - 1] = path[y] + above[y, path[y]]
    for y in range(middle, height - 1):
        path[y + 1] = path[y] + below[height - 1 - y, path[y]]
    return path
