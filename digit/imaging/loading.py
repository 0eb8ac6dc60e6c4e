"""Any source to a picture: uint8 RGB at working size, upright, without transparency.

Knows files, encodings and arrays; does not know what is written on the picture. Every way in which a source can be
unfit ends in one `PictureError` whose sentence is for the person who gave it.
"""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digit.errors import PictureError

PictureSource: TypeAlias = "str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]"
Picture: TypeAlias = "NDArray[np.uint8]"

WORKING_SIZE = 504
"""Longest side of a picture at work, in pixels: a 12-megapixel photo (4032 pixels) comes down by exactly 8, which JPEG
decodes eight times faster than in full, and a pencil line of such a photo is still about a pixel wide."""
MAX_PIXELS = 50_000_000
"""Larger pictures are refused before they are decoded: 50 megapixels are 150 MB as RGB."""
MAX_BYTES = 20_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "MPO")
"""What Pillow may try (MPO is what many phones put into a .jpg file); its other decoders are never reached."""

NOT_A_PICTURE = "This file is not a picture that can be read here. PNG, JPEG, WebP, GIF, BMP and TIFF work."
_HEIC = "HEIC pictures cannot be read here. Save it as JPEG or PNG and try again."
_FULL_SCALES = (1, 255, 1023, 4095, 16383, 65535)
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def load_picture(source: PictureSource, longest_side: int = WORKING_SIZE) -> Picture:
    """Open a picture and bring it to working size.

    Args:
        source: path, encoded bytes, PIL image, or an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of booleans,
            integers or floats (0..1, 0..255 and wider ranges are told apart by their largest value).
        longest_side: larger pictures are scaled down to it by area averaging; smaller ones stay as they are.

    Returns:
        uint8 of shape (H, W, 3), RGB.

    Raises:
        PictureError: the source is not a picture, is damaged, empty or too large.
    """
    if isinstance(source, np.ndarray):
        return shrink(from_array(source), longest_side)
    with warnings.catch_warnings():
        # Pillow's remarks on odd files are for nobody: the picture is read, or refused with a sentence.
        warnings.filterwarnings("ignore", module="PIL")
        if isinstance(source, Image.Image):
            return _from_image(source, longest_side)
        with _open(_encoded(source)) as image:
            return _from_image(image, longest_side)


def from_array(array: NDArray[Any]) -> Picture:
    """An array of any numeric kind as uint8 RGB of the same height and width.

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
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise PictureError("This picture holds values that are not numbers (NaN or infinity).")
    pixels = _rescale(array)
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB).astype(np.uint8, copy=False)
    if pixels.shape[2] == 4:
        return flatten(pixels)
    return np.ascontiguousarray(pixels)


def flatten(rgba: NDArray[np.uint8]) -> Picture:
    """Lay a transparent picture on paper, uint8 (H, W, 4) to (H, W, 3).

    Transparent drawings exist with dark and with light ink, so the paper is the opposite of what is opaque. Where more
    than half of the picture is opaque it has paper of its own, and the rest is filled with its commonest brightness.
    """
    alpha = rgba[..., 3]
    colour = rgba[..., :3]
    if alpha.min() == 255:
        return np.ascontiguousarray(colour)
    opaque = alpha >= 128
    if opaque.mean() > 0.5:
        visible = colour[opaque]
        paper = np.median(visible[:: len(visible) // 10_000 + 1], axis=0)
    else:
        weight = float(alpha.sum(dtype=np.float64))
        brightness = float((colour.mean(axis=2) * alpha).sum()) / weight if weight else 0.0
        paper = np.full(3, 0.0 if brightness > 127.5 else 255.0)
    share = alpha[..., np.newaxis].astype(np.float32) / 255
    mixed: Picture = np.rint(colour * share + paper.astype(np.float32) * (1 - share)).astype(np.uint8)
    return mixed


def shrink(picture: Picture, longest_side: int = WORKING_SIZE) -> Picture:
    """Scale a picture down to `longest_side` by area averaging; smaller ones are returned as they are."""
    height, width = picture.shape[:2]
    scale = longest_side / max(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    smaller: Picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return smaller


def _encoded(source: str | os.PathLike[str] | bytes) -> bytes:
    """The bytes of a file, or the bytes themselves, once they are neither missing nor too many."""
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
        _check_bytes(len(data))
        return data
    try:
        path = Path(source)
        _check_bytes(path.stat().st_size)
        return path.read_bytes()
    except (FileNotFoundError, ValueError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError(f"There is no file {os.fspath(source)}.") from None
    except IsADirectoryError:
        raise PictureError(f"{os.fspath(source)} is a folder, and a picture was expected.") from None
    except OSError as error:
        raise PictureError(f"{os.fspath(source)} cannot be opened ({error.strerror}).") from None
    except TypeError:
        raise PictureError(
            f"A path, bytes, a PIL image or an array was expected as the picture, and got {type(source).__name__}."
        ) from None


def _check_bytes(size: int) -> None:
    if size > MAX_BYTES:
        raise PictureError(
            f"This file is too large: up to {MAX_BYTES // 10**6} MB can be read here, and it has {size / 10**6:.0f} MB."
        )


def _open(data: bytes) -> Image.Image:
    """The header of an encoded picture; no pixel is decoded yet."""
    if not data:
        raise PictureError("This file is empty.")
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"):
        raise PictureError(_HEIC)
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise PictureError(f"This picture is too large: up to {MAX_PIXELS // 10**6} megapixels work.") from None
    except Exception:  # Pillow's decoders raise many kinds on a file that only looks like a picture
        raise PictureError(NOT_A_PICTURE) from None


def _from_image(image: Image.Image, longest_side: int) -> Picture:
    width, height = image.size
    if width == 0 or height == 0:
        raise PictureError("This picture has no pixels.")
    if width * height > MAX_PIXELS:
        raise PictureError(
            f"This picture is too large: up to {MAX_PIXELS // 10**6} megapixels work, "
            f"and it has {width} x {height} pixels."
        )
    try:
        orientation = _orientation(image)
        if image.format in ("JPEG", "MPO"):
            # The decoder averages blocks of 2, 4 or 8 pixels itself, and never goes below the size asked for.
            scale = min(1.0, longest_side / max(width, height))
            image.draft(None, (max(1, int(width * scale)), max(1, int(height * scale))))
        picture = shrink(_pixels(image), longest_side)
    except PictureError:
        raise
    except Exception:  # as above; truncated data arrives as OSError, SyntaxError, ValueError or struct.error
        raise PictureError("This picture is damaged or incomplete: its file ends too early or holds errors.") from None
    if orientation in _UPRIGHT:
        return np.ascontiguousarray(Image.fromarray(picture).transpose(_UPRIGHT[orientation]))
    return picture


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 where there is none or where it cannot be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken EXIF must not cost the picture
        return 1


def _pixels(image: Image.Image) -> Picture:
    """Decode the (first) frame."""
    mode = image.mode
    if mode == "I" or mode == "F" or mode.startswith("I;"):
        return from_array(np.asarray(image))
    if mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return flatten(np.asarray(image.convert("RGBA")))
    return np.array(image.convert("RGB"))


def _rescale(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Values to 0..255 without clipping: by the smallest usual full scale that holds them all."""
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    low, high = float(array.min()), float(array.max())
    if array.dtype == np.uint8 and (high > 1 or high == 0):
        return array
    if low < 0:  # centred values, as networks like them: no scale is usual, so the range is stretched
        array, high = array.astype(np.float64) - low, high - low
        full = high or 1.0
    else:
        full = next((scale for scale in _FULL_SCALES if high <= scale), high)
    return np.rint(array.astype(np.float64) * (255 / full)).astype(np.uint8)
