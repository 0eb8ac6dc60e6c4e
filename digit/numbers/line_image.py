"""A line of writing on a picture to the line image that the reader knows: soft ink at a fixed height.

One place for serving, training and measuring. What is printed around the writing stays in the line image: the reader
has learnt to look past rules, borders and patterns.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.types import FloatArray

LINE_HEIGHT = 40
"""Height of a line image: a digit is about 20 pixels wide then, as in MNIST."""
WIDTH_STEP = 32
"""Line images are as wide as a multiple of this, so that few sizes occur."""
MAX_WIDTH = 1600
"""Longer lines are squeezed: some 80 digits."""
MARGIN = 8
"""Empty columns left and right of a line image: crops are often cut at the outermost digits."""
MIN_LEVEL = 16.0
"""The pen is taken to be at least this much darker than the paper, in levels of 255: blank paper stays blank."""
INK_QUANTILE = 0.97
"""Strokes cover a tenth of a line or so; above this quantile it is their full darkness."""


def dark_on_light(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with its ink darker than its paper: inverted where what differs from the median is mostly lighter.

    Args:
        grey: uint8 of shape (H, W).
    """
    low, middle, high = np.quantile(grey, (0.02, 0.5, 0.98))
    return np.asarray(255 - grey, np.uint8) if high - middle > middle - low else grey


def line_ink(grey: NDArray[np.uint8]) -> FloatArray:
    """How much darker each pixel of a line is than the paper around it.

    The paper is the mean of the brighter half of the pixels in a window as high as the line, so that shades and bands
    do not count.

    Args:
        grey: uint8 of shape (H, W), dark ink on light paper.

    Returns:
        float32 of shape (H, W), 0 to 1, ink = 1.
    """
    values = grey.astype(np.float32)
    side = max(3, grey.shape[0] | 1)
    window = (side, side)
    mean = cv2.blur(values, window, borderType=cv2.BORDER_REPLICATE)
    bright = (values >= mean).astype(np.float32)
    weight = cv2.blur(bright, window, borderType=cv2.BORDER_REPLICATE) + np.float32(1e-3)
    paper = (cv2.blur(values * bright, window, borderType=cv2.BORDER_REPLICATE) + np.float32(1e-3) * mean) / weight
    darkness = paper - values
    level = max(float(np.quantile(darkness, INK_QUANTILE)), MIN_LEVEL)
    ink: FloatArray = np.clip(darkness / np.float32(level), 0, 1).astype(np.float32, copy=False)
    return ink


def fit_line(ink: FloatArray) -> tuple[FloatArray, float, float]:
    """A line at the reader's height, its aspect kept, with empty margins.

    Args:
        ink: float32 of shape (H, W), 0 to 1, ink = 1.

    Returns:
        The line image, float32 of shape (`LINE_HEIGHT`, a multiple of `WIDTH_STEP`); and `scale` and `offset`, by
        which a column x of `ink` lies at `x * scale + offset` of it.
    """
    height, width = ink.shape
    scale = LINE_HEIGHT / height
    inner = min(max(1, round(width * scale)), MAX_WIDTH - 2 * MARGIN)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized = cv2.resize(ink, (inner, LINE_HEIGHT), interpolation=method)
    steps = -(-(inner + 2 * MARGIN) // WIDTH_STEP)
    fitted = np.zeros((LINE_HEIGHT, max(2, steps) * WIDTH_STEP), np.float32)
    fitted[:, MARGIN : MARGIN + inner] = resized
    return fitted, inner / width, float(MARGIN)
