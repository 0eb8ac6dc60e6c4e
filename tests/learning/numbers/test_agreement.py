"""Self-training takes the lines that are read as their labels say, the surest of each picture, and no others."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from digit.data.records.pictures import Record
from digit.data.synthesis.pages import Page
from digit.learning.numbers.agreement import agreed, cut_lines
from digit.numbers.finder import Finder, FoundLine
from digit.numbers.reader import LineReading, Reader
from digit.numbers.reading import line_view

NAMES = ["a.png", "b.png", "c.png"]


def line(x: float, score: float) -> FoundLine:
    """A line whose length in the cut tells it apart."""
    return FoundLine(x, 40, 2 * x, 20, 0.0, score)


class Found:
    """Finds lines by the brightness of the picture."""

    def __init__(self, *pictures: list[FoundLine]) -> None:
        self.pictures = pictures

    def find(self, grey: NDArray[np.uint8]) -> list[FoundLine]:
        return self.pictures[int(grey[0, 0])]


class Spoken:
    """Reads by the width of the line."""

    def __init__(self, readings: dict[int, tuple[str, float]]) -> None:
        self.readings = readings

    def read(self, ink: NDArray[np.float32]) -> LineReading:
        return LineReading(*self.readings[ink.shape[1]])


def records(*texts: str, as_written: bool = True) -> list[Record]:
    """Pictures of one brightness each: 0, 1, 2."""
    return [
        Record(name, np.full((80, 400), i, np.uint8), text, as_written, "integer")
        for i, (name, text) in enumerate(zip(NAMES, texts, strict=False))
    ]


def columns(found: FoundLine) -> int:
    return int(line_view(np.zeros((80, 400), np.uint8), found).ink.shape[1])


def test_lines_that_are_read_as_labelled_are_learned_from() -> None:
    """Of three pictures: read rightly, read wrongly, without a line."""
    right, wrong = line(50, 0.9), line(70, 0.9)
    readings = {columns(right): ("12.5", -0.1), columns(wrong): ("99", -0.1)}
    pictures = records("12,5", "98", "1")
    found = agreed(pictures, cast(Finder, Found([right], [wrong], [])), cast(Reader, Spoken(readings)))
    ((real, labelled),) = found
    assert real.grey is pictures[0].grey
    assert real.line is right
    assert (labelled.text, labelled.as_written) == ("12,5", True)
    np.testing.assert_array_equal(labelled.ink, line_view(pictures[0].grey, right).ink)


def test_of_several_right_lines_the_surest_is_taken() -> None:
    """By the likelihood of the text and the score of the line; a likelier line that says something else is not."""
    lines = [line(40, 0.9), line(50, 0.5), line(60, 0.6), line(70, 1.0)]
    said = [("7", -2.0), ("7", -0.3), ("7", -0.3), ("71", -0.01)]
    readings = {columns(one): spoken for one, spoken in zip(lines, said, strict=True)}
    ((real, _),) = agreed(records("7"), cast(Finder, Found(lines)), cast(Reader, Spoken(readings)))
    assert real.line is lines[2]


def test_separators_that_are_not_labelled_need_not_agree() -> None:
    """The label is learned as it is, and says that it leaves separators out."""
    found = line(50, 0.9)
    finder, reader = cast(Finder, Found([found])), cast(Reader, Spoken({columns(found): ("12.50", -0.1)}))
    ((_, labelled),) = agreed(records("1250", as_written=False), finder, reader)
    assert (labelled.text, labelled.as_written) == ("1250", False)
    assert agreed(records("1250", as_written=True), finder, reader) == []


def made(lines: list[FoundLine], ignored: list[FoundLine], texts: dict[FoundLine, str]) -> Page:
    ink = np.zeros((80, 400), np.float32)
    return Page(ink, np.zeros(ink.shape, np.uint8), lines, ignored, texts)


def test_lines_cut_out_of_made_pages_say_what_is_written_there() -> None:
    """A line found whole has its text, one found where nothing is has none; parts, and lines whose text is not known,
    teach nothing."""
    written, real, low = line(50, 1.0), line(150, 1.0), FoundLine(350, 40, 60, 20, 0.0, 1.0)
    nowhere, part = FoundLine(370, 70, 30, 10, 0.0, 0.5), FoundLine(80, 40, 40, 20, 0.0, 0.9)
    page = made([written, real], [low], {written: "12.5", low: "7"})
    shifted = FoundLine(52, 41, 98, 21, 0.01, 0.8)
    finder = cast(Finder, Found([shifted, part, line(150, 0.7), low, nowhere]))
    found = cut_lines(lambda _: page, 1, finder)
    assert [one.text for one in found] == ["12.5", "7", ""]
    np.testing.assert_array_equal(found[0].ink, line_view(page.grey, shifted).ink)


def test_each_page_is_made_by_its_number() -> None:
    asked: list[int] = []

    def make(number: int) -> Page:
        asked.append(number)
        return made([], [], {})

    assert cut_lines(make, 5, cast(Finder, Found([]))) == []
    assert sorted(asked) == [0, 1, 2, 3, 4]
