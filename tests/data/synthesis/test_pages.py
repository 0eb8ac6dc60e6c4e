"""Pages made on the spot: lines lie where they are said to, real ones too, and what is hidden is no line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.data.synthesis import pages
from digit.data.synthesis.glyphs import Glyphs
from digit.data.synthesis.page_paper import photographed
from digit.data.synthesis.pages import Page, RealLine, make_page, rows_page
from digit.numbers.ctc import well_formed
from digit.numbers.finder import HIGHEST, LOWEST, FoundLine
from tests.digits import draw_digit, make_digits

SIDE = 192
PAPER, BAR = 200, 90


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(make_digits(60))


@contextmanager
def digits_alone(hidden: NDArray[np.bool_] | None = None) -> Iterator[None]:
    """Nothing printed on the pages, no words, no camera; where `hidden`, something covers them."""

    def flat(
        ink: NDArray[np.float32], height: float, rng: np.random.Generator, legible: bool = False
    ) -> tuple[NDArray[np.uint8], object]:
        return np.rint(255 * (1 - ink)).astype(np.uint8), np.zeros(ink.shape, bool) if hidden is None else hidden

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "photographed", flat)
        patch.setattr(pages, "printed", lambda *_: None)
        patch.setattr(pages, "_print_word", lambda page, at, height, angle, rng: 4 * height)
        yield


def levelled(picture: NDArray[np.generic], line: FoundLine, share: float = 1.0) -> NDArray[np.float32]:
    """A line cut out of a picture, turned level; with `share`, more or less of its height and as much of its ends."""
    width, height = line.length + (share - 1) * line.height, share * line.height
    cosine, sine = math.cos(line.angle), math.sin(line.angle)
    matrix = np.array([[cosine, -sine, 0], [sine, cosine, 0]])
    matrix[:, 2] = np.array([line.x, line.y]) - matrix[:, :2] @ np.array([width / 2, height / 2])
    size = max(1, round(width)), max(1, round(height))
    cut = cv2.warpAffine(picture.astype(np.float32), matrix, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    return np.asarray(cut, np.float32)


def inside(line: FoundLine, side: int = SIDE) -> bool:
    return bool(((line.corners > 1) & (line.corners < side - 2)).all())


def made(glyphs: Glyphs, count: int) -> list[Page]:
    return [make_page(glyphs, (), (), np.random.default_rng(seed), SIDE) for seed in range(count)]


def test_a_page_is_a_picture_of_its_size(glyphs: Glyphs) -> None:
    made_pages = made(glyphs, 20)
    for page in made_pages:
        assert page.grey.shape == page.ink.shape == (SIDE, SIDE)
        assert page.grey.dtype == np.uint8
        assert 0 <= page.ink.min() <= page.ink.max() <= 1
    assert any(page.lines for page in made_pages)
    assert any(not page.lines for page in made_pages), "some pages have no number"


def test_the_same_seed_gives_the_same_page(glyphs: Glyphs) -> None:
    first, second = (make_page(glyphs, (), (), np.random.default_rng(4), SIDE) for _ in range(2))
    np.testing.assert_array_equal(first.grey, second.grey)
    assert first.lines == second.lines
    assert first.ignored == second.ignored


def test_every_line_lies_on_ink_from_end_to_end(glyphs: Glyphs) -> None:
    """Levelled, it has ink at both ends, at its upper and its lower edge, and along all of it."""
    with digits_alone():
        lines = [(page, line) for page in made(glyphs, 80) for line in page.lines if inside(line)]
    assert len(lines) > 60
    for page, line in lines:
        ink = levelled(page.ink, line) > 0.12
        columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
        reach = 0.15 * line.height + 2
        assert columns[0] <= reach
        assert columns[-1] >= ink.shape[1] - 1 - reach
        assert rows[0] <= 2 * reach
        assert rows[-1] >= ink.shape[0] - 1 - 2 * reach
        assert np.diff(columns).max(initial=1) < 2.6 * line.height, "a gap as wide as one between two lines"


def test_without_a_line_there_is_no_ink(glyphs: Glyphs) -> None:
    """No digits stand on a page of which the finder is not told."""
    with digits_alone():
        empty = [page for page in made(glyphs, 80) if not page.lines and not page.ignored]
    assert len(empty) > 5
    assert all(page.ink.max() == 0 for page in empty)


def test_lines_of_heights_that_the_finder_does_not_know_are_ignored(glyphs: Glyphs) -> None:
    with digits_alone():
        made_pages = made(glyphs, 200)
    heights = [line.height for page in made_pages for line in page.lines]
    others = [line.height for page in made_pages for line in page.ignored]
    assert LOWEST * 0.95 <= min(heights) < 1.3 * LOWEST
    assert HIGHEST / 1.3 < max(heights) <= HIGHEST * 1.05
    assert others
    assert all(not LOWEST * 0.95 <= height <= HIGHEST * 1.05 for height in others)


def test_hidden_lines_are_no_lines_and_those_hidden_in_part_are_ignored(glyphs: Glyphs) -> None:
    hidden = np.zeros((SIDE, SIDE), bool)
    hidden[:, : SIDE // 2] = True
    with digits_alone(hidden):
        made_pages = made(glyphs, 60)
    lines = [line for page in made_pages for line in page.lines]
    partly = [line for page in made_pages for line in page.ignored]
    assert lines
    assert all(line.corners[:, 0].min() > SIDE // 2 - 1 for line in lines)
    assert partly
    assert all(line.corners[:, 0].max() > SIDE // 2 - 1 for line in partly)


def bar(degrees: float) -> RealLine:
    """A picture with a bar, 120 x 24 pixels, that is turned by some degrees, and says that it is a line."""
    grey = np.full((200, 300), PAPER, np.uint8)
    line = FoundLine(140, 110, 120, 24, math.radians(degrees), 1.0)
    cv2.fillConvexPoly(grey, np.rint(line.corners * 16).astype(np.int32), BAR, cv2.LINE_AA, 4)
    return RealLine(grey, line)


@pytest.mark.parametrize("degrees", [0, 9])
def test_real_lines_lie_where_they_are_said_to(glyphs: Glyphs, degrees: float) -> None:
    """The bar fills the line, and around it is its own paper: place, length, height and angle are right."""
    with digits_alone():
        made_pages = [make_page(glyphs, (), [bar(degrees)], np.random.default_rng(seed), SIDE) for seed in range(160)]
    laid = [(page, line) for page in made_pages for line in page.lines if line not in page.texts]
    laid = [(page, line) for page, line in laid if inside(line)]
    assert len(laid) > 15
    plain = []
    for page, line in laid:
        middle = levelled(page.grey, line, 0.7)
        around = levelled(page.grey, line, 1.6)  # beyond the blur of a small one
        edge = np.concatenate([around[0], around[-1], around[:, 0], around[:, -1]])
        assert np.ptp(middle) <= 12
        assert abs(float(np.median(edge)) - float(np.median(middle))) > 30
        plain.append(float(np.mean(np.abs(edge - np.median(edge)) <= 12)))
    assert min(plain) > 0.8, "the rest lies beyond the page or the picture"
    assert np.mean(plain) > 0.95


def test_a_real_picture_alone_has_one_line_and_others_keep_theirs(glyphs: Glyphs) -> None:
    """Of a page that it is laid on, the lines under it are gone and the others stay."""
    small = RealLine(np.full((14, 70), PAPER, np.uint8), FoundLine(35, 7, 60, 12, 0.0, 1.0))
    with digits_alone():
        made_pages = [make_page(glyphs, (), [small], np.random.default_rng(seed), SIDE) for seed in range(120)]
    counts = []
    for page in made_pages:
        laid = [line for line in page.lines if line.length / line.height == pytest.approx(5)]
        if len(laid) == 1 and page.lines[-1] is laid[0]:
            counts.append(len(page.lines))
            mask = np.zeros((SIDE, SIDE), np.uint8)
            cv2.fillConvexPoly(mask, np.rint(laid[0].corners).astype(np.int32), 1)
            for other in page.lines[:-1]:
                x, y = np.clip(np.rint([other.x, other.y]).astype(int), 0, SIDE - 1)
                assert mask[y, x] == 0
    assert counts.count(1) > 10
    assert max(counts) > 1


def test_a_real_line_is_of_a_height_that_the_finder_knows(glyphs: Glyphs) -> None:
    """A very long one is made smaller, so that most of it is on the page."""
    long = RealLine(np.full((40, 900), PAPER, np.uint8), FoundLine(450, 20, 880, 30, 0.0, 1.0))
    with digits_alone():
        made_pages = [make_page(glyphs, (), [long], np.random.default_rng(seed), SIDE) for seed in range(60)]
    laid = [line for page in made_pages for line in page.lines if line.length / line.height == pytest.approx(88 / 3)]
    assert laid
    assert all(LOWEST <= line.height <= HIGHEST for line in laid)
    assert all(line.length <= 1.21 * max(SIDE, LOWEST * 88 / 3) for line in laid)


def test_a_photo_leaves_the_writing_visible() -> None:
    """Whatever the light and the camera do, ink stays darker than the paper beside it where nothing hides it."""
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[90:102, 20:170] = 1
    for seed in range(40):
        grey, hidden = photographed(ink, 40, np.random.default_rng(seed))
        assert grey.shape == hidden.shape == ink.shape
        seen = ~hidden[92:100, 30:160]
        if seen.any():
            assert grey[92:100, 30:160][seen].mean() + 8 < grey[70:78, 30:160][~hidden[70:78, 30:160]].mean()


@pytest.mark.parametrize("rows", [1, 4, 7])
def test_a_page_of_rows_has_a_number_in_each(glyphs: Glyphs, rows: int) -> None:
    """As many texts as rows, each of them on the page, in bands from top to bottom."""
    for seed in range(8):
        with digits_alone():
            grey, texts = rows_page(glyphs, (), np.random.default_rng(seed), rows, width=500)
        assert len(texts) == rows
        assert all(text and well_formed(text) for text in texts)
        assert grey.shape[1] == 500
        pitch = grey.shape[0] / (rows + 1.2)
        for row in range(rows):
            assert grey[round((row + 0.5) * pitch) : round((row + 1.5) * pitch)].min() < 140


def test_a_page_without_rows_holds_letters_alone(glyphs: Glyphs) -> None:
    letter = draw_digit(4)[4:24, 4:24].astype(np.float32) / 255
    with digits_alone():
        lettered, texts = rows_page(glyphs, [letter], np.random.default_rng(0), 0)
        blank, none = rows_page(glyphs, [], np.random.default_rng(0), 0)
    assert texts == none == []
    assert lettered.min() < 140
    assert blank.min() == 255
