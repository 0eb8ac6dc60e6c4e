"""Self-training: lines of real pictures whose reading agrees with the label teach the finder where lines are, and the
reader what they look like when they are cut out."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from digit.data.records.pictures import Record
from digit.data.synthesis.pages import RealLine
from digit.evaluation.numbers import same_number
from digit.learning.numbers.reader.batches import LabelledLine
from digit.numbers.finder import Finder
from digit.numbers.reader import Reader
from digit.numbers.reading import in_reading_order, line_view
from digit.process.cores import cores


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
