"""Lines that a finder cuts out, to train with.

Lines of real pictures whose reading agrees with the label teach the next finder where lines are, and the reader what
they look like when they are cut out (self-training). Lines of made pages need no agreement: what is written there is
known, and so is where nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from digit.data.records.pictures import Record
from digit.data.synthesis.pages import Page, RealLine
from digit.evaluation.numbers import same_number
from digit.learning.numbers.reader.batches import LabelledLine
from digit.numbers.finder import Finder, FoundLine, shared
from digit.numbers.reader import Reader
from digit.numbers.reading import in_reading_order, line_view
from digit.process.cores import cores

WHOLE = 0.7
"""A line is found whole when it and the written one share so much of the larger of both."""
APART = 0.05
"""A line is found where nothing is written when it shares less than this with all that is written."""


def agreed(records: Iterable[Record], finder: Finder, reader: Reader) -> list[tuple[RealLine, LabelledLine]]:
    """The line of each picture that is read as its label says, the surest where there are several; pictures without
    such a line are left out."""
    with ThreadPoolExecutor(cores()) as pool:
        return [line for line in pool.map(partial(_agreeing, finder, reader), records) if line is not None]


def _agreeing(finder: Finder, reader: Reader, record: Record) -> tuple[RealLine, LabelledLine] | None:
    right = []
    for line in finder.find(record.grey):
        view = line_view(record.grey, line)
        reading = reader.read(view.ink)
        if same_number(reading.text, record.text, record.as_written):
            right.append((reading.likelihood + line.score, line, view.ink))
    if not right:
        return None
    _, line, ink = max(right, key=lambda item: item[0])
    return RealLine(record.grey, line), LabelledLine(ink, record.text, record.as_written)


def mended_lines(
    mended: Iterable[tuple[NDArray[np.uint8], tuple[str, ...]]], finder: Finder
) -> list[tuple[RealLine, LabelledLine]]:
    """The lines of numbers that people mended, where as many are found as there are rows; they need no agreement."""
    lines = []
    for grey, rows in mended:
        found = in_reading_order(finder.find(grey))
        if len(found) == len(rows):
            for line, text in zip(found, rows, strict=True):
                lines.append((RealLine(grey, line), LabelledLine(line_view(grey, line).ink, text)))
    return lines


def cut_lines(make: Callable[[int], Page], count: int, finder: Finder) -> list[LabelledLine]:
    """The lines found on made pages with what is written there, which is nothing where none was written.

    Lines that were found in part are left out.

    Args:
        make: makes the page of a number.
        count: pages to make.
    """
    with ThreadPoolExecutor(cores()) as pool:
        return [line for lines in pool.map(lambda number: _cut(make(number), finder), range(count)) for line in lines]


def _cut(page: Page, finder: Finder) -> list[LabelledLine]:
    lines = []
    for found in finder.find(page.grey):
        overlaps = [(_alike(found, line), line) for line in [*page.lines, *page.ignored]]
        best, line = max(overlaps, key=lambda one: one[0], default=(0.0, None))
        if line in page.texts and best > WHOLE:
            lines.append(LabelledLine(line_view(page.grey, found).ink, page.texts[line]))
        elif all(shared(found, other) < APART for _, other in overlaps):
            lines.append(LabelledLine(line_view(page.grey, found).ink, ""))
    return lines


def _alike(a: FoundLine, b: FoundLine) -> float:
    """Share of the larger of two rectangles that lies in the other."""
    areas = sorted((a.length * a.height, b.length * b.height))
    return shared(a, b) * areas[0] / max(areas[1], 1e-6)
