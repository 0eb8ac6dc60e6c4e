"""Pages to learn from, made while the finder learns, and what it should answer to them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from digit.data.synthesis.glyphs import Glyphs
from digit.data.synthesis.pages import Page, RealLine, make_page
from digit.learning.numbers.settings import FinderSettings
from digit.numbers.finder import CELL, CHANNELS, CORE, STRIDE, UNIT, FoundLine, normalized
from digit.types import FloatArray

_FINE = 4
"""Bits behind the point of the corners that OpenCV draws."""


class PageBatches:
    """Batches of pages, each with a random generator of its own, seeded by (seed, round, batch), so that a resumed
    training sees what an unbroken one would have seen."""

    def __init__(
        self, glyphs: Glyphs, letters: Sequence[FloatArray], real: Sequence[RealLine], settings: FinderSettings
    ) -> None:
        self._glyphs, self._letters, self._real, self._settings = glyphs, letters, real, settings

    def batch(self, round_: int, index: int) -> tuple[FloatArray, FloatArray]:
        """Pages and their truth, see `as_arrays`."""
        rng = np.random.default_rng((self._settings.fit.seed, 1, round_, index))
        pages = [
            make_page(self._glyphs, self._letters, self._real, rng, self._settings.side)
            for _ in range(self._settings.pages)
        ]
        return as_arrays(pages)


def as_arrays(pages: Sequence[Page]) -> tuple[FloatArray, FloatArray]:
    """Pages as the network takes them, (N, S, S, 1), and the truth as the loss does, (N, S / 8, S / 8, 20)."""
    pictures = np.stack([normalized(page.grey) for page in pages])[..., np.newaxis]
    return pictures, np.stack([folded(truth_of(page)) for page in pages])


def truth_of(page: Page) -> FloatArray:
    """What the finder should answer, float32 of shape (S / 4, S / 4, 1 + `CHANNELS`): the weight of each place, then
    core, height and angle as in `digit.numbers.finder`."""
    side = page.grey.shape[0] // STRIDE
    truth = np.zeros((side, side, 1 + CHANNELS), np.float32)
    weight = np.ones((side, side), np.uint8)
    for line in [*page.ignored, *page.lines]:
        _fill(weight, line, 1.1, 0)
    for line in page.lines:
        mask = np.zeros((side, side), np.uint8)
        _fill(mask, line, CORE, 1)
        inside = mask > 0
        level = math.log2(line.height / UNIT)
        truth[inside, 1:] = 1.0, level, math.sin(2 * line.angle), math.cos(2 * line.angle)
        weight[inside] = 1
    truth[..., 0] = weight
    return truth


def folded(places: FloatArray) -> FloatArray:
    """Places (H, W, C) as cells of 2 x 2 of them, (H / 2, W / 2, 4 C); `digit.numbers.finder.unfolded` reverses it."""
    height, width, channels = places.shape
    factor = CELL // STRIDE
    parts = places.reshape(height // factor, factor, width // factor, factor, channels).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(parts.reshape(height // factor, width // factor, -1))


def _fill(mask: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], line: FoundLine, share: float, value: int) -> None:
    """Fill the middle `share` of a line's height, on places of `STRIDE` pixels."""
    core = FoundLine(line.x, line.y, max(line.length, STRIDE), line.height * share, line.angle, 1.0)
    corners = core.corners / STRIDE - 0.5
    cv2.fillConvexPoly(mask, np.rint(corners * 2**_FINE).astype(np.int32), value, cv2.LINE_8, _FINE)
