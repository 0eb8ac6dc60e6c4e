"""Files of several pages, made on the spot: PDF and TIFF of pictures, and PDFs that cannot be read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_KEY = b"<28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a>"
_PAGES = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"


def document(pages: Sequence[NDArray[Any]], kind: str) -> bytes:
    """A file with a picture on each page.

    Args:
        pages: uint8 of shape (H, W) or (H, W, 3).
        kind: "PDF" or "TIFF".
    """
    first, *others = (Image.fromarray(np.ascontiguousarray(page)) for page in pages)
    buffer = io.BytesIO()
    first.save(buffer, kind, save_all=True, append_images=others)
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF that wants a password."""
    lock = b"4 0 obj<</Filter/Standard/V 1/R 2/O " + _KEY + b"/U " + _KEY + b"/P -44>>endobj\n"
    trailer = b"trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]/Size 5>>\n"
    return b"%PDF-1.4\n" + _PAGES + b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n" + lock + trailer


def endless_pdf(repeats: int = 3_000_000) -> bytes:
    """A PDF whose page fills a great many shapes."""
    shapes = b"0 0 m 900 900 l 0 900 l 900 0 l f*\n" * repeats
    stream = b"4 0 obj<</Length %d>>stream\n" % len(shapes) + shapes + b"endstream endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 900]/Contents 4 0 R>>endobj\n"
    return b"%PDF-1.4\n" + _PAGES + page + stream + b"trailer<</Root 1 0 R/Size 5>>\n"
