"""Numbers made on the spot: drawn digits in a row."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.ui.components.canvas import WIDE
from tests.digits import draw_digit


def line(text: str, width: int = WIDE.width, height: int = WIDE.height) -> NDArray[np.uint8]:
    """Drawn digits side by side in the middle of white paper, uint8 (height, width)."""
    digits = [np.pad(cv2.resize(draw_digit(int(c)), (84, 84)), ((0, 0), (6, 6))) for c in text]
    row = np.hstack(digits)
    paper = np.zeros((height, width), np.uint8)
    top, left = (height - row.shape[0]) // 2, (width - row.shape[1]) // 2
    paper[top : top + row.shape[0], left : left + row.shape[1]] = row
    return 255 - paper


def photo(text: str, boxes: list[tuple[int, int, int, int]]) -> bytes:
    """A JPEG of 1200x800 pixels: blue digits on grainy paper in uneven light, in a row that rises to the right.

    The place of the ink of each digit, (x, y, width, height) in pixels, is put into `boxes`.
    """
    rng = np.random.default_rng(4)
    ink = np.zeros((800, 1200), np.float32)
    for place, character in enumerate(text):
        digit = cv2.resize(draw_digit(int(character)), (170, 170), interpolation=cv2.INTER_CUBIC)
        x, y = 180 + 190 * place, 360 - 14 * place
        ink[y : y + 170, x : x + 170] = digit / 255
        left, top, width, height = cv2.boundingRect((digit > 127).astype(np.uint8))
        boxes.append((x + left, y + top, width, height))
    light = np.linspace(1.0, 0.7, 1200)[np.newaxis, :, np.newaxis]
    paper = (1 - 0.85 * ink[..., np.newaxis] * (1 - np.array([0.5, 0.25, 0.1]))) * 235 * light
    noisy = np.clip(paper + rng.normal(0, 3, paper.shape), 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
