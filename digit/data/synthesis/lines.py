"""Lines of digits made on the spot: digit images side by side, as people, pens, paper and forms would have them.

`compose` puts digits together, from apart to overlapping, with what stands around numbers: separators, rules,
flourishes, signs, neighbours from the rows above and below. `on_paper` lays a line on printed paper and takes its ink
as it is taken from a picture. `vary` moves, slants and re-inks any line, made or real. Knows ink; knows no model.
"""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import Digits
from digit.data.synthesis.line_marks import ending, flourish, neighbours, pattern, rules, separator, sign, specks, word
from digit.numbers.line_image import LINE_HEIGHT, line_ink
from digit.types import FloatArray, Rng

HEIGHT = 56
"""Lines are put together at this height and fitted to `LINE_HEIGHT` at the end, with the slant and the rest."""


class Glyphs:
    """Digit images cut to their ink, by digit."""

    def __init__(self, digits: Digits) -> None:
        self._by_digit = [np.flatnonzero(digits.labels == digit) for digit in range(10)]
        self._images = digits.images

    @property
    def sha256(self) -> str:
        """The hash of the images, in their order."""
        return hashlib.sha256(self._images.tobytes()).hexdigest()

    def pick(self, digit: int, rng: Rng) -> FloatArray:
        """A random image of a digit, float32 of shape (H, W), 0 to 1, without empty edges."""
        indices = self._by_digit[digit]
        image = self._images[indices[rng.integers(len(indices))]]
        return _cut_out(image)


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


def compose(glyphs: Glyphs, rng: Rng, count: int) -> tuple[FloatArray, str]:
    """A line of `count` digits with what may stand around them.

    Returns:
        Ink, float32 of shape (`HEIGHT`, W), 0 to 1, ink = 1, and the text: its digits alone.
    """
    size = rng.uniform(22, 44)
    gap = rng.uniform(-0.22, 0.5) if rng.random() < 0.75 else rng.uniform(0.3, 1.2)
    stretch = float(np.exp(rng.normal(0, 0.15)))
    spread = rng.uniform(0, 0.12)
    wave, phase = rng.uniform(0, 3), rng.uniform(0, 6)
    bottom = HEIGHT - rng.uniform(2, max(3.0, HEIGHT - size - 3))
    separated = rng.random() < 0.35
    line = np.zeros((HEIGHT, round((count + 4) * size * 2.2) + 40), np.float32)
    x = rng.uniform(2, 14)
    if rng.random() < 0.06:
        x = sign(line, x, bottom, size, rng)
    text = ""
    repeats = rng.random() < 0.2  # runs of one digit: 11, 000, where one is easily lost
    for index in range(count):
        digit = int(text[-1]) if repeats and text and rng.random() < 0.6 else int(rng.integers(10))
        height = max(10, round(size * np.exp(rng.normal(0, spread))))
        glyph = glyphs.pick(digit, rng)
        width = max(2, round(glyph.shape[1] * height / glyph.shape[0] * stretch))
        width, height = min(width, round(2 * size)), min(height, HEIGHT - 2)
        resized = np.asarray(cv2.resize(glyph, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
        resized = np.clip(resized, 0, 1)
        top = bottom + wave * np.sin(phase + index) + rng.normal(0, 0.02 * size) - height
        _paste(line, resized, max(0, round(x)), int(np.clip(round(top), 0, HEIGHT - height)))
        text += str(digit)
        x += width + max(size * (gap + rng.normal(0, 0.07)), -0.4 * width)  # a thin 1 stays in its place
        if (separated and index < count - 1 and (count - 1 - index) % 3 == 0) or rng.random() < 0.02:
            x = separator(line, x, bottom, size, rng)
    if rng.random() < 0.25:
        x = ending(line, x, bottom, size, rng)
    line = line[:, : max(12, round(x + rng.uniform(1, 12)))]
    for addition, chance in ((rules, 0.2), (flourish, 0.06), (neighbours, 0.1), (specks, 0.08)):
        if rng.random() < chance:
            addition(line, rng)
    return line, text


def empty(rng: Rng) -> FloatArray:
    """A line without a digit: blank, a word, ruled, speckled or with a flourish. Its text is empty."""
    line = np.zeros((HEIGHT, int(rng.integers(30, 240))), np.float32)
    if rng.random() < 0.6:
        word(line, rng)
    for addition in (rules, flourish, specks):
        if rng.random() < 0.35:
            addition(line, rng)
    return line


def on_paper(ink: FloatArray, rng: Rng) -> FloatArray:
    """The ink of a line after a picture was taken of it on paper with a printed pattern, grain and shade.

    Args:
        ink: float32 of shape (H, W), 0 to 1.

    Returns:
        float32 of the same shape, 0 to 1, from `digit.numbers.line_image.line_ink`.
    """
    height, width = ink.shape
    dark = rng.uniform(35, 150)
    picture = np.full(ink.shape, rng.uniform(max(110, dark + 20), 250), np.float32)
    if rng.random() < 0.75:
        picture -= pattern(height, width, rng) * np.float32(dark * rng.uniform(0.05, 0.45))
    if rng.random() < 0.4:
        ramp = np.linspace(0, rng.uniform(-40, 40), width, dtype=np.float32)
        picture += ramp if rng.random() < 0.7 else np.where(np.arange(width) > rng.integers(width), ramp[-1], 0)
    picture -= ink * np.float32(dark)
    picture += rng.standard_normal(ink.shape, np.float32) * np.float32(rng.uniform(0, 7))
    if rng.random() < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.1)), np.float32)
    return line_ink(np.clip(picture, 0, 255).astype(np.uint8))


def vary(ink: FloatArray, rng: Rng, width: int) -> FloatArray:
    """One random variation of a line, fitted into the reader's field.

    Height, shear, rotation, narrowness, place, pen and strength change; nothing of the line's width is cut away.

    Args:
        ink: float32 of shape (H, W), 0 to 1, ink = 1.
        width: columns of the result; a longer line is squeezed into them.

    Returns:
        float32 of shape (`LINE_HEIGHT`, `width`), 0 to 1.
    """
    height, length = ink.shape
    scale = LINE_HEIGHT / height * float(np.exp(rng.normal(-0.02, 0.09)))
    shear, angle = float(np.clip(rng.normal(0, 0.18), -0.6, 0.6)), float(np.deg2rad(rng.normal(0, 1.8)))
    across = scale * float(np.exp(rng.normal(0, 0.12)))
    room = width - 2.0
    reach = length * across + abs(shear) * height * scale
    if reach > room:
        across *= max(0.3, (room - abs(shear) * height * scale) / (length * across))
        reach = length * across + abs(shear) * height * scale
    spare = max(room - reach, 0.0)
    left = rng.uniform(0, spare if rng.random() < 0.2 else min(spare, 16.0))
    centre_x, centre_y = left + reach / 2 + 1, LINE_HEIGHT / 2 + rng.normal(0, 1.5)
    matrix = np.array([[across, -shear * scale, 0], [np.tan(angle) * across, scale, 0]], np.float32)
    matrix[:, 2] = [centre_x, centre_y] - matrix[:, :2] @ np.array([length / 2, height / 2], np.float32)
    if scale < 0.8:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.45 / scale), np.float32)
    back = np.asarray(cv2.invertAffineTransform(matrix), np.float32)
    x, y = _bent(rng, width)
    line = cv2.remap(
        ink,
        back[0, 0] * x + back[0, 1] * y + back[0, 2],
        back[1, 0] * x + back[1, 1] * y + back[1, 2],
        cv2.INTER_LINEAR,
    )
    return _another_pen(np.asarray(line, np.float32), rng)


def _bent(rng: Rng, width: int) -> tuple[FloatArray, FloatArray]:
    """Coordinates of a field, moved smoothly: strokes bend and neighbours differ in width and height, so that a few
    hundred real lines do not come back as they are (elastic distortions, Simard et al. 2003)."""
    x, y = (axis.astype(np.float32) for axis in np.meshgrid(np.arange(width), np.arange(LINE_HEIGHT)))
    for cell, across, along in ((8, 1.1, 1.1), (26, 2.6, 1.4)):
        amount = np.float32(rng.uniform(0, 1)) * np.array([across, along], np.float32)
        grid = LINE_HEIGHT // cell + 3, width // cell + 3, 2
        field = amount * rng.standard_normal(grid, np.float32)
        moved = cv2.resize(field, (width, LINE_HEIGHT), interpolation=cv2.INTER_CUBIC)
        x, y = x + moved[..., 0], y + moved[..., 1]
    return x, y


def _another_pen(line: FloatArray, rng: Rng) -> FloatArray:
    choice = rng.random()
    if choice < 0.18:
        thick = cv2.dilate(line, _CROSS)
        line = line + np.float32(rng.uniform(0.3, 1)) * (thick - line)
    elif choice < 0.3:
        thin = cv2.erode(line, _CROSS)
        line = line + np.float32(rng.uniform(0.2, 0.7)) * (thin - line)
    if rng.random() < 0.4:
        line = np.power(line, np.float32(np.exp(rng.normal(0, 0.35))), dtype=np.float32)
    if rng.random() < 0.25:
        line = np.clip((line - np.float32(rng.uniform(0.1, 0.35))) * np.float32(rng.uniform(1.2, 3)), 0, 1)
    if rng.random() < 0.2:
        line = line + rng.standard_normal(line.shape, np.float32) * np.float32(rng.uniform(0.02, 0.12))
    if rng.random() < 0.1:
        line = np.asarray(cv2.GaussianBlur(line, (0, 0), rng.uniform(0.5, 1.0)), np.float32)
    line = np.clip(line, 0, 1) * np.float32(rng.uniform(0.75, 1))
    return line.astype(np.float32, copy=False)


def _cut_out(image: NDArray[np.uint8]) -> FloatArray:
    x, y, width, height = cv2.boundingRect((image > 40).view(np.uint8))
    if width == 0:
        return np.zeros((20, 4), np.float32)
    return image[y : y + height, x : x + width].astype(np.float32) / np.float32(255)


def _paste(line: FloatArray, mark: FloatArray, x: int, y: int) -> None:
    target = line[y : y + mark.shape[0], x : x + mark.shape[1]]
    np.maximum(target, mark[: target.shape[0], : target.shape[1]], out=target)


_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
