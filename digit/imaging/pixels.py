"""Pixels of any kind to a picture at working size: values to 0..255, transparency laid on paper, size brought down."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digit.errors import PictureError

Scalar = TypeVar("Scalar", bound=np.generic)
Picture: TypeAlias = "NDArray[np.uint8]"
Rows: TypeAlias = "Callable[[int, int], NDArray[np.uint8]]"
"""Rows `top` to `bottom` of a picture: uint8 (bottom - top, W) or (bottom - top, W, 1, 3 or 4)."""

WORKING_SIZE = 504
"""Longest side of a picture at work, in pixels: a 12-megapixel photo (4032 pixels) comes down by exactly 8, which JPEG
decodes eight times faster than in full, and a pencil line of such a photo is still about a pixel wide."""
_WHOLE = 4_000_000
"""Pictures of more pixels are brought down band by band, so that no second copy of all of it is ever made ..."""
BAND = 1_000_000
"""... with this many pixels in a band."""
_FULL_SCALES = (1, 255, 1023, 4095, 16383, 65535)


def from_array(array: NDArray[Any], longest_side: int = WORKING_SIZE) -> Picture:
    """An array of any numeric kind as uint8 RGB, scaled down to `longest_side` where it is larger.

    Raises:
        PictureError: shape or values are not those of a picture.
    """
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise PictureError(
            f"An array of shape {array.shape} is not a picture: (height, width) works, with 1, 3 or 4 channels at most."
        )
    if array.size == 0:
        raise PictureError(f"This picture has no pixels: its shape is {array.shape}.")
    if array.dtype.kind not in "buif":
        raise PictureError(f"An array of {array.dtype} is not a picture: booleans, integers and real numbers work.")
    low, high = float(array.min()), float(array.max())
    check_values(low, high)
    height, width = array.shape[:2]
    return at_size(lambda top, bottom: rescale(array[top:bottom], low, high), height, width, longest_side)


def flatten(rgba: NDArray[np.uint8]) -> Picture:
    """Lay a transparent picture on paper, uint8 (H, W, 4) to (H, W, 3).

    Transparent drawings exist with dark and with light ink, so the paper is the opposite of what is opaque. Where more
    than half of the picture is opaque it has paper of its own, and the rest is filled with its commonest brightness.
    """
    # Little-endian, a pixel's opacity is the uppermost byte of its four: the least of them shows in the least pixel.
    if np.ascontiguousarray(rgba).view("<u4").min() >> 24 == 255:
        return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)
    alpha = rgba[..., 3]
    colour = rgba[..., :3]
    opaque = alpha >= 128
    if opaque.mean() > 0.5:
        visible = colour[opaque]
        paper = np.median(visible[:: len(visible) // 10_000 + 1], axis=0)
    else:
        weight = float(alpha.sum(dtype=np.float64))
        brightness = float((colour.mean(axis=2) * alpha).sum()) / weight if weight else 0.0
        paper = np.full(3, 0.0 if brightness > 127.5 else 255.0)
    share = alpha[..., np.newaxis].astype(np.float32) / 255
    mixed = colour * share
    mixed += paper.astype(np.float32) * (1 - share)
    return np.rint(mixed, out=mixed).astype(np.uint8)


def shrink(array: NDArray[Scalar], longest_side: int = WORKING_SIZE) -> NDArray[Scalar]:
    """Scale a picture or a map (H, W) down to `longest_side` by area averaging; a smaller one is returned unchanged."""
    height, width = array.shape[:2]
    scale = longest_side / max(height, width)
    if scale >= 1:
        return array
    size = max(1, round(width * scale)), max(1, round(height * scale))
    resized: NDArray[Scalar] = cv2.resize(array, size, interpolation=cv2.INTER_AREA).astype(array.dtype, copy=False)  # type: ignore[arg-type]  # OpenCV takes every dtype that comes here
    return resized


def at_size(rows: Rows, height: int, width: int, longest_side: int) -> Picture:
    """Rows of 1, 3 or 4 channels to RGB with a longest side of `longest_side` at most.

    Large pictures are first averaged over blocks of whole pixels, in colours weighted by their opacity, down to twice
    that size at least; all that takes floats or copies is done on what is left.
    """
    factor = max(height, width) // (2 * longest_side)
    if height * width <= _WHOLE or factor < 2:
        return shrink(_on_paper(rows(0, height)), longest_side)
    across, down = min(factor, width), min(factor, height)
    step = down * max(1, BAND // (down * width))
    bands = (rows(top, min(top + step, height)) for top in range(0, height, step))
    small = [np.asarray(Image.fromarray(band).reduce((across, down))) for band in bands]
    return shrink(_on_paper(np.concatenate(small)), longest_side)


def _on_paper(pixels: NDArray[np.uint8]) -> Picture:
    """Grey, (H, W), RGB or RGBA as RGB."""
    if pixels.ndim == 2:
        return cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB).astype(np.uint8, copy=False)
    return flatten(pixels) if pixels.shape[2] == 4 else np.ascontiguousarray(pixels)


def check_values(low: float, high: float) -> None:
    """Refuse a picture whose smallest or largest value is no number.

    Raises:
        PictureError: one of them is NaN or infinite.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise PictureError("This picture holds values that are not numbers (NaN or infinity).")


def rescale(array: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Values from `low` to `high` to 0..255 without clipping: by the smallest usual full scale that holds them all."""
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint8 and (high > 1 or high == 0):
        return array
    values = array.astype(np.float64)
    if low < 0:  # centred values, as networks like them: no scale is usual, so the range is stretched
        values -= low
        full = high - low or 1.0
    else:
        full = next((scale for scale in _FULL_SCALES if high <= scale), high)
    values *= 255 / full
    return np.rint(values, out=values).astype(np.uint8)
