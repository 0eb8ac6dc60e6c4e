"""Rows of digits drawn on the spot, with or without separators, beside the true box of each digit."""

from __future__ import annotations

import cv2
import numpy as np

from tests.imaging.drawing import STROKES, Coverage

SEPARATORS: dict[str, list[list[tuple[float, float]]]] = {
    "-": [[(0.2, 0.5), (0.6, 0.5)]],
    ".": [[(0.3, 0.97), (0.33, 0.97)]],
    ",": [[(0.35, 0.93), (0.25, 1.1)]],
    ":": [[(0.3, 0.35), (0.33, 0.35)], [(0.3, 0.8), (0.33, 0.8)]],
    " ": [],
}
Boxes = list[tuple[int, int, int, int]]


def blank(size: tuple[int, int] = (200, 700)) -> Coverage:
    """Nothing, float32 (H, W)."""
    return np.zeros(size, np.float32)


def write(
    page: Coverage,
    text: str,
    left: float = 40,
    top: float = 60,
    height: float = 70,
    pen: int = 5,
    step: float = 0.95,
    slope: float = 0.0,
) -> Boxes:
    """Write a row on `page` in place.

    Args:
        left, top, height: of the first digit, in pixels.
        step: from one digit to the next, in heights; 0.64 lets round digits touch.
        slope: of the baseline, in pixels down for each pixel to the right.

    Returns:
        The box (x, y, w, h) of each digit; separators have none.
    """
    boxes = []
    x = left
    for character in text:
        y = top + slope * (x - left)
        lines = STROKES[int(character)] if character.isdigit() else SEPARATORS[character]
        canvas = np.zeros(page.shape, np.uint8)
        for line in lines:
            points = np.array([(x + a * height, y + b * height) for a, b in line])
            cv2.polylines(canvas, [np.rint(points * 16).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 4)
        np.maximum(page, canvas.astype(np.float32) / 255, out=page)
        if character.isdigit():
            box = cv2.boundingRect((canvas > 127).astype(np.uint8))
            boxes.append((int(box[0]), int(box[1]), int(box[2]), int(box[3])))
        x += height * (step if character.isdigit() else 0.75)
    return boxes


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """Intersection over union of two boxes."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(0, width) * max(0, height)
    return common / (one[2] * one[3] + other[2] * other[3] - common)
