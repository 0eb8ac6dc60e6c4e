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

MAX_DRAWING_CHARACTERS = 400_000
"""Of a drawing as a data URL: a 280x280 picture of noise takes 315,000 characters, a drawing about 8,000."""

MAX_WAITING = 100
"""Events in the queue, those being answered not counted: at a hundred answers a second nobody waits for long, and a
server that stands still is noticed."""
MAX_HELD_BYTES = 10 * MAX_BYTES
"""Of pictures that came in one request each and wait together: small ones never come near it."""
MAX_SECONDS = 30
"""For reading one picture or number before its visitor is told that it takes too long: the slowest page, full of a
thousand marks, takes less than half of it."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
