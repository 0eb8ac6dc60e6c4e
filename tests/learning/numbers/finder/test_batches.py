"""What the finder should answer to a page, and batches of pages: the same ones for the same seed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from digit.data.synthesis.glyphs import Glyphs
from digit.data.synthesis.pages import Page
from digit.learning.numbers.finder.batches import PageBatches, as_arrays, folded, truth_of
from digit.numbers.finder import CELL, CHANNELS, CORE, STRIDE, UNIT, FoundLine, lines_in, normalized
from tests.digits import make_digits
from tests.learning.numbers.tiny import FINDER


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(make_digits(30))


def page(lines: list[FoundLine], ignored: list[FoundLine], side: int = 128) -> Page:
    return Page(np.zeros((side, side), np.float32), np.full((side, side), 255, np.uint8), lines, ignored)


def line(x: float, y: float, length: float = 60, height: float = 24, degrees: float = 0) -> FoundLine:
    return FoundLine(x, y, length, height, math.radians(degrees), 1.0)


def test_the_truth_has_core_height_and_angle_of_each_line() -> None:
    """The core has half of the line's height, and beside it the places of the line do not count."""
    truth = truth_of(page([line(60, 64)], []))
    assert truth.shape == (32, 32, 1 + CHANNELS)
    core, weight = truth[..., 1], truth[..., 0]
    rows, columns = np.nonzero(core)
    assert ((rows.min(), rows.max() + 1)) == pytest.approx((64 / STRIDE - 1.5, 64 / STRIDE + 1.5), abs=0.5)
    assert (columns.min(), columns.max() + 1) == pytest.approx((30 / STRIDE, 90 / STRIDE), abs=1)
    np.testing.assert_allclose(truth[core > 0][:, 2:], [[math.log2(24 / UNIT), 0, 1]] * len(rows))
    assert (weight[core > 0] == 1).all()
    around = (weight == 0).sum() + len(rows)
    assert around == pytest.approx(60 * 24 * 1.1 / STRIDE**2, rel=0.35)
    assert not truth[weight == 0][:, 1:].any()
    assert weight[0, 0] == weight[-1, -1] == 1


@pytest.mark.parametrize("degrees", [-12, 0, 20])
def test_a_finder_that_answers_the_truth_finds_the_lines(degrees: float) -> None:
    """As serving reads the answer: place, height and angle come back, lengths to a place at each end."""
    lines = [line(50, 40, 60, 20, degrees), line(70, 95, 70, 32, degrees)]
    places = truth_of(page(lines, []))[..., 1:].copy()
    places[..., 0] = 18 * places[..., 0] - 9
    found = sorted(lines_in(places), key=lambda line: line.y)
    assert len(found) == 2
    for one, true in zip(found, lines, strict=True):
        assert (one.x, one.y) == pytest.approx((true.x, true.y), abs=STRIDE / 2)
        assert one.length == pytest.approx(true.length, abs=2 * STRIDE)
        assert one.height == pytest.approx(true.height, rel=1e-3)
        assert one.angle == pytest.approx(true.angle, abs=math.radians(1))


def test_ignored_lines_count_neither_as_lines_nor_as_paper() -> None:
    """Where a known line lies over an ignored one, its core counts."""
    truth = truth_of(page([line(60, 30)], [line(60, 90), line(60, 30, 100, 40)]))
    assert not truth[20:25, 8:22, 0].any()
    assert not truth[18:27, :, 1:].any()
    assert truth[truth[..., 1] > 0][:, 0].min() == 1
    assert not truth[4, 12:18, 0].any()


def test_thin_and_short_lines_still_have_a_core() -> None:
    """A single 1 of seven pixels is two places at least, which is what the finder takes for a line."""
    for x in np.arange(60, 64, 0.5):
        assert truth_of(page([line(x, 61 + x / 7, 2, 7)], []))[..., 1].sum() >= 1


def test_lines_that_lie_beyond_the_page_are_cut_at_its_edge() -> None:
    truth = truth_of(page([line(0, 64), line(300, 300)], []))
    rows, columns = np.nonzero(truth[..., 1])
    assert columns.min() == 0
    assert columns.max() <= 30 / STRIDE
    assert len(rows) < 40


def test_arrays_are_what_the_network_takes_and_the_loss_compares_with() -> None:
    pages = [page([line(60, 64)], []), page([], [])]
    pages[0].grey[50:60] = 20
    pictures, truth = as_arrays(pages)
    assert pictures.shape == (2, 128, 128, 1)
    assert truth.shape == (2, 128 // CELL, 128 // CELL, 4 * (1 + CHANNELS))
    np.testing.assert_array_equal(pictures[0, ..., 0], normalized(pages[0].grey))
    np.testing.assert_array_equal(truth[0], folded(truth_of(pages[0])))
    assert truth.dtype == pictures.dtype == np.float32


def test_cells_hold_their_four_places_row_by_row() -> None:
    places = np.arange(4 * 6 * 2, dtype=np.float32).reshape(4, 6, 2)
    cells = folded(places)
    assert cells.shape == (2, 3, 8)
    assert cells[0, 1].tolist() == [*places[0, 2], *places[0, 3], *places[1, 2], *places[1, 3]]


def test_batches_are_the_same_for_the_same_seed_and_new_in_each_round(glyphs: Glyphs) -> None:
    """A resumed training sees what an unbroken one would have seen."""
    batches, again = (PageBatches(glyphs, (), (), FINDER) for _ in range(2))
    pictures, truth = batches.batch(2, 1)
    assert pictures.shape == (3, 64, 64, 1)
    assert truth.shape == (3, 8, 8, 4 * (1 + CHANNELS))
    np.testing.assert_array_equal(pictures, again.batch(2, 1)[0])
    np.testing.assert_array_equal(truth, again.batch(2, 1)[1])
    assert not np.array_equal(pictures, batches.batch(2, 0)[0])
    assert not np.array_equal(pictures, batches.batch(1, 1)[0])


def test_cores_are_as_high_as_serving_takes_them_to_be() -> None:
    """A line of 40 pixels has a core of 20, which is five places."""
    truth = truth_of(page([line(64, 64, 80, 40)], []))
    assert truth[..., 1].sum(axis=0).max() == pytest.approx(40 * CORE / STRIDE, abs=1)
