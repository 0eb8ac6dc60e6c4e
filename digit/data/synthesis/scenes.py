"""Pictures without writing: things, textures, light. A camera sees more of them than of pages."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.types import FloatArray, Rng


def texture(side: int, rng: Rng) -> FloatArray:
    """Noise of several sizes, as cloth, wood and leaves have it, float32 of shape (side, side), about -2 to 2."""
    sum_ = np.zeros((side, side), np.float32)
    slanted = rng.uniform(0.3, 1)
    for size in np.exp(rng.uniform(np.log(1.5), np.log(side / 3), int(rng.integers(1, 5)))):
        cells = max(2, round(side / size)), max(2, round(slanted * side / size))
        coarse = rng.standard_normal(cells, np.float32)
        layer = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
        if rng.random() < 0.3:  # with edges
            layer = np.tanh(4 * layer)
        sum_ += layer * np.float32(rng.uniform(0.3, 1))
    return sum_ / max(float(sum_.std()), 1e-3)


def scene(side: int, rng: Rng) -> NDArray[np.uint8]:
    """Textured areas with edges, poles, curves and shades, uint8 of shape (side, side)."""
    picture: FloatArray = rng.uniform(40, 220) + np.float32(rng.uniform(2, 40)) * texture(side, rng)
    for _ in range(int(rng.integers(0, 14))):
        mask = _thing(side, rng)
        tone = rng.uniform(0, 255) + np.float32(rng.uniform(0, 25)) * texture(side, rng)
        picture += mask * (tone - picture)
    if rng.random() < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 2.5)), np.float32)
    picture = picture + rng.standard_normal(picture.shape, np.float32) * np.float32(rng.uniform(0, 8))
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _thing(side: int, rng: Rng) -> FloatArray:
    """Where a thing is, float32 of shape (side, side), 0 to 1: an area, a pole, a curve, some strokes in a row."""
    layer = np.zeros((side, side), np.uint8)
    size = float(np.exp(rng.uniform(np.log(6), np.log(side))))
    centre = rng.uniform(0, side, 2)
    pen = int(rng.integers(1, max(2, round(min(size, 60) / 6)) + 1))
    kind = rng.integers(4)
    if kind == 0:
        corners = centre + rng.normal(0, size / 2, (int(rng.integers(3, 8)), 2))
        cv2.fillPoly(layer, [corners.astype(np.int32)], 255, cv2.LINE_AA)
    elif kind == 1:
        steps = np.cumsum(rng.normal(0, 1, (12, 2)).cumsum(axis=0), axis=0)
        points = centre + size * steps / max(float(np.abs(steps).max()), 1e-3)
        cv2.polylines(layer, [points.astype(np.int32)], bool(rng.random() < 0.3), 255, pen, cv2.LINE_AA)
    elif kind == 2:
        axes = max(1, int(size / 2)), max(1, int(size * rng.uniform(0.1, 1) / 2))
        thick = -1 if rng.random() < 0.5 else pen
        where = int(centre[0]), int(centre[1])
        end = 360 if rng.random() < 0.6 else float(rng.uniform(60, 300))
        cv2.ellipse(layer, where, axes, rng.uniform(0, 360), 0, end, 255, thick, cv2.LINE_AA)
    else:  # blinds, railings, a keyboard
        along, step = rng.normal(0, 1, 2), rng.uniform(0.2, 1) * size
        along /= max(float(np.hypot(*along)), 1e-3)
        reach = np.array([-along[1], along[0]]) * size / 2
        for number in range(int(rng.integers(2, 12))):
            middle = centre + number * step * along
            ends = (middle - reach).astype(int).tolist(), (middle + reach).astype(int).tolist()
            cv2.line(layer, *ends, 255, pen, cv2.LINE_AA)
    return layer.astype(np.float32) / np.float32(255)
