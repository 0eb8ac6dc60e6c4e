"""Glyph variants that are rare in MNIST, drawn with random proportions.

The 1 with a flag and sometimes a foot, the 7 with a bar or a serif, the closed 4 and the 3 with a flat top are usual in
most of Europe and Latin America, and in print, but MNIST's writers are American.
"""

from __future__ import annotations

import cv2
import numpy as np

from digit.imaging.normalization import normalize_ink
from digit.types import FloatArray, Rng

Stroke = list[tuple[float, float]]

FIELD = 84
"""Side of the canvas in pixels; the drawing is then normalised to 28x28."""
VARIANT_DIGITS = (1, 1, 1, 4, 7, 3)
"""The digits drawn, by frequency: the 1 has the most variants."""


def draw_glyph_variant(rng: Rng) -> tuple[FloatArray, int]:
    """Draw one digit as a rare glyph variant.

    Returns:
        The digit image, float32 of shape (28, 28), and its digit.
    """
    digit = VARIANT_DIGITS[rng.integers(len(VARIANT_DIGITS))]
    strokes = {1: _one, 3: _three, 4: _four, 7: _seven}[digit](rng)
    field = np.zeros((FIELD, FIELD), np.uint8)
    width, height = rng.uniform(0.6, 1.0) * 60, 60.0
    slant, pen = rng.normal(0.05, 0.12), int(rng.integers(2, 11))
    for stroke in strokes:
        points = np.array(stroke) + rng.normal(0, 0.012, (len(stroke), 2))
        x = 12 + (60 - width) / 2 + points[:, 0] * width + (0.5 - points[:, 1]) * slant * height
        y = 12 + points[:, 1] * height
        pixels = np.round(np.stack([x, y], axis=1) * 16).astype(np.int32)
        cv2.polylines(field, [pixels], False, 255, pen, cv2.LINE_AA, 4)
    return normalize_ink(field.astype(np.float32) / np.float32(255)), digit


def _one(rng: Rng) -> list[Stroke]:
    """A stem, a flag of random length and, half of the time, a foot."""
    reach, drop = rng.uniform(0.12, 0.5), rng.uniform(0.08, 0.5)
    stem = [(0.5 - reach, drop), (0.5, 0.0), (0.5 + rng.normal(0, 0.03), 1.0)]
    if rng.random() < 0.5:
        left, right = rng.uniform(0.12, 0.45, 2)
        return [stem, [(0.5 - left, 1.0), (0.5 + right, 1.0 + rng.normal(0, 0.03))]]
    return [stem]


def _three(rng: Rng) -> list[Stroke]:
    """A flat top, a diagonal, a belly."""
    knee, turn = rng.uniform(0.35, 0.48), rng.uniform(0.35, 0.5)
    belly = [(0.75, knee + 0.05), (0.88, 0.68), (0.75, 0.92), (0.45, 1.0), (0.12, rng.uniform(0.85, 0.95))]
    return [[(0.1, 0.0), (0.85, 0.0), (turn, knee), *belly]]


def _four(rng: Rng) -> list[Stroke]:
    """Closed at the top: the stem begins where the diagonal does."""
    stem, bar, overhang = rng.uniform(0.55, 0.8), rng.uniform(0.55, 0.78), rng.uniform(0.05, 0.3)
    return [[(stem, 1.0), (stem, 0.0), (0.05, bar), (min(stem + overhang, 1.0), bar)]]


def _seven(rng: Rng) -> list[Stroke]:
    """A top and a leg; three times in four a bar across the leg, three in ten a serif at the left."""
    foot = rng.uniform(0.2, 0.5)
    top: Stroke = [(0.08, 0.0), (0.92, 0.0), (foot + 0.15, 0.55), (foot, 1.0)]
    if rng.random() < 0.3:
        top.insert(0, (0.08, rng.uniform(0.1, 0.22)))
    if rng.random() < 0.25:
        return [top]
    height = rng.uniform(0.42, 0.58)
    centre = foot + 0.2
    return [top, [(centre - rng.uniform(0.15, 0.32), height), (centre + rng.uniform(0.15, 0.32), height)]]
