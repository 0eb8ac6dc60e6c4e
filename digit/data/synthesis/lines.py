"""Lines of digits made on the spot: digit images side by side, as people, pens, paper and forms would have them.

`write` puts digits together, from apart to overlapping, with separators and signs; `compose` adds what stands around
numbers: rules, borders, flourishes, neighbours from the rows above and below. `on_paper` lays a line on printed paper,
takes a picture of it and takes its ink as it is taken from a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.data.synthesis.glyphs import Glyphs
from digit.data.synthesis.line_marks import (
    border,
    ending,
    flourish,
    neighbours,
    pattern,
    rules,
    separator,
    sign,
    specks,
    squares,
)
from digit.data.synthesis.words import printed_word, written_word
from digit.numbers.line_image import line_ink
from digit.types import FloatArray, Rng

HEIGHT = 56
"""Lines are put together at this height and fitted to the reader's at the end, with the slant and the rest."""


GAPS = ((-0.25, 0.05), (-0.05, 0.6), (0.5, 1.1))
"""Ranges of the gap between the digits of a line, as shares of their height: run together, apart, far apart ..."""
GAP_SHARES = (0.3, 0.57, 0.13)
"""... and how many lines have each."""
OTHER_PEN = 0.5
"""Share of the lines that are written with another pen than the digits were: one pen, and thinner mostly."""
PENS = (0.025, 0.14)
"""Widths of these pens as shares of the digits' height."""
RUNS, ONES = 0.2, 0.08
"""Shares of the lines with runs of one digit (11, 000), where one is easily lost, and of those that are mostly 1s."""
FIRST_ONE, FIRST_APART = 0.1, 0.1
"""Shares of the lines that begin with a 1, beside those that do so by chance, and whose first digit stands apart: a
stroke before a number is a border on most forms."""


def line_of(images: NDArray[np.uint8], gap: int) -> FloatArray:
    """Digit images as they are, side by side with `gap` pixels between the ink of one and the ink of the next.

    Args:
        images: uint8 of shape (N, 28, 28), ink = 255.
        gap: pixels; negative ones overlap, the darker pixel stays.

    Returns:
        float32 of shape (28, W), 0 to 1: every image at its own height, four empty columns at both ends.
    """
    columns = [np.flatnonzero(image.any(axis=0)) for image in images]
    spans = [(int(c[0]), int(c[-1]) + 1) if len(c) else (13, 15) for c in columns]
    width = sum(end - start for start, end in spans) + gap * (len(images) - 1)
    line = np.zeros((28, max(width, 28) + 8), np.float32)
    x = 4
    for image, (start, end) in zip(images, spans, strict=True):
        left = max(x, 0)
        target = line[:, left : left + end - start]
        np.maximum(target, image[:, start:end] / np.float32(255), out=target)
        x = left + end - start + gap
    return line


@dataclass(frozen=True, eq=False)
class Written:
    """A line of digits.

    Attributes:
        ink: float32 of shape (`HEIGHT`, W), 0 to 1, ink = 1.
        text: as written, separators included.
        box: (left, top, right, bottom) of the digits.
    """

    ink: FloatArray
    text: str
    box: tuple[float, float, float, float]


def compose(glyphs: Glyphs, rng: Rng, count: int) -> tuple[FloatArray, str]:
    """A line of `count` digits with what may stand around them.

    Returns:
        Ink, float32 of shape (`HEIGHT`, W), 0 to 1, ink = 1, and the text, separators included.
    """
    written = write(glyphs, rng, count)
    line = written.ink
    if rng.random() < 0.15:
        line = border(line, rng)
    for addition, chance in ((rules, 0.25), (squares, 0.08), (flourish, 0.06), (neighbours, 0.15), (specks, 0.08)):
        if rng.random() < chance:
            addition(line, rng)
    return line, written.text


def write(glyphs: Glyphs, rng: Rng, count: int, legible: bool = False) -> Written:
    """A line of `count` digits with separators, sometimes with a sign before it or strokes that close it.

    Args:
        legible: to measure with: by a pen that can be seen, its digits apart, nothing before or behind them.
    """
    size = rng.uniform(22, 44)
    pen = size * float(np.exp(rng.uniform(*np.log(PENS)))) if rng.random() < OTHER_PEN else None
    gap = rng.uniform(*GAPS[int(rng.choice(len(GAPS), p=GAP_SHARES))])
    if legible:
        pen, gap = None if pen is None else max(pen, 0.07 * size), max(gap, 0.08)
    stretch = float(np.exp(rng.normal(0, 0.15)))
    spread = rng.uniform(0, 0.12)
    wave, phase = rng.uniform(0, 3), rng.uniform(0, 6)
    bottom = HEIGHT - rng.uniform(2, max(3.0, HEIGHT - size - 3))
    separated = _separated(rng, count)
    group = int(rng.integers(2, 4)) if rng.random() < 0.1 else 0  # 06 12 34 56 78
    apart = rng.random() < FIRST_APART
    line = np.zeros((HEIGHT, round((count + 4) * size * 2.4) + 40), np.float32)
    x = rng.uniform(2, 14)
    text = ""
    opening = 1.0 if legible else rng.random()
    if opening < 0.06:
        x = sign(line, x, bottom, size, rng)
    elif opening < 0.12:
        x, text = separator(line, x, bottom, size, rng, "-", pen)
    left, top_most, right = x, float(HEIGHT), x
    for index, digit in enumerate(_digits(rng, count)):
        height = int(np.clip(round(size * np.exp(rng.normal(0, spread))), 10, HEIGHT - 2))
        glyph = glyphs.write(digit, rng, height, stretch, pen)[: HEIGHT - 2]
        height, width = glyph.shape
        top = bottom + wave * np.sin(phase + index) + rng.normal(0, 0.02 * size) - height
        top = int(np.clip(round(top), 0, HEIGHT - height))
        _paste(line, glyph, max(0, round(x)), top)
        text += str(digit)
        top_most, right = min(top_most, top), x + width
        x += width + max(size * (gap + rng.normal(0, 0.07)), -0.4 * width)  # a thin 1 stays in its place
        if group and index % group == group - 1:
            x += rng.uniform(0.2, 0.6) * size
        if index == 0 and apart:
            x += rng.uniform(0.2, 1.0) * size
        if index in separated:
            x, mark = separator(line, max(x, right), bottom, size, rng, separated[index], pen)
            text += mark
    if not legible and rng.random() < 0.2:
        x = ending(line, x, bottom, size, rng)
    line = line[:, : max(12, round(x + rng.uniform(1, 12)))]
    return Written(line, text, (left, top_most, min(right, line.shape[1]), bottom))


def _digits(rng: Rng, count: int) -> list[int]:
    """The digits of a line: any, runs of one, or mostly 1s."""
    choice = rng.random()
    digits: list[int] = [1] if rng.random() < FIRST_ONE else []
    for index in range(len(digits), count):
        if choice < RUNS and index and rng.random() < 0.6:
            digits.append(digits[-1])
        elif RUNS <= choice < RUNS + ONES and rng.random() < 0.5:
            digits.append(1)
        else:
            digits.append(int(rng.integers(10)))
    return digits


def _separated(rng: Rng, count: int) -> dict[int, str]:
    """After which digits a separator stands, and which: decimals, thousands, dates, times, phone numbers."""
    choice = rng.random()
    if choice < 0.62 or count < 2:
        return {}
    if choice < 0.82:
        return {int(rng.integers(count - 1)): ""}
    if choice < 0.93:
        mark = str(rng.choice([".", ","]))
        return {index: mark for index in range(count - 1) if (count - 1 - index) % 3 == 0}
    mark = str(rng.choice(list(".-/:")))
    return dict.fromkeys(range(1, count - 1, 2), mark)


def empty(letters: Sequence[FloatArray], rng: Rng) -> FloatArray:
    """A line without a digit: blank, words, ruled, speckled or with a flourish. Its text is empty.

    Args:
        letters: ink of single letters, may be empty.
    """
    line = np.zeros((HEIGHT, int(rng.integers(30, 240))), np.float32)
    if rng.random() < 0.75:
        x = int(rng.integers(0, 12))
        handwritten = bool(letters) and rng.random() < 0.65
        size = rng.uniform(0.5, 1.15)
        while x < line.shape[1] - 10:
            word = written_word(letters, rng) if handwritten else printed_word(rng)
            size_ = max(2, round(word.shape[1] * size)), max(2, round(word.shape[0] * size))
            word = np.asarray(cv2.resize(word, size_, interpolation=cv2.INTER_AREA), np.float32)[:HEIGHT]
            _paste(line, word, x, int(rng.integers(0, HEIGHT - word.shape[0] + 1)))
            x += word.shape[1] + int(rng.integers(4, 40))
            if rng.random() < 0.5:
                break
    for addition in (rules, squares, flourish, neighbours, specks):
        if rng.random() < 0.25:
            addition(line, rng)
    return line


def on_paper(ink: FloatArray, rng: Rng) -> FloatArray:
    """The ink of a line after a picture was taken of it on paper with a printed pattern, grain and shade.

    Args:
        ink: float32 of shape (H, W), 0 to 1.

    Returns:
        float32, 0 to 1, from `digit.numbers.line_image.line_ink`; of the same shape or, where the picture was small, of
        a smaller one.
    """
    height, width = ink.shape
    dark = rng.uniform(20, 150)
    picture = np.full(ink.shape, rng.uniform(max(110, dark + 20), 250), np.float32)
    if rng.random() < 0.6:
        picture -= pattern(height, width, rng) * np.float32(dark * rng.uniform(0.05, 0.45))
    if rng.random() < 0.4:
        ramp = np.linspace(0, rng.uniform(-40, 40), width, dtype=np.float32)
        picture += ramp if rng.random() < 0.7 else np.where(np.arange(width) > rng.integers(width), ramp[-1], 0)
    picture -= ink * np.float32(dark)
    if rng.random() < 0.4:  # as few pixels as a cell of a page has
        scale = rng.uniform(0.5, 0.95)
        size = max(8, round(width * scale)), max(8, round(height * scale))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
    picture += rng.standard_normal(picture.shape, np.float32) * np.float32(rng.uniform(0, 0.08 * dark))
    if rng.random() < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.1)), np.float32)
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        _, encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 90))])
        grey = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return line_ink(grey)


def _paste(line: FloatArray, mark: FloatArray, x: int, y: int) -> None:
    target = line[y : y + mark.shape[0], x : x + mark.shape[1]]
    np.maximum(target, mark[: target.shape[0], : target.shape[1]], out=target)
