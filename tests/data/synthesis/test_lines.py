"""Lines made on the spot: the text is what stands there, shapes and ranges hold, nothing depends on chance unseeded."""

from __future__ import annotations

import numpy as np
import pytest

from digit.data.synthesis.lines import HEIGHT, Glyphs, compose, empty, line_of, on_paper, vary
from digit.numbers.line_image import LINE_HEIGHT
from tests.digits import draw_digit, make_digits


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(make_digits(60))


def test_a_composed_line_has_as_many_digits_as_asked_for(glyphs: Glyphs) -> None:
    for seed in range(20):
        ink, text = compose(glyphs, np.random.default_rng(seed), 1 + seed % 7)
        assert len(text) == 1 + seed % 7
        assert text.isdigit()
        assert ink.shape[0] == HEIGHT
        assert ink.dtype == np.float32
        assert 0 <= ink.min() <= ink.max() <= 1
        assert ink.max() > 0.5


def test_the_same_seed_gives_the_same_line(glyphs: Glyphs) -> None:
    first, second = (compose(glyphs, np.random.default_rng(4), 5) for _ in range(2))
    assert first[1] == second[1]
    np.testing.assert_array_equal(first[0], second[0])


def test_digits_picked_are_of_the_class_asked_for(glyphs: Glyphs) -> None:
    digits = make_digits(60)
    sums = {round(float((image / np.float32(255)).sum()), 2) for image in digits.images[digits.labels == 7]}
    picked = glyphs.pick(7, np.random.default_rng(0))
    assert any(abs(float(picked.sum()) - total) < 0.06 * total for total in sums)


@pytest.mark.parametrize("gap", [10, 0, -4])
def test_gaps_are_as_wide_as_asked_for(gap: int) -> None:
    ones = np.stack([draw_digit(1)] * 3)
    width = int(np.ptp(np.flatnonzero(ones[0].any(axis=0)))) + 1
    line = line_of(ones, gap)
    inked = np.flatnonzero(line.any(axis=0))
    assert int(np.ptp(inked)) + 1 == 3 * width + 2 * gap


def test_paper_leaves_the_digits_and_fills_no_line_with_ink(glyphs: Glyphs) -> None:
    for seed in range(12):
        rng = np.random.default_rng(seed)
        ink, _ = compose(glyphs, rng, 4)
        found = on_paper(ink, rng)
        assert found.shape == ink.shape
        assert 0 <= found.min() <= found.max() <= 1
        assert found[ink > 0.9].mean() > found[ink < 0.05].mean() + 0.2


def test_variations_keep_all_of_a_line_in_the_field(glyphs: Glyphs) -> None:
    marked = np.zeros((HEIGHT, 300), np.float32)
    marked[20:36, 2:8] = marked[20:36, -8:-2] = 1
    for seed in range(40):
        varied = vary(marked, np.random.default_rng(seed), 160)
        assert varied.shape == (LINE_HEIGHT, 160)
        assert 0 <= varied.min() <= varied.max() <= 1
        columns = varied.sum(axis=0)
        assert columns[:40].max() > 1, "the left end is gone"
        assert columns[90:].max() > 1, "the right end is gone"


def test_an_empty_line_may_hold_letters_and_rules_but_keeps_its_form() -> None:
    shapes = {empty(np.random.default_rng(seed)).shape[0] for seed in range(20)}
    assert shapes == {HEIGHT}
