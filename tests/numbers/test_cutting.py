"""Marks are cut where digits touch, and all of their ink is in the parts."""

from __future__ import annotations

import itertools

import numpy as np

from digit.numbers.cutting import WORST_CUT, cut_piece, find_pieces
from digit.numbers.segmentation import Row, find_rows
from tests.imaging.drawing import paint
from tests.numbers.rows import blank, write


def row_of(text: str, step: float) -> Row:
    coverage = blank()
    write(coverage, text, step=step)
    return find_rows(paint(coverage))[0]


def test_separate_digits_are_pieces_from_left_to_right() -> None:
    """Every digit is one piece with a label of its own."""
    row = row_of("3805", 0.95)
    pieces, labels = find_pieces(row)
    assert len(pieces) == 4
    assert [piece.x for piece in pieces] == sorted(piece.x for piece in pieces)
    assert {piece.label for piece in pieces} == set(np.unique(labels)) - {0}


def test_touching_zeros_can_be_cut_where_they_touch() -> None:
    """One of the cuts is at the place where two rings touch, and runs along their common wall."""
    row = row_of("00", 0.64)
    pieces, labels = find_pieces(row)
    assert len(pieces) == 1
    parts = cut_piece(row, pieces[0], labels)
    middle = row.ink.shape[1] / 2
    ends = {part.label: np.flatnonzero((labels == part.label).any(axis=0))[-1] for part in parts[:-1]}
    label, end = min(ends.items(), key=lambda item: abs(item[1] - middle))
    assert abs(end - middle) <= row.pen
    cut = next(after.cut for before, after in itertools.pairwise(parts) if before.label == label)
    assert 0 < cut <= WORST_CUT


def test_the_parts_hold_all_the_ink() -> None:
    """Nothing is lost or doubled by cutting, and the parts say which mark they are of."""
    row = row_of("8008", 0.62)
    pieces, labels = find_pieces(row)
    parts = cut_piece(row, pieces[0], labels)
    assert len(parts) > 4
    assert abs(sum(part.ink for part in parts) - pieces[0].ink) < 0.01 * pieces[0].ink
    assert {part.mark for part in parts} == {pieces[0].mark}
    assert {part.parts for part in parts} == {len(parts)}


def test_a_narrow_mark_is_not_cut() -> None:
    """A 1 has no place for a cut."""
    row = row_of("1", 1.0)
    pieces, labels = find_pieces(row)
    assert cut_piece(row, pieces[0], labels) == pieces
