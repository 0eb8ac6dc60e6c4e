"""A picture to its number: find rows, read each row, leave out what is no number, give boxes in pixels of the picture.

Two readers share the work. The digit reader reads rows of separated digits. Where the artifact has a line reader, it
reads what costs the digit reader much: digits that touch, and printed backgrounds.
Separators are skipped: a date or a phone number gives its digits alone.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.loading import PictureSource, load_picture, picture_size
from digit.numbers.line_image import line_ink
from digit.numbers.line_reader import LineReader
from digit.numbers.number import Number, NumberDigit
from digit.numbers.page import PAGE_SIZE
from digit.numbers.row_reader import DigitReader, Reading, read_row
from digit.numbers.segmentation import Row, background, find_rows
from digit.types import Box

WORD_GAP = 0.7
"""Marks further apart than this, in heights of the row, belong to different words."""
MAX_COST = 1.2
"""A row is a number when its digits cost no more than this each. Measured: 62 lines of six letters, nineteen in twenty
above 1.26; 40 lines of digits apart, nineteen in twenty below 0.2; 40 of digits that overlap by two pixels, nine in ten
below 1.15."""
MAX_WORD_COST = 0.4
"""In a row that is no number, a word is one when it costs less than this: parts of letters look like digits."""
HIGH_COST = 0.25
"""From this mean cost on, the line reader is asked first. On 240 lines of MNIST's validation digits, ten pixels apart
to six overlapping, and 38 rows of photos and drawings, more are read right so than with 0.1 or 0.7."""
LINE_LIKENESS = 0.75
"""Its answer counts when the line looks at least so much like digits ..."""
LINE_SURE = 0.85
"""... or so much, where the digit reader sees no number at all."""
STRIP_LIKENESS = 0.6
"""A strip cut from a form was made to hold a number. Measured on lines of validation digits and validation cheques, and
on 400 lines of letters: these three bounds keep as many right answers as bounds on the mean confidence of the digits
that let 1.4 to 3 times as many lines of letters pass."""
PRINTED = 0.07
"""A picture with so much printed under its writing, which breaks marks and makes false ones, is read as a whole if it
is a strip cut from a form: one line and nothing else. Its main row ..."""
STRIP_FILLED = 0.5
"""... fills so much of its height, as in 782 of 788 cheques ..."""
STRIP = 1.5
"""... or is the only one on a picture at least so many times as wide as high. Rows of a photo of ruled paper do not."""
OTHER_LINE = 0.3
"""A row of so much of the main one's height is another line if it overlaps it ..."""
OVERLAP = 0.25
"""... by no more of its own height. Of 60 pictures with two lines none is read as one; of 813 cheques, three are read
worse for it."""
HARDLY = 1.0
"""A digit whose free energy is within this of the threshold is doubtful."""


def read_number(
    source: PictureSource, reader: DigitReader, unsure_margin: float, lines: LineReader | None = None
) -> Number:
    """Read all numbers on a picture.

    Args:
        source: a path, encoded bytes, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).
        reader: of single digits.
        unsure_margin: a digit is doubtful when its two best probabilities are closer than this.
        lines: reader of lines; None where the artifact has none.

    Raises:
        PictureError: it is not a picture that can be read.
    """
    picture = load_picture(source, PAGE_SIZE)
    scale = picture_size(source)[0] / picture.shape[1]
    rows = find_rows(picture)
    bound = strip_bound(picture, rows)
    whole: tuple[NumberDigit, ...] = ()
    if lines is not None and bound is not None:
        whole = read_line(strip_of(picture), lines, scale, unsure_margin, bound)
        if whole and bound == STRIP_LIKENESS and (rows or len(whole) > 1):  # a fold of blank paper can look like a 1
            return Number((whole,))
    refused = lines is not None and bound == STRIP_LIKENESS
    read = []
    for row in rows:
        readings = read_row(row, reader)
        costly = not costs_at_most(HIGH_COST, readings)
        found: tuple[NumberDigit, ...] = ()
        if lines is not None and costly:
            least = LINE_LIKENESS if costs_at_most(MAX_COST, readings) and not refused else LINE_SURE
            found = read_line(row, lines, scale, unsure_margin, least)
        # Pieces of a strip that does not look like digits do not either, unless they do so plainly.
        if not found and not (refused and costly):
            alone = len(rows) == len(readings) == 1  # a picture of one digit: the network's own threshold decides
            kept = readings if alone and readings[0].energy <= reader.energy_threshold else numbers_in(row, readings)
            found = tuple(_digit(row, one, scale, reader.energy_threshold, unsure_margin) for one in kept)
        if found:
            read.append(found)
    if len(whole) > 1 and not (len(read) > 1 and has_several_lines(rows)):
        return Number((whole,))
    return Number(tuple(read), writing=bool(rows))


def strip_bound(picture: NDArray[np.uint8], rows: list[Row]) -> float | None:
    """How much a picture as a whole must look like digits to be read as one line; None where it is not to be asked.

    A single line on a printed background, as cut from a cheque, is. So is a picture without rows: nothing can be lost.
    """
    height, width = picture.shape[:2]
    wide = width >= STRIP * height
    if not rows:
        return STRIP_LIKENESS if wide else LINE_SURE
    main = _main(rows)
    if background(main) <= PRINTED:
        return None
    if not has_several_lines(rows) and (len(main.ink) >= STRIP_FILLED * height or (wide and len(rows) == 1)):
        return STRIP_LIKENESS
    return LINE_SURE if wide else None


def has_several_lines(rows: list[Row]) -> bool:
    """Whether something is written above or below the main row that is neither a piece of it nor a mark of the form."""
    main = _main(rows)
    middle = main.left + main.ink.shape[1] / 2
    main_top, main_bottom = _reach(main, middle)
    for row in rows:
        top, bottom = _reach(row, middle)
        shared = min(bottom, main_bottom) - max(top, main_top)
        if row.height >= OTHER_LINE * main.height and shared <= OVERLAP * (bottom - top):
            return True
    return False


def _main(rows: list[Row]) -> Row:
    """The row with the most ink."""
    return max(rows, key=lambda row: float(row.ink.sum()))


def _reach(row: Row, x: float) -> tuple[float, float]:
    """From where to where a row is written at a column of the picture, if it goes on so far."""
    inked = np.flatnonzero((row.ink > 0.5).any(axis=1))
    above = row.top + row.slope * (x - row.left)
    return (above + inked[0], above + inked[-1] + 1) if len(inked) else (above, above + len(row.ink))


def strip_of(picture: NDArray[np.uint8]) -> Row:
    """All of a picture as one row."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    if np.median(grey) < 128:
        grey = np.asarray(255 - grey, np.uint8)
    return Row(line_ink(grey), grey, 0, 0, 0.0, float(len(grey)), 1.0)


def read_line(row: Row, lines: LineReader, scale: float, unsure_margin: float, least: float) -> tuple[NumberDigit, ...]:
    """The digits of a row by the line reader; none where it looks less like digits than `least`."""
    reading = lines.read_line(line_ink(row.grey))
    if reading.likeness < least:
        return ()
    digits = []
    for one in reading.digits:
        left = min(int(one.left), row.ink.shape[1] - 1)
        right = max(left + 1, round(one.right))
        inked = np.flatnonzero((row.ink[:, left:right] > 0.5).any(axis=1))
        top, bottom = (int(inked[0]), int(inked[-1]) + 1) if len(inked) else (0, len(row.ink))
        box = scaled(row.to_picture((left, top, right - left, bottom - top)), scale)
        doubtful = one.confidence < (1 + unsure_margin) / 2
        digits.append(NumberDigit(one.digit, one.confidence, box, one.probabilities, doubtful))
    return tuple(digits)


def numbers_in(row: Row, readings: list[Reading]) -> list[Reading]:
    """The digits of a row that belong to numbers: words of letters have parts that look like digits."""
    if not costs_at_most(MAX_COST, readings):
        readings = [r for word in words(row, readings) if costs_at_most(MAX_WORD_COST, word) for r in word]
    return [reading for reading in readings if reading.accepted]


def words(row: Row, readings: list[Reading]) -> list[list[Reading]]:
    """The readings of a row, parted where there is more than `WORD_GAP` between two of them."""
    parted: list[list[Reading]] = []
    right = 0
    for reading in readings:
        x, _, width, _ = reading.box
        if not parted or x - right > WORD_GAP * row.height:
            parted.append([])
        parted[-1].append(reading)
        right = max(right, x + width)
    return parted


def costs_at_most(limit: float, readings: list[Reading]) -> bool:
    """Whether the mean cost of the readings, which may be none, is `limit` or less."""
    return sum(reading.cost for reading in readings) <= limit * len(readings)


def _digit(row: Row, reading: Reading, scale: float, energy_threshold: float, unsure_margin: float) -> NumberDigit:
    probabilities = reading.probabilities
    second, first = np.partition(probabilities, -2)[-2:]
    doubtful = first - second < unsure_margin or reading.energy > energy_threshold - HARDLY
    box = scaled(row.to_picture(reading.box), scale)
    return NumberDigit(int(probabilities.argmax()), float(first), box, probabilities, bool(doubtful))


def scaled(box: Box, scale: float) -> Box:
    """A box `scale` times as large, in whole pixels."""
    x, y, width, height = (round(value * scale) for value in box)
    return x, y, max(1, width), max(1, height)
