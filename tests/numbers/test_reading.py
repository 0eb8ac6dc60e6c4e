"""A picture to its number, by a finder and a reader made for the test: order, cuts, places, choice, and nothing."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digit import PictureError
from digit.numbers.finder import Finder, FoundLine
from digit.numbers.number import NO_NUMBER, Number, Row
from digit.numbers.reader import LineDigit, LineReading, Reader
from digit.numbers.reading import (
    AIR,
    CUT_HEIGHT,
    ENDS,
    LEAST_CONFIDENCE,
    PAGE_SIZE,
    choose,
    in_reading_order,
    line_view,
    number_on,
    read_number,
    read_views,
    whole_view,
)
from tests.imaging.drawing import Coverage, paint
from tests.numbers.rows import Boxes, blank, overlap, write

Grey = NDArray[np.uint8]


class Told:
    """A finder that finds what it is told, and remembers what it was shown."""

    def __init__(self, *lines: FoundLine) -> None:
        self.lines = list(lines)
        self.shown: list[Grey] = []

    def find(self, grey: Grey) -> list[FoundLine]:
        self.shown.append(grey)
        return self.lines


class Counting:
    """A reader to which every mark is a digit: it reads 1, 2, 3 and so on from left to right."""

    def __init__(self, found: float = 0.9, whole: float = 0.5) -> None:
        self.found, self.whole = found, whole
        self.shown: list[Coverage] = []

    def read(self, ink: Coverage) -> LineReading:
        self.shown.append(ink)
        inked = np.concatenate([[False], (ink > 0.4).any(axis=0), [False]])
        starts, ends = np.flatnonzero(inked[1:] & ~inked[:-1]), np.flatnonzero(inked[:-1] & ~inked[1:])
        flat = np.full(10, 0.1, np.float32)
        digits = tuple(
            LineDigit((number + 1) % 10, 0.8, flat, float(start), float(end))
            for number, (start, end) in enumerate(zip(starts, ends, strict=True))
        )
        text = "".join(str(digit.digit) for digit in digits)
        return LineReading(text, digits=digits, alternatives=((f"{text}0", 0.2),) if text else ())

    def confidence(self, features: Coverage) -> float:
        return self.whole if features[5] else self.found


def answered(picture: Grey, finder: Told, reader: Counting) -> Number:
    return read_number(picture, cast(Finder, finder), cast(Reader, reader))


def line(x: float, y: float, length: float = 80, height: float = 20, degrees: float = 0, score: float = 1) -> FoundLine:
    return FoundLine(x, y, length, height, math.radians(degrees), score)


def around(boxes: Boxes) -> FoundLine:
    """The line that level boxes make up."""
    x, y, width, height = np.array(boxes).T
    left, right, top, bottom = x.min(), (x + width).max(), y.min(), (y + height).max()
    return line((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)


def turned(coverage: Coverage, level: FoundLine, boxes: Boxes, degrees: float) -> tuple[Coverage, FoundLine, Boxes]:
    """A page turned clockwise around the middle of its line; the boxes are those of the turned ones."""
    matrix = cv2.getRotationMatrix2D((level.x, level.y), -degrees, 1.0)
    page = cv2.warpAffine(coverage, matrix, coverage.shape[::-1])
    around = []
    for x, y, width, height in boxes:
        corners = np.array([[x, y, 1], [x + width, y, 1], [x, y + height, 1], [x + width, y + height, 1]]) @ matrix.T
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        around.append((round(left), round(top), round(right - left), round(bottom - top)))
    found = FoundLine(level.x, level.y, level.length, level.height, math.radians(degrees), 0.9)
    return page.astype(np.float32), found, around


def grey_of(coverage: Coverage) -> Grey:
    return np.ascontiguousarray(paint(coverage, (230, 230, 230))[..., 0])


def rows_of(*confidences: float) -> tuple[Row, ...]:
    return tuple(Row("7", confidence, ()) for confidence in confidences)


def test_lines_are_read_from_top_to_bottom_and_from_left_to_right() -> None:
    """Columns of a table that are a little out of line are one row of it."""
    table = [line(300, 104), line(100, 98), line(100, 52), line(300, 48), line(500, 51)]
    assert in_reading_order(table) == [table[2], table[3], table[4], table[1], table[0]]
    assert in_reading_order([]) == []


def test_rows_close_below_each_other_stay_rows() -> None:
    """A row that begins further left does not come before the one above it."""
    below, above = line(100, 124), line(300, 100)
    assert in_reading_order([below, above]) == [above, below]


@pytest.mark.parametrize("degrees", [0, 12, -12, 35])
@pytest.mark.parametrize("height", [30, 110])
def test_a_turned_line_is_cut_out_level(degrees: float, height: int) -> None:
    """In the cut, the digits fill the middle, and the first stands as high as the last."""
    coverage = blank((560, 700))
    level = around(boxes := write(coverage, "8080", left=350 - 2 * height, top=280, height=height, pen=height // 10))
    page, found, _ = turned(coverage, level, boxes, degrees)
    view = line_view(grey_of(page), found)
    rows, columns = view.ink.shape
    assert rows <= CUT_HEIGHT
    shape = (level.length + 2 * ENDS * level.height) / ((1 + 2 * AIR) * level.height)
    assert columns / rows == pytest.approx(shape, rel=0.05)
    ink = view.ink > 0.5
    reach = np.flatnonzero(ink.any(axis=1))
    assert (reach[0], reach[-1] + 1) == pytest.approx((rows * AIR / (1 + 2 * AIR), rows * (1 - AIR / 1.5)), abs=2)
    first, last = (np.mean(np.nonzero(part)[0]) for part in (ink[:, : columns // 4], ink[:, -columns // 4 :]))
    assert first == pytest.approx(last, abs=1)
    assert view.found == 0.9


def test_light_writing_on_dark_paper_is_cut_out_like_dark_on_light() -> None:
    coverage = blank()
    found = around(write(coverage, "385", height=40))
    dark = grey_of(coverage)
    light = np.asarray(255 - dark, np.uint8)
    np.testing.assert_allclose(line_view(dark, found).ink, line_view(light, found).ink, atol=0.02)


def test_a_line_at_the_edge_is_continued_with_its_paper() -> None:
    """What lies beyond the picture is as its edge, not a black bar."""
    coverage = blank((60, 200))
    found = around(write(coverage, "385", left=4, top=2, height=52, pen=4))
    ink = line_view(grey_of(coverage), found).ink
    assert ink[[0, -1]].max() < 0.2
    assert ink[:, [0, -1]].max() < 0.2


def test_the_whole_picture_is_one_line_in_its_own_pixels() -> None:
    """With a little paper around it."""
    coverage = blank((60, 200))
    write(coverage, "3", left=40, top=6, height=48, pen=4)
    view = whole_view(grey_of(coverage))
    assert view.found is None
    assert view.ink.shape == (68, 208)
    assert view.ink[[0, -1]].max() == view.ink[:, [0, -1]].max() == 0
    np.testing.assert_array_equal(view.matrix, [[1, 0, -4], [0, 1, -4]])


@pytest.mark.parametrize("degrees", [0, 10, -10])
@pytest.mark.parametrize("height", [36, 120])
def test_boxes_lie_on_the_digits_of_a_turned_line(degrees: float, height: int) -> None:
    coverage = blank((560, 700))
    boxes = write(coverage, "2808", left=350 - 2 * height, top=220, height=height, pen=height // 9, step=1.1)
    page, found, expected = turned(coverage, around(boxes), boxes, degrees)
    answer = answered(grey_of(page), Told(found), Counting())
    assert answer.text == "1234"
    for digit, box in zip(answer.digits, expected, strict=True):
        assert overlap(digit.box, box) > 0.8


def test_boxes_are_in_pixels_of_the_picture_as_it_was_given() -> None:
    """The finder sees a large picture at working size; its boxes come back in the picture's own pixels."""
    coverage = blank((900, 2400))
    boxes = write(coverage, "2808", left=300, top=250, height=350, pen=24, step=1.1)
    scale = PAGE_SIZE / 2400
    own = around(boxes)
    finder = Told(line(own.x * scale, own.y * scale, own.length * scale, own.height * scale))
    answer = answered(paint(coverage), finder, Counting())
    assert finder.shown[0].shape == (round(900 * scale), PAGE_SIZE)
    for digit, box in zip(answer.digits, boxes, strict=True):
        assert overlap(digit.box, box) > 0.85


def test_boxes_are_upright() -> None:
    """Of a photo that lies on its side by EXIF, the boxes are those of the upright picture."""
    coverage = blank((300, 1400))
    boxes = write(coverage, "380", left=100, top=60, height=160, pen=12, step=1.1)
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Image.fromarray(paint(coverage)).transpose(Image.Transpose.ROTATE_90).save(buffer, "PNG", exif=exif)
    answer = read_number(buffer.getvalue(), cast(Finder, Told()), cast(Reader, Counting()))
    assert answer.text == "123"
    for digit, box in zip(answer.digits, boxes, strict=True):
        assert overlap(digit.box, box) > 0.85


def test_a_row_has_the_confidence_and_the_alternatives_of_its_reading() -> None:
    coverage = blank()
    found = around(write(coverage, "808", step=1.1))
    (row,) = number_on(grey_of(coverage), cast(Finder, Told(found)), cast(Reader, Counting(found=0.75))).rows
    assert (row.text, row.confidence, row.alternatives) == ("123", 0.75, (("1230", 0.2),))
    assert [digit.confidence for digit in row.digits] == [0.8] * 3


def test_each_view_knows_what_the_other_says() -> None:
    """The last two features: a found half of a line says something else, a found line the same."""
    coverage = blank((90, 300))
    boxes = write(coverage, "8080", left=20, top=20, height=40, step=1.7)
    for found, same in ((boxes[:2], 0.0), (boxes, 1.0)):
        finder = cast(Finder, Told(around(found)))
        (whole,), (line_,) = read_views(grey_of(coverage), finder, cast(Reader, Counting()))
        assert whole.view.found is None
        assert line_.view.found == 1
        assert whole.features[-1] == line_.features[-1] == same


def test_rows_come_in_reading_order() -> None:
    coverage = blank((300, 700))
    lower = around(write(coverage, "80", top=180, step=1.1))
    upper = around(write(coverage, "808", top=40, step=1.1))
    assert answered(grey_of(coverage), Told(lower, upper), Counting()).text == "123\n12"


def test_the_view_that_the_reader_is_surer_of_is_the_answer() -> None:
    """By the mean of the rows; the lines found where both are as sure, and what says nothing never."""
    one, two = rows_of(0.8), rows_of(0.9, 0.6)
    assert choose(one, two) is one
    assert choose(rows_of(0.7), two) is two
    equal = rows_of(0.8)
    assert choose(one, equal) is equal
    assert choose(one, ()) is one
    assert choose((), one) is one
    assert choose((), ()) == ()


@pytest.mark.parametrize(("found", "whole", "text"), [(0.9, 0.5, "12"), (0.5, 0.9, "1234")])
def test_a_form_is_read_as_a_whole_and_a_page_by_its_lines(found: float, whole: float, text: str) -> None:
    """The finder has missed half of the line: the reader's confidence decides."""
    coverage = blank((90, 500))
    boxes = write(coverage, "8080", left=20, top=20, height=40, step=3.5)
    assert answered(grey_of(coverage), Told(around(boxes[:2])), Counting(found, whole)).text == text


def test_readings_that_are_likely_wrong_are_left_out() -> None:
    coverage = blank((90, 300))
    found = around(write(coverage, "808", left=20, top=10, height=60, step=1.1))
    picture = grey_of(coverage)
    assert answered(picture, Told(found), Counting(LEAST_CONFIDENCE, 0.1)).text == "123"
    nothing = answered(picture, Told(found), Counting(LEAST_CONFIDENCE - 0.01, 0.1))
    assert (nothing.rows, nothing.sentence) == ((), NO_NUMBER)


def test_nothing_written_is_no_number() -> None:
    """A line that the finder sees on blank paper is read, and says nothing."""
    reader = Counting()
    answer = answered(np.full((120, 200), 240, np.uint8), Told(line(100, 60)), reader)
    assert (answer.rows, answer.text, answer.confidence) == ((), "", 0.0)
    assert len(reader.shown) == 2


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (3, 5)])
def test_tiny_pictures_have_no_number(shape: tuple[int, int]) -> None:
    lines: Sequence[FoundLine] = [line(0, 0, 0.1, 0.1, 30), line(1, 1, 500, 2)]
    assert answered(np.full(shape, 240, np.uint8), Told(*lines), Counting()).rows == ()


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(PictureError, match="not a picture"):
        read_number(b"not a picture", cast(Finder, Told()), cast(Reader, Counting()))
