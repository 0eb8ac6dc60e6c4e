"""Pages made on the spot, with what the finder is to find and all that it is not: letters, rules, margins, shadows.

The truth is known: where each line of digits is, how high it is and how it is turned. Pieces of real pictures, whose
line is known too, are laid on the pages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.data.synthesis.glyphs import Glyphs
from digit.data.synthesis.lines import write
from digit.data.synthesis.page_paper import photographed, printed
from digit.data.synthesis.scenes import scene
from digit.data.synthesis.words import MIDDLE, TALL, printed_word, written_word
from digit.numbers.finder import HIGHEST, LOWEST, FoundLine
from digit.types import FloatArray, Rng

Matrix = NDArray[np.float64]
SCENES, BLANK = 0.1, 0.05
"""Shares of the pages that are no pages but things and textures, and of those without any writing."""
FAINT = np.float32(0.4)
"""How much of its strength what is printed has on pages to measure with: paper is made to be written on."""


@dataclass(frozen=True, eq=False)
class RealLine:
    """A picture with a line of digits whose place is known.

    Attributes:
        grey: uint8 of shape (H, W).
        line: the line; nothing else on the picture is one.
    """

    grey: NDArray[np.uint8]
    line: FoundLine


@dataclass(eq=False)
class Page:
    """A page to learn from.

    Attributes:
        ink: float32 of shape (S, S), 0 to 1, ink = 1, while it is written.
        grey: uint8 of shape (S, S), the picture.
        lines: the lines of digits of the heights that the finder knows.
        ignored: other lines of digits, too high or too low: neither found nor missed.
        texts: what each written line says; not those of real pictures.
    """

    ink: FloatArray
    grey: NDArray[np.uint8]
    lines: list[FoundLine] = field(default_factory=list)
    ignored: list[FoundLine] = field(default_factory=list)
    texts: dict[FoundLine, str] = field(default_factory=dict)


def make_page(
    glyphs: Glyphs, letters: Sequence[FloatArray], real: Sequence[RealLine], rng: Rng, side: int = 256
) -> Page:
    """A page of `side` pixels.

    Args:
        letters: ink of single letters, may be empty.
        real: pictures to lay on a part of the pages, may be empty.
    """
    page = Page(np.zeros((side, side), np.float32), np.zeros((side, side), np.uint8))
    if rng.random() < SCENES:
        page.grey = scene(side, rng)
        return page
    height = float(np.exp(rng.uniform(math.log(LOWEST), math.log(HIGHEST))))
    if rng.random() < 0.06:
        height = float(rng.choice([rng.uniform(3.5, LOWEST), rng.uniform(HIGHEST, 150)]))
    angle = math.radians(float(rng.normal(0, 2.5) if rng.random() < 0.85 else rng.uniform(-15, 15)))
    as_real = bool(real) and rng.random() < 0.35
    alone = as_real and rng.random() < 0.6
    if not alone and rng.random() >= BLANK:
        _write_lines(page, glyphs, letters, height, angle, rng)
    page.grey, hidden = photographed(page.ink, height, rng)
    _cover(page, hidden)
    if as_real:
        _lay(page, real[int(rng.integers(len(real)))], rng, alone)
    if rng.random() < 0.12:
        page.grey = np.asarray(255 - page.grey, np.uint8)
    return page


def _write_lines(
    page: Page, glyphs: Glyphs, letters: Sequence[FloatArray], height: float, angle: float, rng: Rng
) -> None:
    side = page.ink.shape[0]
    pitch = height * (rng.uniform(1.15, 1.7) if rng.random() < 0.5 else rng.uniform(1.5, 4.5))
    density = rng.uniform(0.15, 1)
    digits = rng.choice([0.0, 0.3, 0.6, 0.95], p=[0.12, 0.28, 0.3, 0.3])
    along = np.array([math.cos(angle), math.sin(angle)])
    down = np.array([-along[1], along[0]])
    y = -0.25 * side + rng.uniform(0, 1) * pitch
    column = rng.uniform(0, 0.5) * side if rng.random() < 0.5 else None
    rows = 0
    while y < 1.25 * side and rows < 24:
        rows += 1
        x = (column if column is not None else rng.uniform(-0.2, 0.6) * side) + rng.normal(0, 0.2) * height
        while x < side:
            at = np.array([x, 0.0]) * along[0] + np.array([0.0, x * along[1]]) + y * down
            if rng.random() > density:
                x += rng.uniform(1, 5) * height
                continue
            own = height * float(np.exp(rng.normal(0, 0.06)))
            if rng.random() < digits:
                length = _write_digits(page, glyphs, at, own, angle + rng.normal(0, 0.01), rng)
            elif letters and rng.random() < 0.75:
                length = _write_word(page, letters, at, own, angle, rng)
            else:
                length = _print_word(page, at, own * rng.uniform(0.6, 1.2), angle, rng)
            x += length + height * rng.uniform(2.2, 6)
            if rng.random() < 0.4:
                break
        y += pitch
    if rng.random() < 0.55:
        printed(page.ink, height, pitch, angle, rng)


def _write_digits(page: Page, glyphs: Glyphs, at: Matrix, height: float, angle: float, rng: Rng) -> float:
    """A line of digits with its left end's middle at a place; returns its length."""
    count = int(rng.integers(1, 5)) if rng.random() < 0.6 else int(rng.integers(3, 11))
    written = write(glyphs, rng, count)
    left, top, right, bottom = written.box
    scale = height / max(bottom - top, 8.0)
    _put(page.ink, written.ink, (left, (top + bottom) / 2), at, scale, angle, float(rng.uniform(0.55, 1)))
    length = (right - left) * scale
    centre = at + np.array([math.cos(angle), math.sin(angle)]) * length / 2
    line = FoundLine(float(centre[0]), float(centre[1]), length, height, angle, 1.0)
    (page.lines if LOWEST * 0.95 <= height <= HIGHEST * 1.05 else page.ignored).append(line)
    page.texts[line] = written.text
    return length


def _write_word(page: Page, letters: Sequence[FloatArray], at: Matrix, height: float, angle: float, rng: Rng) -> float:
    """Letters side by side; returns their length."""
    return _put_word(page, written_word(letters, rng), at, height, angle, float(rng.uniform(0.5, 1)))


def _print_word(page: Page, at: Matrix, height: float, angle: float, rng: Rng) -> float:
    """A printed word; returns its length."""
    return _put_word(page, printed_word(rng), at, height, angle, float(rng.uniform(0.4, 1)))


def _put_word(page: Page, word: FloatArray, at: Matrix, height: float, angle: float, strong: float) -> float:
    scale = height / TALL
    _put(page.ink, word, (4, MIDDLE), at, scale, angle, strong)
    return float(word.shape[1] * scale)


def _put(
    ink: FloatArray,
    strip: FloatArray,
    anchor: tuple[float, float],
    at: Matrix,
    scale: float,
    angle: float,
    strong: float,
) -> None:
    """Lay a strip of ink on a page, its `anchor` (x, y) at a place of the page."""
    if scale < 0.75:  # averaged before it is sampled
        size = max(1, round(strip.shape[1] * scale)), max(1, round(strip.shape[0] * scale))
        across, down = size[0] / strip.shape[1], size[1] / strip.shape[0]
        strip = np.asarray(cv2.resize(strip, size, interpolation=cv2.INTER_AREA), np.float32)
        anchor, scale = (anchor[0] * across, anchor[1] * down), 1.0
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    matrix = np.array([[cosine, -sine, 0], [sine, cosine, 0]])
    matrix[:, 2] = at - matrix[:, :2] @ np.array(anchor)
    laid = cv2.warpAffine(strip, matrix, ink.shape[::-1], flags=cv2.INTER_LINEAR)
    np.maximum(ink, np.asarray(laid, np.float32) * np.float32(strong), out=ink)


def _lay(page: Page, real: RealLine, rng: Rng, alone: bool) -> None:
    """Lay a real picture over a page; with `alone`, nothing else is on it."""
    side = page.grey.shape[0]
    height = float(np.exp(rng.uniform(math.log(LOWEST * 1.1), math.log(HIGHEST * 0.8))))
    if real.line.length / real.line.height * height > 1.2 * side:
        height = 1.1 * side * real.line.height / real.line.length
    height = max(height, LOWEST)
    scale = height / real.line.height
    angle = math.radians(float(rng.normal(0, 2)))
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    matrix = np.array([[cosine, -sine, 0], [sine, cosine, 0]])
    centre = side / 2 + rng.uniform(-0.35, 0.35, 2) * side
    matrix[:, 2] = centre - matrix[:, :2] @ np.array([real.line.x, real.line.y])
    grey = real.grey
    if scale < 0.75:
        grey = np.asarray(cv2.blur(grey, (max(1, round(1 / scale)),) * 2), np.uint8)
    size = (side, side)
    if alone:  # a picture that ends somewhere: its edges go on, or a plain margin does
        border = int(rng.choice([0, int(np.median(grey)), 255]))
        page.grey = np.asarray(
            cv2.warpAffine(
                grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=border
            ),
            np.uint8,
        )
        page.lines.clear()
        page.ignored.clear()
    else:
        inside = cv2.warpAffine(np.full(grey.shape, 255, np.uint8), matrix, size, flags=cv2.INTER_NEAREST) > 0
        laid = cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_LINEAR)
        page.grey = np.where(inside, laid, page.grey).astype(np.uint8)
        _cover(page, inside)
    x, y = matrix[:, :2] @ np.array([real.line.x, real.line.y]) + matrix[:, 2]
    turned = real.line.angle + angle
    page.lines.append(FoundLine(float(x), float(y), real.line.length * scale, height, turned, 1.0))
    if rng.random() < 0.3:
        page.grey = np.asarray(
            cv2.convertScaleAbs(page.grey, alpha=rng.uniform(0.5, 1.1), beta=rng.uniform(0, 40)), np.uint8
        )


def _cover(page: Page, mask: NDArray[np.bool_]) -> None:
    """Lines that something covers are no lines any more; those that it covers in part are ignored."""
    covered = [line for line in page.lines if _touches(mask, line)]
    page.lines = [line for line in page.lines if line not in covered]
    page.ignored = [line for line in [*page.ignored, *covered] if not _inside(mask, line)]


def _points(line: FoundLine, shape: tuple[int, ...]) -> NDArray[np.int64]:
    middle = np.concatenate([line.corners, [[line.x, line.y]], (line.corners + np.roll(line.corners, 1, axis=0)) / 2])
    return np.asarray(np.clip(np.rint(middle), 0, np.array(shape[::-1]) - 1), np.int64)


def _touches(mask: NDArray[np.bool_], line: FoundLine) -> bool:
    points = _points(line, mask.shape)
    return bool(mask[points[:, 1], points[:, 0]].any())


def _inside(mask: NDArray[np.bool_], line: FoundLine) -> bool:
    points = _points(line, mask.shape)
    return bool(mask[points[:, 1], points[:, 0]].all())


def rows_page(
    glyphs: Glyphs, letters: Sequence[FloatArray], rng: Rng, rows: int, width: int = 640
) -> tuple[NDArray[np.uint8], list[str]]:
    """A page with one number a row, on plain, ruled or squared paper, with shadows: to measure with.

    Args:
        letters: ink of letters, some of which stand before or behind the numbers; may be empty.
        rows: numbers on the page; with none, it holds letters alone.
        width: of the page in pixels.

    Returns:
        uint8 of shape (H, W), and what is written from top to bottom.
    """
    height = float(rng.uniform(20, 44))
    pitch = height * rng.uniform(1.7, 3.0)
    side = max(width, round((rows + 1.2) * pitch))
    page = Page(np.zeros((side, side), np.float32), np.zeros((side, side), np.uint8))
    angle = math.radians(float(rng.normal(0, 2)))
    texts = []
    for row in range(max(rows, 1)):
        at = np.array([rng.uniform(0.06, 0.2) * width, (row + 1) * pitch])
        at[1] += at[0] * math.tan(angle)
        if (letters and rng.random() < 0.3) or rows == 0:
            word = min(_write_word(page, letters, at, 0.8 * height, angle, rng), 0.35 * width) if letters else 0.0
            at = at + np.array([math.cos(angle), math.sin(angle)]) * (word + 2.5 * height)
        if rows == 0:
            continue
        count = int(rng.integers(1, 8))
        length = float(width)
        while at[0] + length > 0.97 * width and count:  # what does not fit is not written
            written = write(glyphs, rng, count, legible=True)
            left, top, right, bottom = written.box
            scale = height / max(bottom - top, 8.0)
            length, count = (right - left) * scale, count - 1
        anchor = (left, (top + bottom) / 2)
        _put(page.ink, written.ink, anchor, at, scale, angle, float(rng.uniform(0.7, 1)))
        texts.append(written.text)
    if rng.random() < 0.66:  # the rules stand below the rows
        faint = np.zeros_like(page.ink)
        printed(faint, height, pitch, angle, rng, (0.55 + rng.uniform(0, 0.2)) * height)
        np.maximum(page.ink, FAINT * faint, out=page.ink)
    grey, _ = photographed(page.ink, height, rng, legible=True)
    return grey[: round((max(rows, 1) + 1.2) * pitch), :width], texts
