"""Self-training takes the lines that are read as their labels say, the surest of each picture, and no others."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from digit.data.records.pictures import Record
from digit.learning.numbers.agreement import agreed
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
