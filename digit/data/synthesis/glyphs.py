"""Digit images to write lines with: as they are, by other pens, and as rare glyph variants."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import Digits
from digit.data.synthesis.glyph_variants import draw_glyph_variant
from digit.data.synthesis.pens import UNIT, middle_distances, written
from digit.types import FloatArray, Rng

VARIANTS = 4000
"""Rare variants of the 1, 3, 4 and 7 that are added to some ten thousand digits to train with."""
MARGIN = 3
"""Pixels of a digit image around the middles of its strokes that a pen may reach."""


class Glyphs:
    """Digit images cut to their ink, by digit."""

    def __init__(self, digits: Digits, variants: int = 0) -> None:
        """
        Args:
            variants: how many rare glyph variants to add, see `digit.data.synthesis.glyph_variants`.
        """
        rng = np.random.default_rng(0)
        drawn = [draw_glyph_variant(rng) for _ in range(variants)]
        self._images = np.concatenate([digits.images, *(_as_image(image)[np.newaxis] for image, _ in drawn)])
        labels = np.concatenate([digits.labels, np.array([digit for _, digit in drawn], digits.labels.dtype)])
        self._by_digit = [np.flatnonzero(labels == digit) for digit in range(10)]
        self._distances = middle_distances(self._images)

    @property
    def sha256(self) -> str:
        """The hash of the images, in their order."""
        return hashlib.sha256(self._images.tobytes()).hexdigest()

    def pick(self, digit: int, rng: Rng) -> FloatArray:
        """A random image of a digit, float32 of shape (H, W), 0 to 1, without empty edges."""
        return _cut_out(self._images[self._some(digit, rng)])

    def write(self, digit: int, rng: Rng, height: int, stretch: float, pen: float | None) -> FloatArray:
        """A random image of a digit at a height, float32 of shape (`height`, W), 0 to 1.

        Args:
            height: in pixels.
            stretch: by how much it is wider than it was.
            pen: width of the pen in pixels; None leaves the pen that it was written with.
        """
        index = self._some(digit, rng)
        if pen is None:
            glyph = _cut_out(self._images[index])
            size = _size(glyph, height, stretch)
            return np.clip(cv2.resize(glyph, size, interpolation=cv2.INTER_CUBIC), 0, 1).astype(np.float32)
        distances = self._distances[index]
        x, y, width, tall = cv2.boundingRect((distances < UNIT).astype(np.uint8))
        if width == 0:
            return np.zeros((height, max(2, height // 4)), np.float32)
        room = np.pad(distances, MARGIN, constant_values=255)
        room = room[y : y + tall + 2 * MARGIN, x : x + width + 2 * MARGIN]
        full = round(height * room.shape[0] / (tall + 1))
        ink = written(room, _size(room, full, stretch), pen)
        return _cut_out(ink)

    def _some(self, digit: int, rng: Rng) -> int:
        indices = self._by_digit[digit]
        return int(indices[rng.integers(len(indices))])


def _size(glyph: NDArray[np.generic], height: int, stretch: float) -> tuple[int, int]:
    """Width and height of a glyph at a height; never wider than twice that."""
    width = max(2, round(glyph.shape[1] * height / glyph.shape[0] * stretch))
    return min(width, 2 * height), height


def _as_image(ink: FloatArray) -> NDArray[np.uint8]:
    return np.rint(255 * ink).astype(np.uint8)


def _cut_out(image: NDArray[np.generic]) -> FloatArray:
    """What is inked of an image, uint8 or 0 to 1."""
    ink = image.astype(np.float32) / np.float32(255 if image.dtype == np.uint8 else 1)
    x, y, width, height = cv2.boundingRect((ink > 0.157).astype(np.uint8))
    if width == 0:
        return np.zeros((20, 4), np.float32)
    return ink[y : y + height, x : x + width]
