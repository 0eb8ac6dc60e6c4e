"""Files whose structure keeps a decoder busy or makes it take much memory: small beside the work they ask for."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image

SIDE = 7_000
"""Of the largest square picture that is decoded, in pixels."""


def encoded(image: Image.Image, name: str, **options: Any) -> bytes:
    """A picture as a file of the format `name`."""
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def small(name: str) -> bytes:
    """A picture of 50x50 pixels."""
    return encoded(Image.new("L", (50, 50), 200), name)


def jpeg_of_scans(scans: int, side: int = SIDE) -> bytes:
    """A grey progressive JPEG that repeats its last scan, of some 700 bytes, so many times."""
    data = encoded(Image.new("L", (side, side), 128), "JPEG", progressive=True, quality=50)
    last, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:end] + data[last:end] * scans + data[end:]


def jpeg_of_comments(size: int) -> bytes:
    """A JPEG with `size` bytes of empty comments."""
    data = small("JPEG")
    return data[:2] + b"\xff\xfe\x00\x02" * (size // 4) + data[2:]


def jpeg_of_exif(size: int) -> bytes:
    """A JPEG with EXIF data of `size` bytes, in several segments, whose tags all name the same bytes."""
    data, exif = small("JPEG"), overlapping_tags(size)
    parts = [b"Exif\0\0" + exif[at : at + 65_000] for at in range(0, len(exif), 65_000)]
    return data[:2] + b"".join(b"\xff\xe1" + struct.pack(">H", 2 + len(part)) + part for part in parts) + data[2:]


def png_of_chunks(size: int) -> bytes:
    """A PNG with `size` bytes of empty chunks that no program knows."""
    data, empty = small("PNG"), struct.pack(">I", 0) + b"prVt" + struct.pack(">I", zlib.crc32(b"prVt"))
    return data[:33] + empty * (size // 12) + data[33:]


def png_of_exif(size: int) -> bytes:
    """A PNG with EXIF data of `size` bytes whose tags all name the same bytes."""
    return encoded(Image.new("L", (50, 50), 200), "PNG", exif=overlapping_tags(size))


def webp_of_exif(size: int) -> bytes:
    """A WebP with EXIF data of `size` bytes whose tags all name the same bytes."""
    return encoded(Image.new("RGB", (50, 50)), "WEBP", exif=overlapping_tags(size))


def gif_of_comments(size: int) -> bytes:
    """A GIF that begins with `size` bytes of comments."""
    data = encoded(Image.new("P", (50, 50)), "GIF")
    start = 13 + 3 * (2 << (data[10] & 7))
    return data[:start] + b"\x21\xfe\x01a\0" * (size // 5) + data[start:]


def bmp_of_runs(size: int, side: int = SIDE) -> bytes:
    """A BMP of `size` bytes with a run for each pixel."""
    runs = b"\1\1" * min(size // 2, side * side)
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, len(runs), 0, 0, 256, 256)
    start = 14 + len(header) + 1024
    return b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start) + header + bytes(1024) + runs


def tiff_of_strips(strips: int) -> bytes:
    """A TIFF of one column whose every pixel is a strip."""
    places, counts = (struct.pack(f"<{strips}I", *[value] * strips) for value in (8, 1))
    tags = [(256, 1, 1), (257, 1, strips), (258, 1, 8), (259, 1, 1), (262, 1, 1), (273, strips, 16)]
    tags += [(277, 1, 1), (278, 1, 1), (279, strips, 16 + len(places))]
    directory = b"".join(struct.pack("<HHII", tag, 4, number, value) for tag, number, value in tags)
    start = struct.pack("<I", 16 + len(places) + len(counts))
    return b"II*\0" + start + bytes(8) + places + counts + struct.pack("<H", len(tags)) + directory + bytes(4)


def tiff_of_tags(size: int, tags: int = 200) -> bytes:
    """A TIFF of `size` bytes with tags that all name the same bytes."""
    data = small("TIFF")
    start = struct.unpack("<I", data[4:8])[0]
    number = struct.unpack("<H", data[start : start + 2])[0]
    known = data[start + 2 : start + 2 + 12 * number]
    more = b"".join(struct.pack("<HHII", 40_000 + tag, 7, size, len(data)) for tag in range(tags))
    directory = struct.pack("<H", number + tags) + known + more + bytes(4)
    return data[:4] + struct.pack("<I", len(data) + size) + data[8:] + bytes(size) + directory


def overlapping_tags(size: int, tags: int = 300) -> bytes:
    """EXIF data with tags that all name the same `size` bytes."""
    start = 10 + 12 * tags + 4
    directory = b"".join(struct.pack("<HHII", 40_000 + tag, 7, size, start) for tag in range(tags))
    return b"II*\0" + struct.pack("<IH", 8, tags) + directory + bytes(4) + bytes(size)


BOMBS: dict[str, Callable[[], bytes]] = {
    "JPEG, 2,000 scans": lambda: jpeg_of_scans(2_000),
    "JPEG, empty comments": lambda: jpeg_of_comments(19_000_000),
    "JPEG, tags over the same bytes": lambda: jpeg_of_exif(19_000_000),
    "PNG, empty chunks": lambda: png_of_chunks(19_000_000),
    "PNG, tags over the same bytes": lambda: png_of_exif(19_000_000),
    "WebP, tags over the same bytes": lambda: webp_of_exif(19_000_000),
    "GIF, comments": lambda: gif_of_comments(19_000_000),
    "BMP, runs of one pixel": lambda: bmp_of_runs(19_000_000),
    "TIFF, strips of one pixel": lambda: tiff_of_strips(2_000_000),
    "TIFF, tags over the same bytes": lambda: tiff_of_tags(19_000_000),
}
"""Each close to 20 MB, the largest file that is read, where the first is small anyway."""
