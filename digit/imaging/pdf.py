"""Pages of a PDF as pictures. pdfium draws them, in a process whose time and memory are limited."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from digit.errors import PictureError
from digit.imaging.pdf_process import DAMAGED, ENCRYPTED, NO_PAGE
from digit.imaging.pixels import Picture

START = b"%PDF-"
"""Within the first kilobyte of every PDF."""
PAGE_SIDE = 2000
"""Longer side of a page in pixels: A4 at 170 dots an inch, twice the size at which numbers are found."""
SECONDS = 20
"""After which a page is given up."""

_SENTENCES = {
    ENCRYPTED: "This PDF is encrypted. Save it without a password and try again.",
    DAMAGED: "This PDF is damaged or incomplete.",
    NO_PAGE: "This PDF has fewer pages.",
}
_TOO_COMPLICATED = "This PDF takes too much time or memory to be read here. Save the page as a picture and try again."
_PROGRAM = Path(__file__).with_name("pdf_process.py")


def is_pdf(data: bytes) -> bool:
    """Whether encoded bytes are a PDF's."""
    return START in data[:1024]


def pdf_pages(data: bytes) -> int:
    """Number of pages.

    Raises:
        PictureError: it is encrypted, damaged or too complicated.
    """
    return _asked(data, 0, 0)[0][0]


def pdf_page(data: bytes, index: int = 0) -> Picture:
    """A page as a picture, uint8 (H, W, 3), RGB, `PAGE_SIDE` pixels at its longer side.

    Args:
        index: of the page; 0 is the first.

    Raises:
        PictureError: there is no such page, or it cannot be drawn.
    """
    (_, width, height), pixels = _asked(data, index, PAGE_SIDE)
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)


def _asked(data: bytes, index: int, side: int) -> tuple[tuple[int, int, int], bytes]:
    """Pages, width and height, and the pixels."""
    command = [sys.executable, "-I", str(_PROGRAM), str(index), str(side)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise PictureError(_TOO_COMPLICATED) from None
    if done.returncode:
        raise PictureError(_SENTENCES.get(done.returncode, _TOO_COMPLICATED))
    line, _, pixels = done.stdout.partition(b"\n")
    pages, width, height = map(int, line.split())
    return (pages, width, height), pixels
