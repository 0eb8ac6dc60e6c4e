"""A row of separated digits to what it says: which of its pieces form a digit together is found by trying.

Every run of neighbouring pieces is brought into the form of a digit image and read by the single-digit network; the way
through the row of the least total cost is the number (over-segmentation with dynamic programming, as in LeCun et al.
1998, section V). What the network does not take for digits is left out. Knows ink and the network's answers; does not
know the artifact, nor how the ink was found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from digit.imaging import DIGIT_SIZE, normalize_ink
from digit.imaging.strokes import prepare_strokes
from digit.numbers.cutting import Labels, Piece, cut_piece, find_pieces
from digit.numbers.segmentation import Row
from digit.recognition.probability import free_energy, softmax
from digit.types import Box, FloatArray

_CENTRE = (DIGIT_SIZE - 1) / 2

MOST_PIECES = 5
"""A digit is made of at most so many pieces."""
WIDEST = 1.35
"""A digit of several pieces is at most this many heights of the row wide."""
LOWEST = 0.42
"""What is lower than this share of the row's height is no digit: dots, commas, dashes."""
CLEAR_ENERGY = -7.5
"""Free energy up to which a digit image costs nothing extra: half of MNIST's digits are below -9."""
ENERGY_COST = 0.35
"""Cost of each unit of free energy above."""
CUT_COST, MAX_CUT_COST = 1.0, 1.5
"""Cost of a cut for each width of the pen that it crosses, and of a cut along a wall that two digits share."""
PART_HEIGHT = 0.85
"""Parts of a mark are about as high as the row ..."""
PART_COST = 6.0
"""... and what they lack costs this for each height of the row: a loop of a 6 reads well as a 0."""
GAP_COST = 6.0
"""Cost of empty columns inside of a digit, for each height of the row."""
SKIP_COST = 3.5
"""Cost of leaving out a digit's ink."""
COMPANY = 0.4
"""A mark in a row may be so much above the threshold of free energy: digits stand in the company of digits."""
VIEWS, TURN, ZOOM = 5, 8.0, 1.1
"""The digits chosen are read at several angles (degrees) and sizes, and the answers averaged."""
SURE = 0.95
"""Probability from which a whole mark of usual width is not cut."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A digit of a row, or what is no digit and as high as one.

    Attributes:
        probabilities: float32 of shape (10,).
        energy: free energy of the digit image; high where it is hardly a digit.
        cost: what it costs to take it for a digit, cuts not counted: near 0 for a clear one.
        box: (x, y, w, h) in pixels of the row.
        ink: sum of its ink, in full pixels.
        accepted: whether it is a digit.
    """

    probabilities: FloatArray
    energy: float
    cost: float
    box: Box
    ink: float
    accepted: bool


@dataclass(frozen=True)
class DigitReader:
    """The single-digit network as the reader of rows needs it.

    Attributes:
        logits: float32 digit images (N, 28, 28) to raw outputs (N, 10).
        temperature: the logits are divided by it before the softmax.
        energy_threshold: free energy above which a digit image is no digit.
    """

    logits: Callable[[FloatArray], FloatArray]
    temperature: float
    energy_threshold: float

    def __call__(self, images: list[FloatArray], views: int = 1) -> tuple[FloatArray, FloatArray]:
        """Probabilities (N, 10) and free energies (N,) of digits, each seen in `views` digit images in a row."""
        if not images:
            return np.zeros((0, 10), np.float32), np.zeros(0, np.float32)
        logits = self.logits(np.stack(images))
        seen = logits.reshape(-1, views, 10).mean(axis=1)
        return softmax(seen / self.temperature), free_energy(seen, self.temperature)


def read_row(row: Row, reader: DigitReader) -> list[Reading]:
    """The digits of a row from left to right, and between them the marks as high as digits that are none."""
    pieces, labels = find_pieces(row)
    pieces = _cut_where_needed(row, pieces, labels, reader)
    groups = [
        (first, last)
        for first in range(len(pieces))
        for last in range(first + 1, min(first + MOST_PIECES, len(pieces)) + 1)
        if _may_be_digit(row, pieces[first:last])
    ]
    probabilities, energies = reader([_digit_image(row, pieces[first:last], labels) for first, last in groups])
    costs = [
        _cost(row, pieces[first:last], p, float(energy))
        for (first, last), p, energy in zip(groups, probabilities, energies, strict=True)
    ]
    way = _least_cost_way(row, pieces, groups, costs)
    seen = [view for index, _ in way for view in _views(_digit_image(row, pieces[slice(*groups[index])], labels))]
    averaged, _ = reader(seen, VIEWS)
    readings = []
    for (index, taken), p in zip(way, averaged, strict=True):
        own, energy = pieces[slice(*groups[index])], float(energies[index])
        # Turned and resized, letters look more like digits: the energy is that of the image as it is.
        accepted = taken and energy <= reader.energy_threshold + COMPANY
        readings.append(Reading(p, energy, costs[index], _box(own), sum(piece.ink for piece in own), accepted))
    return readings


def _least_cost_way(
    row: Row, pieces: list[Piece], groups: list[tuple[int, int]], costs: list[float]
) -> list[tuple[int, bool]]:
    """Which groups of pieces (first, last) make up the row at the lowest cost, from left to right.

    Returns:
        Index of each group, and whether it is taken for a digit; pieces that are left out and as high as a digit are in
        it as groups that are not.
    """
    usual = float(np.median([piece.ink for piece in pieces if piece.height >= 0.5 * row.height] or [1.0]))
    starting: dict[int, list[int]] = {}
    alone: dict[int, int] = {}
    for index, (first, last) in enumerate(groups):
        starting.setdefault(first, []).append(index)
        if last == first + 1:
            alone[first] = index
    total = np.full(len(pieces) + 1, np.inf)
    total[0] = 0.0
    came: list[tuple[int, int | None]] = [(0, None)] * (len(pieces) + 1)
    for first, piece in enumerate(pieces):
        ways: list[tuple[int, int | None, float]] = [(first + 1, None, SKIP_COST * min(1.0, piece.ink / usual))]
        ways += [(groups[i][1], i, costs[i] + _cut_cost(piece)) for i in starting.get(first, [])]
        for last, group, cost in ways:
            if total[first] + cost < total[last]:
                total[last], came[last] = total[first] + cost, (first, group)
    chosen: list[tuple[int, bool]] = []
    at = len(pieces)
    while at > 0:
        at, way = came[at]
        if way is not None:
            chosen.append((way, True))
        elif at in alone:
            chosen.append((alone[at], False))
    return chosen[::-1]


def _cut_where_needed(row: Row, pieces: list[Piece], labels: Labels, reader: DigitReader) -> list[Piece]:
    """Marks that are wide, or no clear digit as they are, in parts."""
    tall = [piece for piece in pieces if piece.height >= LOWEST * row.height]
    probabilities, energies = reader([_digit_image(row, [piece], labels) for piece in tall])
    clear = {
        piece.label
        for piece, p, energy in zip(tall, probabilities, energies, strict=True)
        if p.max() >= SURE and energy <= CLEAR_ENERGY and piece.width <= 1.1 * row.height
    }
    parts = []
    for piece in pieces:
        whole = piece.label in clear or piece.width < 0.4 * row.height or piece.height < LOWEST * row.height
        parts.extend([piece] if whole else cut_piece(row, piece, labels))
    return sorted(parts, key=lambda part: part.x + part.width / 2)


def _may_be_digit(row: Row, pieces: list[Piece]) -> bool:
    _, _, width, height = _box(pieces)
    if height < LOWEST * row.height:
        return False
    return len(pieces) == 1 or width <= WIDEST * row.height


def _cost(row: Row, pieces: list[Piece], probabilities: FloatArray, energy: float) -> float:
    """What it costs to take pieces for a digit: 0 for a clear one."""
    cost = -float(np.log(max(float(probabilities.max()), 1e-6))) + ENERGY_COST * max(0.0, energy - CLEAR_ENERGY)
    x, _, width, height = _box(pieces)
    if _is_part(pieces):
        cost += PART_COST * max(0.0, PART_HEIGHT - height / row.height)
    covered = np.zeros(width, bool)
    for piece in pieces:
        covered[piece.x - x : piece.x - x + piece.width] = True
    return cost + GAP_COST * float(np.count_nonzero(~covered)) / row.height


def _cut_cost(piece: Piece) -> float:
    """What the cut at the left of a piece costs."""
    return min(CUT_COST * piece.cut, MAX_CUT_COST)


def _digit_image(row: Row, pieces: list[Piece], labels: Labels) -> FloatArray:
    """Pieces of a row as the network knows digits."""
    x, y, width, height = _box(pieces)
    around = np.pad(labels, 1)[y : y + height + 2, x : x + width + 2]
    own = np.isin(around, [piece.label for piece in pieces])
    # The soft rim of the strokes is too faint to be a mark, and the network knows digits with it.
    rim = (cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & (around == 0)
    ink = np.where(own | rim, np.pad(row.ink, 1)[y : y + height + 2, x : x + width + 2], np.float32(0))
    return normalize_ink(prepare_strokes(ink, (0, 0, width + 2, height + 2)))


def _views(digit_image: FloatArray) -> list[FloatArray]:
    """The digit image as it is, turned to both sides, smaller and larger."""
    seen = [digit_image]
    for angle, size in ((-TURN, 1.0), (TURN, 1.0), (0.0, 1 / ZOOM), (0.0, ZOOM)):
        matrix = cv2.getRotationMatrix2D((_CENTRE, _CENTRE), angle, size)
        seen.append(np.asarray(cv2.warpAffine(digit_image, matrix, digit_image.shape), np.float32))
    return seen


def _is_part(pieces: list[Piece]) -> bool:
    """Whether a mark of which the pieces are goes on outside of them."""
    marks = [piece.mark for piece in pieces]
    return any(marks.count(piece.mark) < piece.parts for piece in pieces)


def _box(pieces: list[Piece]) -> Box:
    x, y = min(piece.x for piece in pieces), min(piece.y for piece in pieces)
    right, bottom = max(piece.x + piece.width for piece in pieces), max(piece.y + piece.height for piece in pieces)
    return x, y, right - x, bottom - y
