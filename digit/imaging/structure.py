"""Refuses files whose structure, not their pixels, would keep a decoder busy: it is counted before anything is decoded.

A small file can ask for a lot of work: a JPEG by repeating a scan of all its pixels, a TIFF by tags that all name the
same bytes, any format by millions of empty parts. `python -m benchmarks.decoding` prints time and memory of each.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from digit.errors import PictureError

MAX_SCANS, MAX_SCANNED = 100, 1_500_000_000
"""Passes over all pixels of a JPEG, and the pixels of all passes together: thirty for the largest picture, where each
takes 20 ms. Programs write up to 14."""
MAX_SEGMENTS = 2_000
"""Of a JPEG before its pixels: a colour profile and notes of 20 MB fill 310. Each takes Pillow 0.7 microseconds."""
MAX_CHUNKS = 50_000
"""Of a PNG: pieces of the pixels, of 8 kB as a rule. Each takes Pillow 2 microseconds."""
MAX_STRIPS = 50_000
"""Strips or tiles of a TIFF. Each takes Pillow 4 microseconds."""
MAX_TAG_BYTES = 20_000_000
"""Values of the tags of a TIFF or of EXIF, together: a whole file. More is only possible where they overlap."""
MAX_PAGES = 500
"""Of a document."""
MAX_GIF_START = 1_000_000
"""Bytes before the pixels of a GIF: colours and notes. Pillow takes the square of their number to join them."""
MAX_RUNS_BYTES = 5_000_000
"""Of a run-length encoded BMP, which Pillow decodes in Python, 6 MB a second."""

TOO_MANY_PARTS = "This file has too many parts to be read here. Open it in another program and save it again."
TOO_MANY_SCANS = "This JPEG has too many scans to be read here. Open it in another program and save it again."

_SOS, _EOI, _APP1 = 0xDA, 0xD9, 0xE1
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""A JPEG marker, except those that stand within the data of a scan."""
_EXIF = b"Exif\0\0"
_PNG = b"\x89PNG\r\n\x1a\n"
_STRIPS, _TILES, _SUBFILE = 273, 324, 254
_UNIT_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
"""Bytes of one value, by the type of a TIFF tag."""


def check_structure(data: bytes) -> None:
    """Check an encoded picture; formats without such parts pass.

    Raises:
        PictureError: it has too many.
    """
    if data.startswith(b"\xff\xd8"):
        _check_jpeg(data)
    elif data.startswith(_PNG):
        _check_png(data)
    elif data.startswith(b"GIF8"):
        if _gif_start(data) > MAX_GIF_START:
            raise PictureError(TOO_MANY_PARTS)
    elif data.startswith((b"II", b"MM")):
        check_tags(data)
    elif data.startswith(b"BM") and data[30:31] in (b"\1", b"\2") and len(data) > MAX_RUNS_BYTES:
        raise PictureError(
            f"This BMP is too large: up to {MAX_RUNS_BYTES // 10**6} MB can be read when it is compressed."
        )


def check_tags(data: bytes) -> None:
    """Check the first directory of a TIFF file or of EXIF data, with or without its prefix.

    Raises:
        PictureError: it has too many tags, strips or tiles, or tags with more values than a file can hold.
    """
    next(_directories(data.removeprefix(_EXIF)), None)


def tiff_pages(data: bytes) -> list[int]:
    """Positions of the pages among the pictures of a TIFF file; a smaller copy of a page is none.

    Raises:
        PictureError: as `check_tags`, for any of them; or there are more than `MAX_PAGES`.
    """
    pages = [index for index, reduced in enumerate(_directories(data)) if not reduced]
    if len(pages) > MAX_PAGES:
        raise PictureError(f"This file has too many pages: up to {MAX_PAGES} can be read here.")
    return pages


def _directories(data: bytes) -> Iterator[bool]:
    """Check the directories of a TIFF file, one after another; yields of each whether it is of a smaller copy."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 16:
        return
    large = data[2:4] in (b"+\0", b"\0+")  # BigTIFF, with 64 instead of 32 bits
    number, entry, pointer = ("Q", "HHQQ", "Q") if large else ("H", "HHII", "I")
    size, total = struct.calcsize("<" + entry), 0
    seen: set[int] = set()
    (start,) = struct.unpack_from(order + pointer, data, 8 if large else 4)
    while start and start not in seen and (first := start + struct.calcsize(number)) <= len(data):
        if len(seen) > 2 * MAX_PAGES:
            raise PictureError(TOO_MANY_PARTS)
        seen.add(start)
        count = min(struct.unpack_from(order + number, data, start)[0], (len(data) - first) // size)
        if count > 0xFFFF:
            raise PictureError(TOO_MANY_PARTS)
        reduced = False
        for tag, kind, values, offset in struct.iter_unpack(order + entry, data[first : first + count * size]):
            length = values * _UNIT_SIZES.get(kind, 0)
            total += length if offset + length <= len(data) else 0  # Pillow leaves out what lies beyond the end
            if total > MAX_TAG_BYTES or (tag in (_STRIPS, _TILES) and values > MAX_STRIPS):
                raise PictureError(TOO_MANY_PARTS)
            reduced |= tag == _SUBFILE and bool(offset & 1)
        yield reduced
        end = first + count * size
        start = struct.unpack_from(order + pointer, data, end)[0] if end + 8 <= len(data) else 0


def jpeg_scans(data: bytes, most: int) -> int:
    """Scans of the (first) picture of a JPEG or MPO file, counted as libjpeg reads its markers, up to `most`."""
    scans, at = 0, 2
    while scans < most and (match := _MARKER.search(data, at)) and data[match.end() - 1] != _EOI:
        at, scans = _behind(data, match), scans + (data[match.end() - 1] == _SOS)
    return scans


def _check_jpeg(data: bytes) -> None:
    segments, exif, pixels, at = 0, bytearray(), 1, 2
    while (match := _MARKER.search(data, at)) and data[match.end() - 1] not in (_SOS, _EOI):
        code, start = data[match.end() - 1], match.end() + 2
        at, segments = _behind(data, match), segments + 1
        if segments > MAX_SEGMENTS:
            raise PictureError(TOO_MANY_PARTS)
        if code == _APP1 and data.startswith(_EXIF, start):
            exif += data[start + len(_EXIF) : at]  # Pillow joins several of them
        if code in _FRAMES:
            height, width = data[start + 1 : start + 3], data[start + 3 : start + 5]
            pixels = max(1, int.from_bytes(height, "big") * int.from_bytes(width, "big"))
    check_tags(bytes(exif))
    # The two bytes may also stand for something else, as in the film behind the picture of many phones.
    most = min(MAX_SCANS, MAX_SCANNED // pixels)
    if data.count(b"\xff\xda") > most and jpeg_scans(data, most + 1) > most:
        raise PictureError(TOO_MANY_SCANS)


def _behind(data: bytes, marker: re.Match[bytes]) -> int:
    """Where the segment of a marker ends. Markers without a segment, and broken ones, end themselves."""
    code, end = data[marker.end() - 1], marker.end()
    if code < 0xC0 or code in (0xD8, _EOI):
        return end
    return end + max(2, int.from_bytes(data[end : end + 2], "big"))


def _check_png(data: bytes) -> None:
    chunks, at = 0, len(_PNG)
    while at + 8 <= len(data) and data[at + 4 : at + 8] != b"IEND":
        at, chunks = at + 12 + int.from_bytes(data[at : at + 4], "big"), chunks + 1
        if chunks > MAX_CHUNKS:
            raise PictureError(TOO_MANY_PARTS)


def _gif_start(data: bytes) -> int:
    """Position of a GIF's first frame, or where the search for it went past `MAX_GIF_START`."""
    flags = data[10] if len(data) > 12 else 0
    at = 13 + (3 * (2 << (flags & 7)) if flags & 0x80 else 0)
    while at < min(len(data), MAX_GIF_START + 1) and data[at] != ord(","):
        if data[at] != ord("!"):
            at += 1
            continue
        at += 2
        while at < min(len(data), MAX_GIF_START + 1) and data[at]:
            at += 1 + data[at]
        at += 1
    return at
