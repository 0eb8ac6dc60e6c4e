"""Small labelled digit images made on the spot: strokes as points, drawn with random slant, size and pen."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import Digits

STROKES: dict[int, list[list[tuple[float, float]]]] = {
    0: [[(0.5, 0.0), (0.15, 0.2), (0.1, 0.6), (0.35, 1.0), (0.7, 0.9), (0.9, 0.5), (0.8, 0.15), (0.5, 0.0)]],
    1: [[(0.5, 0.0), (0.5, 1.0)]],
    2: [[(0.1, 0.25), (0.35, 0.0), (0.75, 0.05), (0.85, 0.35), (0.5, 0.65), (0.1, 1.0), (0.9, 1.0)]],
    3: [[(0.15, 0.05), (0.7, 0.0), (0.8, 0.3), (0.4, 0.48), (0.85, 0.65), (0.75, 0.95), (0.1, 0.95)]],
    4: [[(0.3, 0.0), (0.1, 0.6), (0.9, 0.6)], [(0.7, 0.1), (0.65, 1.0)]],
    5: [[(0.85, 0.0), (0.25, 0.0), (0.2, 0.45), (0.7, 0.4), (0.85, 0.7), (0.6, 1.0), (0.1, 0.95)]],
    6: [[(0.7, 0.0), (0.25, 0.35), (0.1, 0.75), (0.4, 1.0), (0.8, 0.85), (0.7, 0.55), (0.2, 0.65)]],
    7: [[(0.1, 0.0), (0.9, 0.0), (0.4, 1.0)]],
    8: [[(0.8, 0.15), (0.4, 0.0), (0.2, 0.25), (0.75, 0.7), (0.5, 1.0), (0.15, 0.8), (0.5, 0.45), (0.8, 0.15)]],
    9: [[(0.8, 0.2), (0.45, 0.0), (0.15, 0.25), (0.4, 0.5), (0.8, 0.25), (0.75, 0.6), (0.6, 1.0)]],
}


def draw_digit(digit: int, rng: np.random.Generator | None = None) -> NDArray[np.uint8]:
    """A digit as MNIST would have it, uint8 (28, 28), ink = 255; with `rng`, every one is different."""
    angle, size, pen = 0.0, 20.0, 2
    offset = np.array([4.0, 4.0])
    if rng is not None:
        angle, size, pen = rng.normal(0, 0.12), rng.uniform(16, 20), int(rng.integers(1, 4))
        offset = offset + rng.uniform(-1.5, 1.5, 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    image = np.zeros((28, 28), np.uint8)
    for stroke in STROKES[digit]:
        points = (np.array(stroke) - 0.5) @ turn.T + 0.5
        if rng is not None:
            points += rng.normal(0, 0.03, points.shape)
        pixels = np.round((points * size + offset) * 16).astype(np.int32)
        cv2.polylines(image, [pixels], False, 255, pen, cv2.LINE_AA, 4)
    return image


def make_digits(count: int, seed: int = 0, *, writers: int | None = None) -> Digits:
    """`count` digits, all classes in turn; with `writers`, written by so many people."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) % 10).astype(np.uint8)
    images = np.stack([draw_digit(int(label), rng) for label in labels])
    people = None if writers is None else rng.integers(0, writers, count).astype(np.int32)
    return Digits(images, labels, people)
