"""Opens a picture from any source: uint8 RGB at working size, upright, without transparency.

A source that cannot be used always raises `PictureError`, with a sentence for the person who provided it.
"""

from __future__ import annotations

import io
import os
import stat
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from digit.errors import PictureError
from digit.imaging.pdf import is_pdf, pdf_page
from digit.imaging.pixels import BAND, WORKING_SIZE, Picture, at_size, check_values, from_array, rescale
from digit.imaging.structure import check_structure, check_tags
from digit.process.cores import cores

PictureSource: TypeAlias = "str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]"

MAX_BYTES = 20_000_000
"""Size of an encoded picture."""
MAX_PIXELS = 50_000_000
"""Larger pictures are refused before decoding: Pillow holds 50 megapixels in 200 MB, at 4 bytes a pixel."""
MAX_PIXELS_OF = {"WEBP": 20_000_000, "TIFF": 20_000_000, "CMYK": 40_000_000}
"""Lower limits for formats and modes whose decoders need up to four times as much memory."""

LARGE_PIXELS = 12_000_000
"""Larger pictures, which take up to 300 MB meanwhile, are decoded on half of the cores at the same time."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "MPO")
"""The decoders that Pillow may use; MPO is what many phones write into a .jpg file."""

NOT_A_PICTURE = "This file is not a picture that can be read here. PNG, JPEG, HEIC, WebP, GIF, BMP, TIFF and PDF work."
DAMAGED = "This picture is damaged or incomplete: its file ends too early or holds errors."
NO_MEMORY = "There is not enough memory to read this picture. Try a smaller one, or try again later."
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
"""Kinds of HEIC file, which is what iPhones write."""
_LARGE = threading.BoundedSemaphore(max(1, cores() // 2))
_ORIENTATION, _TILE_WIDTH, _TILE_HEIGHT = 0x0112, 0x0142, 0x0143
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
        return from_array(source, longest_side)
    if isinstance(source, Image.Image):
        return _from_image(source, longest_side)
    with _open(encoded(source)) as image:
        return _from_image(image, longest_side, own=True)


def picture_size(source: PictureSource) -> tuple[int, int]:
    """Width and height of a picture as it was given, upright: no pixel is decoded.

    Raises:
        PictureError: as `load_picture`, as far as that shows before decoding.
    """
    if isinstance(source, np.ndarray):
        return source.shape[1], source.shape[0]
    image = source if isinstance(source, Image.Image) else _open(encoded(source))
    width, height = image.size
    return (height, width) if _orientation(image) >= 5 else (width, height)


def encoded(source: str | os.PathLike[str] | bytes) -> bytes:
    """The bytes of a file, or the bytes themselves, after their size was checked."""
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
        _check_bytes(len(data))
        return data
    try:
        path = Path(source)
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise PictureError(f"{os.fspath(source)} is a folder, and a picture was expected.")
        if not stat.S_ISREG(kind):
            raise PictureError(f"{os.fspath(source)} is a device or a pipe, and a file with a picture was expected.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # the reported size may be wrong, and the file may grow
            _check_bytes(max(len(data), os.fstat(file.fileno()).st_size))
            return data
    except (FileNotFoundError, ValueError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError(f"There is no file {os.fspath(source)}.") from None
    except OSError as error:
        raise PictureError(f"{os.fspath(source)} cannot be opened ({error.strerror}).") from None
    except TypeError:
        raise PictureError(
            f"Expected a path, bytes, a PIL image or an array as the picture; received {type(source).__name__}."
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
    if is_pdf(data):
        return Image.fromarray(pdf_page(data))
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        return _heic(data)
    check_structure(data)
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise PictureError(f"This picture is too large: up to {MAX_PIXELS // 10**6} megapixels work.") from None
    except MemoryError as error:
        raise PictureError(NO_MEMORY) from error
    except Exception:  # Pillow's decoders raise many types of error on a file that only looks like a picture
        raise PictureError(NOT_A_PICTURE) from None


def _heic(data: bytes) -> Image.Image:
    """A HEIC picture, decoded and upright, after its size was checked."""
    import pillow_heif

    for further in ("THUMBNAILS", "DEPTH_IMAGES", "AUX_IMAGES"):  # they are not needed, and would be decoded too
        setattr(pillow_heif.options, further, False)
    try:
        heic = pillow_heif.open_heif(data)
        _check_size(*heic.size)
        with _LARGE if heic.size[0] * heic.size[1] > LARGE_PIXELS else nullcontext():
            image: Image.Image = heic.to_pillow()
    except PictureError:
        raise
    except MemoryError as error:
        raise PictureError(NO_MEMORY) from error
    except Exception:  # a damaged file arrives as ValueError, RuntimeError, EOFError or OSError
        raise PictureError(DAMAGED) from None
    return image


def _check_size(width: int, height: int, limit: int = MAX_PIXELS, kind: str = "") -> None:
    if width == 0 or height == 0:
        raise PictureError("This picture has no pixels.")
    if width * height > limit:
        raise PictureError(
            f"This picture is too large: up to {limit // 10**6} megapixels work{f' as {kind}' if kind else ''}, "
            f"and it has {width} x {height} pixels."
        )


def _from_image(image: Image.Image, longest_side: int, *, own: bool = False) -> Picture:
    """The picture of a PIL image; only an image of our `own` may be modified."""
    width, height = image.size
    limited = next((name for name in (image.format, image.mode) if name in MAX_PIXELS_OF), "")
    limit = MAX_PIXELS_OF.get(limited, MAX_PIXELS)
    _check_size(width, height, limit, limited)
    try:
        if _tile_area(image) > limit:
            raise PictureError(f"This TIFF has tiles that are too large: up to {limit // 10**6} megapixels work.")
        orientation = _orientation(image)
        if own and image.format in ("JPEG", "MPO"):
            # The decoder averages blocks of 2, 4 or 8 pixels itself, and never goes below the size asked for.
            scale = min(1.0, longest_side / max(width, height))
            image.draft(None, (max(1, int(width * scale)), max(1, int(height * scale))))
        with _LARGE if image.size[0] * image.size[1] > LARGE_PIXELS else nullcontext():
            picture = _decoded(image, longest_side)
    except PictureError:
        raise
    except MemoryError as error:
        raise PictureError(NO_MEMORY) from error
    except Exception:  # as above; truncated data arrives as OSError, SyntaxError, ValueError or struct.error
        raise PictureError(DAMAGED) from None
    if orientation in _UPRIGHT:
        return np.ascontiguousarray(Image.fromarray(picture).transpose(_UPRIGHT[orientation]))
    return picture


def _tile_area(image: Image.Image) -> int:
    """Pixels of a tile of a tiled TIFF, else 0; a tile is decoded whole and may be larger than the picture."""
    tags = image.tag_v2 if isinstance(image, TiffImageFile) else {}
    return int(tags.get(_TILE_WIDTH, 0)) * int(tags.get(_TILE_HEIGHT, 0))


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 where there is none or where it cannot be read."""
    try:
        check_tags(_exif(image))
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # a picture with broken EXIF is still readable
        return 1


def _exif(image: Image.Image) -> bytes:
    """The EXIF data that Pillow reads the orientation from: of its own, or as hexadecimal text in a PNG."""
    text = image.info.get("Raw profile type exif")
    exif: bytes = image.info.get("exif") or (bytes.fromhex("".join(text.split("\n")[3:])) if text else b"")
    return exif


def _decoded(image: Image.Image, longest_side: int) -> Picture:
    """Decode the (first) frame and bring it to size."""
    width, height = image.size
    deep = image.mode in ("I", "F") or image.mode.startswith("I;")
    clear = image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    mode = image.mode if deep else "RGBA" if clear else "RGB"

    def rows(top: int, bottom: int) -> NDArray[Any]:
        part = image if bottom - top == height else image.crop((0, top, width, bottom))
        return np.asarray(part if part.mode == mode else part.convert(mode))

    if not deep:
        return at_size(rows, height, width, longest_side)
    step = max(1, BAND // width)
    parts = (rows(top, min(top + step, height)) for top in range(0, height, step))
    ends = np.array([(part.min(), part.max()) for part in parts], np.float64)
    low, high = float(ends.min()), float(ends.max())
    check_values(low, high)
    return at_size(lambda top, bottom: rescale(rows(top, bottom), low, high), height, width, longest_side)
