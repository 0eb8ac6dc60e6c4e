"""What the reader says of a picture with numbers: rows of digits with their places, and the sentence for a person.

Knows no model, no picture format and no page. Only digits are in the text: the marks between them, as in a date or a
phone number, are skipped, and so are spaces.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.recognition.prediction import rounded
from digit.types import Box

NO_WRITING = "Nothing written here"
NO_DIGITS = "No digits found in what is written here"
MOST_ROWS_SAID = 4
"""More rows than this are counted instead of said."""


@dataclass(frozen=True, eq=False)
class NumberDigit:
    """One digit of a number.

    Attributes:
        digit: 0 to 9.
        confidence: probability of the digit, 0 to 1.
        box: (x, y, w, h) in pixels of the picture as it was given, upright (after EXIF orientation).
        probabilities: float32 of shape (10,), summing to 1.
        doubtful: whether another digit is close, or the mark hardly looks like a digit.
    """

    digit: int
    confidence: float
    box: Box
    probabilities: NDArray[np.float32] = field(repr=False)
    doubtful: bool

    def top(self, k: int = 3) -> list[tuple[int, float]]:
        """The `k` most likely digits with their probabilities, best first."""
        order = np.argsort(-self.probabilities, kind="stable")[:k]
        return [(int(d), float(self.probabilities[d])) for d in order]

    def as_dict(self) -> dict[str, Any]:
        """JSON for the command line and the HTTP API."""
        return {"digit": self.digit, "confidence": rounded(self.confidence), "box": list(self.box)}


@dataclass(frozen=True, eq=False)
class Number:
    """The answer for one picture.

    Attributes:
        rows: the digits, row by row from top to bottom, each from left to right; no row is empty.
        writing: whether anything is written on the picture, digits or not.
    """

    rows: tuple[tuple[NumberDigit, ...], ...]
    writing: bool = True

    @property
    def digits(self) -> tuple[NumberDigit, ...]:
        """All digits in reading order."""
        return tuple(digit for row in self.rows for digit in row)

    @property
    def texts(self) -> tuple[str, ...]:
        """The digits of each row."""
        return tuple("".join(str(digit.digit) for digit in row) for row in self.rows)

    @property
    def text(self) -> str:
        """The digits, a line for each row; empty when there are none."""
        return "\n".join(self.texts)

    @property
    def confidence(self) -> float:
        """Probability that every digit is right, were they independent of each other; 0 when there are none."""
        return math.prod(digit.confidence for digit in self.digits) if self.rows else 0.0

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if not self.rows:
            return NO_DIGITS if self.writing else NO_WRITING
        doubtful = [digit.digit for digit in self.digits if digit.doubtful]
        doubt = ""
        if len(doubtful) == 1:
            doubt = f" (not sure of the {doubtful[0]})"
        elif doubtful:
            doubt = f" (not sure of {len(doubtful)} digits)"
        return f"This looks like {self._said()}{doubt}"

    def as_dict(self) -> dict[str, Any]:
        """JSON for the command line and the HTTP API; probabilities are rounded to four places."""
        return {"text": self.text, "digits": [digit.as_dict() for digit in self.digits]}

    def _said(self) -> str:
        texts = self.texts
        if len(texts) > MOST_ROWS_SAID:
            return f"{len(texts)} rows with {len(self.digits)} digits"
        return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))
