"""Numbers that visitors mended, each with its picture, in the folder of the corrections.

lines.jsonl       one JSON object a line: the text of each row, what was read, the model
lines/<id>.png    the drawing or photo, scaled down
"""

from __future__ import annotations

import contextlib
import uuid

import cv2
import numpy as np

from digit.errors import FeedbackError
from digit.feedback.rate import Sender
from digit.feedback.store import LINE_RECORDS, LINES, UNKNOWN_SENDER, FeedbackStore, encode_png
from digit.imaging.pixels import Picture, shrink
from digit.numbers.ctc import ALPHABET, well_formed
from digit.numbers.number import Number

MOST_ROWS, MOST_SIGNS = 50, 80
"""Of a text: rows, and signs of a row."""
SIDES = (1008, 756, 504)
"""Longest sides of a stored picture in pixels; the largest of which the PNG is small enough is taken."""


def add_line(store: FeedbackStore, number: Number, text: str, picture: Picture, sender: Sender = UNKNOWN_SENDER) -> str:
    """Store a mended number; when this returns, it is on the disk.

    Args:
        number: what was read.
        text: the right text, rows separated by newlines.
        picture: uint8 of shape (H, W, 3), RGB: what was read.
        sender: who mended it, for the rate; it is not stored.

    Returns:
        The id of the record.

    Raises:
        FeedbackError: it was not stored; the message says why, for the visitor.
    """
    name = uuid.uuid4().hex
    said = number.as_dict()
    record = {
        "id": name,
        "text": check_text(text),
        "answer": {key: said[key] for key in ("text", "confidence", "rows")},
    }
    store.keep(record, {store.folder / LINES / f"{name}.png": _fitting_png(picture)}, LINE_RECORDS, sender)
    return name


def check_text(text: object) -> str:
    """The text, if it is one that a number can have.

    Raises:
        FeedbackError: another type, too many or too long rows, other signs, or separators that separate nothing.
    """
    rows = text.split("\n") if isinstance(text, str) else []
    if not 0 < len(rows) <= MOST_ROWS or not all(0 < len(row) <= MOST_SIGNS for row in rows):
        raise FeedbackError(f"Expected 1 to {MOST_ROWS} rows of 1 to {MOST_SIGNS} signs as the right text.")
    if not all(set(row) <= set(ALPHABET) and well_formed(row) for row in rows):
        raise FeedbackError("Expected digits, with separators between them, as the right text.")
    return "\n".join(rows)


def _fitting_png(picture: Picture) -> bytes:
    pixels = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), np.uint8)
    for side in SIDES[:-1]:
        with contextlib.suppress(FeedbackError):  # too many bytes
            return encode_png(shrink(pixels, side))
    return encode_png(shrink(pixels, SIDES[-1]))
