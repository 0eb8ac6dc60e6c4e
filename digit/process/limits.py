"""How much is read at once, and for how long: every limit of the serving arm, one constant each.

Whoever is over one is told in a sentence with the number in it, and loses nothing else.
"""

from __future__ import annotations

import os

MAX_BYTES = 20_000_000
"""Of an encoded picture."""
MAX_PIXELS = 50_000_000
"""Larger pictures are refused before they are decoded: Pillow holds 50 megapixels in 200 MB, at 4 bytes a pixel."""
MAX_PIXELS_OF = {"WEBP": 20_000_000, "TIFF": 20_000_000, "CMYK": 40_000_000}
"""Lower limits, of formats and modes whose decoders need up to four times as much on their way."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
