"""Synthetic outliers: letters, shapes, scribbles, turned digits, several digits and noise.

Training shows them with the target "every digit is equally likely" (outlier exposure, Hendrycks et al. 2019,
arXiv:1812.04606), which raises their free energy, so that the classifier can reject what is not a digit. Whatever
could pass for a digit (O, l, S, Z, h, r, a circle, a mirrored 8) is left out.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.normalization import normalize_ink
from digit.types import FloatArray, Rng

FIELD = 84
"""Side of the canvas in pixels; the drawing is then normalised to 28x28."""
LETTERS = "ACDEFGHJKLMNPQRTUVWXYacdefijkmnptuvwxy&@#%+=*"
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
TURNED = {"quarter": (2, 3, 4, 5, 6, 7, 9), "mirror": (3, 4, 7, 9)}
"""Digits that stop being digits when rotated by 90 degrees or mirrored."""


def letter(rng: Rng) -> FloatArray:
    """A letter or a sign in one of OpenCV's stroke fonts, distorted like handwriting."""
    field = np.zeros((FIELD, FIELD), np.uint8)
    text = LETTERS[rng.integers(len(LETTERS))]
    font = int(rng.choice(_FONTS))
    pen = int(rng.integers(2, 8))
    (width, height), _ = cv2.getTextSize(text, font, 2.0, pen)
    cv2.putText(field, text, ((FIELD - width) // 2, (FIELD + height) // 2), font, 2.0, 255, pen, cv2.LINE_AA)
    return _bend(field, rng)


def shape(rng: Rng) -> FloatArray:
    """A triangle, a rectangle, a star, a cross, an arrow or a wave."""
    field = np.zeros((FIELD, FIELD), np.uint8)
    pen = int(rng.integers(2, 8))
    kind = rng.integers(5)
    if kind == 0:
        corners = int(rng.integers(3, 5))
        angles = rng.uniform(0, 2 * np.pi) + np.arange(corners) * 2 * np.pi / corners
        points = FIELD / 2 + 32 * np.stack([np.cos(angles), np.sin(angles)], 1) * rng.uniform(0.5, 1, (1, 2))
        _draw(field, points, pen, closed=True)
    elif kind == 1:
        angles = rng.uniform(0, np.pi) + np.arange(5) * 4 * np.pi / 5
        _draw(field, FIELD / 2 + 34 * np.stack([np.cos(angles), np.sin(angles)], 1), pen, closed=True)
    elif kind == 2:
        for angle in rng.uniform(0, np.pi) + np.arange(rng.integers(2, 4)) * np.pi / 3:
            reach = 34 * np.array([np.cos(angle), np.sin(angle)])
            _draw(field, np.stack([FIELD / 2 - reach, FIELD / 2 + reach]), pen)
    elif kind == 3:
        start, end = rng.uniform(8, FIELD - 8, (2, 2)).round().astype(int)
        cv2.arrowedLine(field, start.tolist(), end.tolist(), 255, pen, cv2.LINE_AA, tipLength=0.35)
    else:
        along = np.linspace(6, FIELD - 6, 60)
        across = FIELD / 2 + rng.uniform(8, 18) * np.sin(along * rng.uniform(0.15, 0.4))
        _draw(field, np.stack([along, across], 1), pen)
    return _bend(field, rng)


def scribble(rng: Rng) -> FloatArray:
    """One to three random walks of a pen."""
    field = np.zeros((FIELD, FIELD), np.uint8)
    for _ in range(rng.integers(1, 4)):
        steps = int(rng.integers(25, 90))
        headings = np.cumsum(rng.normal(0, rng.uniform(0.3, 1.2), steps)) + rng.uniform(0, 2 * np.pi)
        points = np.cumsum(np.stack([np.cos(headings), np.sin(headings)], 1), axis=0) * 6
        points -= points.min(axis=0)
        points *= 68 / max(float(points.max()), 1.0)
        _draw(field, points + 8, int(rng.integers(2, 6)))
    return normalize_ink(field.astype(np.float32) / np.float32(255))


def turned_digit(rng: Rng, images: FloatArray, labels: NDArray[np.uint8]) -> FloatArray:
    """A digit rotated by 90 degrees or mirrored."""
    while True:
        index = int(rng.integers(len(images)))
        way = "quarter" if rng.random() < 0.6 else "mirror"
        if int(labels[index]) in TURNED[way]:
            image = images[index]
            turned = np.rot90(image, int(rng.choice([1, 3]))) if way == "quarter" else image[:, ::-1]
            return normalize_ink(np.ascontiguousarray(turned))


def several_digits(rng: Rng, images: FloatArray) -> FloatArray:
    """Two or three digits side by side: a number, not a digit."""
    chosen = images[rng.integers(0, len(images), rng.integers(2, 4))]
    gap = int(rng.integers(-10, -4))  # a digit image has a margin of four pixels on either side
    step = 28 + gap
    field = np.zeros((28, step * (len(chosen) - 1) + 28), np.float32)
    for place, image in enumerate(chosen):
        target = field[:, place * step : place * step + 28]
        np.maximum(target, image, out=target)
    return normalize_ink(field)


def noise(rng: Rng) -> FloatArray:
    """Blots and speckles: a texture taken for ink."""
    cells = int(rng.integers(3, 20))
    coarse = rng.random((cells, cells), np.float32)
    field = cv2.resize(coarse, (FIELD, FIELD), interpolation=cv2.INTER_CUBIC)
    return normalize_ink(np.clip((field - np.float32(rng.uniform(0.4, 0.75))) * 4, 0, 1).astype(np.float32))


def outlier(rng: Rng, images: FloatArray, labels: NDArray[np.uint8]) -> FloatArray:
    """Draw one outlier, float32 of shape (28, 28).

    Args:
        images: float32 digit images (N, 28, 28), used for turned and several digits.
        labels: uint8 of shape (N,).
    """
    draw = rng.random()
    if draw < 0.25:
        return turned_digit(rng, images, labels)
    if draw < 0.4:
        return several_digits(rng, images)
    drawers: tuple[Callable[[Rng], FloatArray], ...] = (letter, letter, letter, shape, scribble, noise)
    return drawers[rng.integers(len(drawers))](rng)


def _draw(field: NDArray[np.uint8], points: NDArray[np.float64], pen: int, *, closed: bool = False) -> None:
    cv2.polylines(field, [np.round(points * 16).astype(np.int32)], closed, 255, pen, cv2.LINE_AA, 4)


def _bend(field: NDArray[np.uint8], rng: Rng) -> FloatArray:
    """Apply a random affine and elastic distortion, then normalise."""
    axis = np.arange(FIELD, dtype=np.float32) - (FIELD - 1) / 2
    angle, sheared = rng.normal(0, 0.15), rng.normal(0, 0.2)
    scale_x, scale_y = np.exp(rng.normal(0, 0.15, 2))
    bends = cv2.resize(rng.normal(0, 2.5, (5, 5, 2)).astype(np.float32), (FIELD, FIELD), interpolation=cv2.INTER_CUBIC)
    x, y = np.meshgrid(axis, axis)
    map_x = scale_x * (np.cos(angle) * x + np.sin(angle) * y) + sheared * y + bends[..., 0]
    map_y = scale_y * (np.cos(angle) * y - np.sin(angle) * x) + bends[..., 1]
    centre = (FIELD - 1) / 2
    bent = cv2.remap(field, (map_x + centre).astype(np.float32), (map_y + centre).astype(np.float32), cv2.INTER_LINEAR)
    return normalize_ink(bent.astype(np.float32) / np.float32(255))
