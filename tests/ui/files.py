"""Files that visitors give: odd ones that hold a digit, and ones that hold no picture. All are made on the spot."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.digits import draw_digit

COMPLAINTS = {
    "text.png": "This file is not a picture",
    "nothing.png": "This file is empty",
    "half.jpg": "This picture is damaged or incomplete",
    "bomb.png": "This picture is too large",
}
"""How the sentence for each file of `write_bad_files` begins."""


def black_on_white(digit: int, side: int = 280) -> NDArray[np.uint8]:
    """A plain drawing of a digit, uint8 (side, side)."""
    return 255 - cv2.resize(draw_digit(digit), (side, side), interpolation=cv2.INTER_CUBIC)


def write_odd_files(folder: Path, digit: int) -> dict[str, Path]:
    """Pictures of the same digit in every encoding that trips readers up."""
    grey = black_on_white(digit)
    image = Image.fromarray(grey)
    files = {
        name: folder / name
        for name in ("plain.png", "deep.png", "palette.png", "print.jpg", "moving.gif", "scan.tiff", "clear.png")
    }
    image.save(files["plain.png"])
    cv2.imwrite(str(files["deep.png"]), grey.astype(np.uint16) * 257)  # 16 bits
    clear = Image.merge("LA", (Image.new("L", image.size, 0), Image.fromarray(255 - grey)))
    clear.save(files["clear.png"])  # black ink on nothing
    palette = Image.merge("RGBA", (*[Image.new("L", image.size, 0)] * 3, Image.fromarray(255 - grey)))
    palette.quantize(16).save(files["palette.png"], transparency=b"\x00")
    image.convert("CMYK").save(files["print.jpg"], quality=90)
    image.save(files["moving.gif"], save_all=True, append_images=[Image.new("L", image.size, 255)], duration=200)
    image.save(files["scan.tiff"])
    return files


def write_bad_files(folder: Path) -> dict[str, Path]:
    """Files that are not a picture, or one that cannot be read."""
    buffer = io.BytesIO()
    Image.fromarray(black_on_white(3)).save(buffer, "JPEG")
    contents = {
        "text.png": b"This is a text file with the name of a picture.\n",
        "nothing.png": b"",
        "half.jpg": buffer.getvalue()[: len(buffer.getvalue()) // 3],
        "bomb.png": bomb(20_000),
    }
    files = {name: folder / name for name in contents}
    for name, content in contents.items():
        files[name].write_bytes(content)
    return files


def bomb(side: int) -> bytes:
    """A valid PNG of `side` by `side` black pixels in a few kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    row = b"\x00" * (1 + side // 8)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
