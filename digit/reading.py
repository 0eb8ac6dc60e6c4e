"""A picture to its number: rows found, each row read, what is no number left out, places told in the picture's pixels.

Knows the stages, not how they work. Separators are skipped: a date or a phone number gives its digits alone.
"""

from __future__ import annotations

import numpy as np

from digit.imaging.loading import PictureSource, load_picture, picture_size
from digit.imaging.page import PAGE_SIZE
from digit.imaging.segmentation import Row, find_rows
from digit.number import Number, NumberDigit, PixelBox
from digit.row_reader import DigitReader, Reading, read_row

WORD_GAP = 0.7
"""Marks further apart than this, in heights of the row, belong to different words."""
DEAREST = 1.2
"""A row is a number when its digits cost no more than this each. Measured: 62 lines of six letters, nineteen in twenty
above 1.26; 40 lines of digits apart, nineteen in twenty below 0.2; 40 of digits that overlap by two pixels, nine in ten
below 1.15."""
DEAREST_WORD = 0.4
"""In a row that is no number, a word is one when it costs less than this: parts of letters look like digits."""
HARDLY = 1.0
"""A digit whose free energy is within this of the threshold is doubtful."""


def read_number(source: PictureSource, reader: DigitReader, unsure_margin: float) -> Number:
    """Read all numbers on a picture.

    Args:
        source: a path, encoded bytes, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).
        reader: of single digits.
        unsure_margin: a digit is doubtful when its two best probabilities are closer than this.

    Raises:
        PictureError: it is not a picture that can be read.
    """
    picture = load_picture(source, PAGE_SIZE)
    scale = picture_size(source)[0] / picture.shape[1]
    rows = find_rows(picture)
    read = []
    for row in rows:
        readings = read_row(row, reader)
        if len(rows) == len(readings) == 1:  # a picture of one digit: the network's own threshold decides
            digits = [reading for reading in readings if reading.energy <= reader.energy_threshold]
        else:
            digits = numbers_in(row, readings)
        if digits:
            read.append(tuple(_digit(row, digit, scale, reader.energy_threshold, unsure_margin) for digit in digits))
    return Number(tuple(read), writing=bool(rows))


def numbers_in(row: Row, readings: list[Reading]) -> list[Reading]:
    """The digits of a row that belong to numbers: words of letters have parts that look like digits."""
    if not costs_at_most(DEAREST, readings):
        readings = [r for word in words(row, readings) if costs_at_most(DEAREST_WORD, word) for r in word]
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


def costs_at_most(price: float, readings: list[Reading]) -> bool:
    """Whether the mean price of readings, of which there may be none, is `price` or less."""
    return sum(reading.price for reading in readings) <= price * len(readings)


def _digit(row: Row, reading: Reading, scale: float, energy_threshold: float, unsure_margin: float) -> NumberDigit:
    probabilities = reading.probabilities
    second, first = np.partition(probabilities, -2)[-2:]
    doubtful = first - second < unsure_margin or reading.energy > energy_threshold - HARDLY
    box = scaled(row.to_picture(reading.box), scale)
    return NumberDigit(int(probabilities.argmax()), float(first), box, probabilities, bool(doubtful))


def scaled(box: PixelBox, scale: float) -> PixelBox:
    """A box `scale` times as large, in whole pixels."""
    x, y, width, height = (round(value * scale) for value in box)
    return x, y, max(1, width), max(1, height)
