"""Which part a real picture belongs to, for ever: decided by a hash, so that no list has to be kept."""

from __future__ import annotations

import hashlib
from typing import Literal

Part = Literal["train", "validation", "held_out"]

HELD_OUT = 20
"""Of a hundred pictures, so many are only ever measured on ..."""
VALIDATION = 5
"""... and so many choose settings and calibrate the confidence."""


def part_of(name: str, validation: int = VALIDATION) -> Part:
    """The part of a picture.

    Args:
        name: of its file, or of the page that it was cut from.
        validation: per cent of the validation part.
    """
    bucket = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % 100
    if bucket < HELD_OUT:
        return "held_out"
    return "validation" if bucket < HELD_OUT + validation else "train"
