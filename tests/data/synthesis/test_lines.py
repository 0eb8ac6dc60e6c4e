"""Lines made on the spot: the text is what stands there, shapes and ranges hold, nothing depends on chance unseeded."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest

from digit.data.synthesis.glyphs import Glyphs
from digit.data.synthesis.lines import HEIGHT, compose, empty, line_of, on_paper, write
from digit.numbers.ctc import DIGITS, SEPARATORS, well_formed
from tests.digits import draw_digit, make_digits


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(make_digits(60))


def test_a_composed_line_has_as_many_digits_as_asked_for(glyphs: Glyphs) -> None:
    for seed in range(40):
        ink, text = compose(glyphs, np.random.default_rng(seed), 1 + seed % 7)
        assert sum(character in DIGITS for character in text) == 1 + seed % 7
        assert ink.shape[0] == HEIGHT
        assert ink.dtype == np.float32
        assert 0 <= ink.min() <= ink.max() <= 1
        assert ink.max() > 0.5


def test_separators_and_signs_are_in_the_text_and_make_a_number(glyphs: Glyphs) -> None:
    """Every separator occurs, some lines have none, and no text is one that the reader would not say."""
    texts = [write(glyphs, np.random.default_rng(seed), 4).text for seed in range(200)]
    assert all(well_formed(text) for text in texts)
    assert set(SEPARATORS) <= set("".join(texts))
    assert 40 < sum(text.isdigit() for text in texts) < 160
    assert any(text.startswith("-") for text in texts)


def test_thousands_and_dates_have_their_separators_in_place(glyphs: Glyphs) -> None:
    """1.234.567, in groups counted from the right, and 24/12/25 with the same mark twice."""
    numbers = [write(glyphs, np.random.default_rng(seed), 7).text.lstrip("-") for seed in range(200)]
    grouped = [text for text in numbers if [len(part) for part in re.split("[.,]", text)] == [1, 3, 3]]
    assert len(grouped) > 5
    assert all(text[1] == text[5] for text in grouped)
    dates = [write(glyphs, np.random.default_rng(seed), 6).text.lstrip("-") for seed in range(200)]
    dated = [text for text in dates if [len(part) for part in re.split("[^0-9]", text)] == [2, 2, 2]]
    assert len(dated) > 5
    assert all(text[2] == text[5] for text in dated)


def test_the_box_of_a_line_holds_its_digits_and_not_much_else(glyphs: Glyphs) -> None:
    """Three digits in the box, ink at each of its edges; signs before and endings behind it are outside."""
    for seed in range(60):
        written = write(glyphs, np.random.default_rng(seed), 3)
        left, top, right, bottom = written.box
        assert 0 <= left < right <= written.ink.shape[1]
        assert 0 <= top < bottom <= HEIGHT
        inside = written.ink[round(top) : round(bottom) + 3, round(left) : round(right)] > 0.3
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        assert rows[0] <= 4
        assert rows[-1] >= inside.shape[0] - 10
        assert columns[0] <= 4
        assert columns[-1] >= inside.shape[1] - 5


def test_the_same_seed_gives_the_same_line(glyphs: Glyphs) -> None:
    first, second = (compose(glyphs, np.random.default_rng(4), 5) for _ in range(2))
    assert first[1] == second[1]
    np.testing.assert_array_equal(first[0], second[0])


@pytest.mark.parametrize("gap", [10, 0, -4])
def test_gaps_are_as_wide_as_asked_for(gap: int) -> None:
    ones = np.stack([draw_digit(1)] * 3)
    width = int(np.ptp(np.flatnonzero(ones[0].any(axis=0)))) + 1
    line = line_of(ones, gap)
    inked = np.flatnonzero(line.any(axis=0))
    assert int(np.ptp(inked)) + 1 == 3 * width + 2 * gap


def test_runs_of_a_digit_and_lines_of_ones_occur(glyphs: Glyphs) -> None:
    texts = [write(glyphs, np.random.default_rng(seed), 6).text for seed in range(300)]
    assert 10 < sum(any(digit * 4 in text for digit in DIGITS) for text in texts) < 100
    assert 8 < sum(text.count("1") >= 4 for text in texts) < 80


def test_paper_leaves_the_digits_and_fills_no_line_with_ink(glyphs: Glyphs) -> None:
    """Of its own size or smaller, with its proportions."""
    sizes = set()
    for seed in range(24):
        rng = np.random.default_rng(seed)
        ink, _ = compose(glyphs, rng, 4)
        found = on_paper(ink, rng)
        assert 0 <= found.min() <= found.max() <= 1
        assert found.shape[1] / found.shape[0] == pytest.approx(ink.shape[1] / ink.shape[0], rel=0.05)
        here = cv2.resize(ink, found.shape[::-1], interpolation=cv2.INTER_AREA)
        assert found[here > 0.7].mean() > found[here < 0.05].mean() + 0.1
        sizes.add(found.shape[0])
    assert max(sizes) == HEIGHT
    assert min(sizes) < 0.8 * HEIGHT


def test_an_empty_line_may_hold_words_and_rules_but_keeps_its_form() -> None:
    letter = draw_digit(4)[4:24, 4:24].astype(np.float32) / 255
    for letters in ([], [letter]):
        lines = [empty(letters, np.random.default_rng(seed)) for seed in range(30)]
        assert {line.shape[0] for line in lines} == {HEIGHT}
        assert all(0 <= line.min() <= line.max() <= 1 + 1e-5 for line in lines)
        assert any(line.max() == 0 for line in lines)
        assert sum(line.sum() > 100 for line in lines) > 10
