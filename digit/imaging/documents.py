"""Files of several pages, PDF and TIFF: each page is a picture source like any other."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from digit.errors import PictureError
from digit.imaging.loading import PictureSource, encoded
from digit.imaging.pdf import is_pdf, pdf_page, pdf_pages
from digit.imaging.structure import MAX_PAGES, tiff_pages

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def page_count(source: PictureSource) -> int:
    """Pages of a file; 1 for everything that is neither a PDF nor a TIFF.

    Raises:
        PictureError: the file cannot be opened, or it has more than `MAX_PAGES` pages.
    """
    data = _document(source)
    if data is None:
        return 1
    count = pdf_pages(data) if is_pdf(data) else len(tiff_pages(data))
    if count > MAX_PAGES:
        raise PictureError(f"This file has too many pages: up to {MAX_PAGES} can be read here.")
    return max(1, count)


def open_page(source: PictureSource, number: int = 1) -> PictureSource:
    """A page of a file, as a source for `digit.imaging.load_picture`.

    Args:
        number: of the page, from 1. Only PDF and TIFF have a second one.

    Raises:
        PictureError: there is no such page, or the file cannot be read.
    """
    data = _document(source)
    if data is None:
        if number != 1:
            raise PictureError(f"There is no page {number}: this file is one picture.")
        return source
    if number < 1:
        raise PictureError(f"Pages are counted from 1; received {number}.")
    if is_pdf(data):
        return pdf_page(data, number - 1)
    pages = tiff_pages(data)
    if number == 1 and len(pages) < 2:
        return data
    if number > len(pages):
        raise PictureError(f"There is no page {number}: this TIFF has {len(pages)}.")
    try:
        image = Image.open(io.BytesIO(data), formats=("TIFF",))
        image.seek(pages[number - 1])
    except Exception:  # Pillow raises many types of error on a damaged file
        raise PictureError(f"Page {number} of this TIFF is damaged.") from None
    return image


def page_answer(
    read: Callable[[PictureSource], dict[str, Any]], source: PictureSource, number: int = 1
) -> dict[str, Any]:
    """The JSON of `read` for a page; of a file with several, with "page" and "pages" in front.

    Raises:
        PictureError: as `open_page`.
    """
    count = page_count(source)
    return ({"page": number, "pages": count} if count > 1 else {}) | read(open_page(source, number))


def _document(source: Any) -> bytes | None:
    """The bytes of a PDF or TIFF; None for any other source."""
    if isinstance(source, np.ndarray | Image.Image):
        return None
    if isinstance(source, str | os.PathLike) and not _begins_like_one(source):
        return None
    data = encoded(source)
    return data if is_pdf(data) or data.startswith(_TIFF) else None


def _begins_like_one(path: str | os.PathLike[str]) -> bool:
    """Whether a file may be a document; one that cannot be opened may, so that opening it again says why."""
    try:
        if not Path(path).is_file():  # a pipe would be waited for
            return True
        with Path(path).open("rb") as file:
            start = file.read(1024)
    except (OSError, ValueError):
        return True
    return is_pdf(start) or start.startswith(_TIFF)
