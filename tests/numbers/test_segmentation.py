"""Rows are found in reading order, levelled and with all their marks, wherever and however large they are written."""

from __future__ import annotations

import numpy as np
import pytest

from digit.numbers.segmentation import find_marks, find_rows
from tests.imaging.drawing import paint
from tests.numbers.rows import blank, overlap, write


def test_rows_come_from_top_to_bottom() -> None:
    """Rows of different sizes, not one below the other, come in the order of their height on the page."""
    coverage = blank((420, 700))
    write(coverage, "12", left=400, top=30, height=40)
    write(coverage, "345", left=40, top=110, height=110)
    write(coverage, "67", left=300, top=300, height=60)
    rows = find_rows(paint(coverage))
    assert [row.height for row in rows] == pytest.approx([44, 112, 63], abs=3)
    assert [row.top for row in rows] == sorted(row.top for row in rows)


@pytest.mark.parametrize("degrees", [-10, -5, 0, 5, 10])
def test_a_slanted_baseline_is_levelled(degrees: int) -> None:
    """The slope is found, and in the cut the row is as high as its digits and a margin."""
    slope = float(np.tan(np.radians(degrees)))
    coverage = blank((360, 700))
    write(coverage, "80808080", top=180 - 280 * slope, height=60, slope=slope)
    rows = find_rows(paint(coverage))
    assert len(rows) == 1
    assert rows[0].slope == pytest.approx(slope, abs=0.02)
    assert rows[0].ink.shape[0] < 1.6 * 60


def test_places_in_the_cut_are_places_in_the_picture() -> None:
    """`to_picture` brings the box of the last digit of a slanted row to where it was drawn."""
    coverage = blank((360, 700))
    boxes = write(coverage, "8080808", top=60, height=60, slope=0.15)
    row = find_rows(paint(coverage))[0]
    marks, _ = find_marks(row.ink, row.pen)
    last = max(marks, key=lambda mark: mark.x)
    assert overlap(row.to_picture((last.x, last.y, last.width, last.height)), boxes[-1]) > 0.85


def test_dots_and_dashes_belong_to_their_row() -> None:
    """Separators make no rows of their own, and are in the ink of the row that they stand in."""
    coverage = blank()
    write(coverage, "12.05-24")
    rows = find_rows(paint(coverage))
    assert len(rows) == 1
    assert rows[0].ink.sum() == pytest.approx(coverage.sum(), rel=0.1)


def test_the_grey_cut_is_dark_on_white_whatever_the_colours() -> None:
    """Light writing on dark paper has the same grey cut as dark writing on light paper."""
    coverage = blank()
    write(coverage, "285")
    dark, light = find_rows(paint(coverage))[0], find_rows(paint(coverage, (20, 20, 20), (255, 255, 255)))[0]
    assert dark.grey.shape == light.grey.shape
    assert np.abs(dark.grey.astype(int) - light.grey.astype(int)).max() <= 2
    assert dark.grey[0, 0] == 255


def test_nothing_written_is_no_row() -> None:
    """A blank page has no rows and no marks."""
    assert find_rows(np.full((90, 120, 3), 255, np.uint8)) == []
    assert find_marks(np.zeros((9, 9), np.float32), 0.0)[0] == []


def test_a_page_of_grain_keeps_its_tallest_marks() -> None:
    """More marks than a page of writing has are not all looked at; the row among them is found."""
    coverage = blank((700, 700))
    for y in range(3, 560, 9):
        for x in range(3, 690, 9):
            coverage[y : y + 6, x : x + 3] = 1
    write(coverage, "345", left=200, top=600, height=80)
    marks, _ = find_marks(coverage, 3.0)
    assert len(marks) == 1000
    assert max(mark.bottom for mark in marks) > 670
    assert any(row.height > 70 for row in find_rows(paint(coverage)))
