"""The answer for a picture of numbers: rows as they are written, their digits with places, and the sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.recognition.prediction import rounded
from digit.types import Box

NO_NUMBER = "No number found on this picture"
MOST_ROWS_SAID = 4
"""More rows than this are counted instead of said."""
DOUBTFUL = 0.7
"""A digit or a row with less confidence is doubtful: of rows at this confidence, three in ten are wrong."""


@dataclass(frozen=True, eq=False)
class NumberDigit:
    """One digit of a number.

    Attributes:
        digit: 0 to 9.
        confidence: probability of the digit, 0 to 1.
        box: (x, y, w, h) in pixels of the picture as it was given, upright (after EXIF orientation).
        probabilities: float32 of shape (10,), summing to 1.
    """

    digit: int
    confidence: float
    box: Box
    probabilities: NDArray[np.float32] = field(repr=False)

    @property
    def doubtful(self) -> bool:
        """Whether another digit, or none, is close."""
        return self.confidence < DOUBTFUL

    def top(self, k: int = 3) -> list[tuple[int, float]]:
        """The `k` most likely digits with their probabilities, best first."""
        order = np.argsort(-self.probabilities, kind="stable")[:k]
        return [(int(d), float(self.probabilities[d])) for d in order]

    def as_dict(self) -> dict[str, Any]:
        """JSON for the command line and the HTTP API."""
        return {"digit": self.digit, "confidence": rounded(self.confidence), "box": list(self.box)}


@dataclass(frozen=True, eq=False)
class Row:
    """One number of a picture.

    Attributes:
        text: the number as written: digits, and the separators . , - / : between or before them.
        confidence: calibrated probability that all of the text is right, 0 to 1.
        digits: the digits of the text, from left to right.
        alternatives: other texts, each with its share of the reader's likelihood, the likeliest first.
    """

    text: str
    confidence: float
    digits: tuple[NumberDigit, ...]
    alternatives: tuple[tuple[str, float], ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether the row should be checked."""
        return self.confidence < DOUBTFUL

    def as_dict(self) -> dict[str, Any]:
        """JSON for the command line and the HTTP API."""
        return {"text": self.text, "confidence": rounded(self.confidence)}


@dataclass(frozen=True, eq=False)
class Number:
    """The answer for one picture.

    Attributes:
        rows: in reading order; empty when there is no number.
    """

    rows: tuple[Row, ...] = ()

    @property
    def digits(self) -> tuple[NumberDigit, ...]:
        """All digits in reading order."""
        return tuple(digit for row in self.rows for digit in row.digits)

    @property
    def text(self) -> str:
        """The rows as written, one a line; empty when there is no number."""
        return "\n".join(row.text for row in self.rows)

    @property
    def confidence(self) -> float:
        """Probability that every row is right, were they independent of each other; 0 when there is none."""
        return math.prod(row.confidence for row in self.rows) if self.rows else 0.0

    @property
    def doubtful(self) -> bool:
        """Whether a row should be checked."""
        return any(row.doubtful for row in self.rows)

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if not self.rows:
            return NO_NUMBER
        doubtful = sum(row.doubtful for row in self.rows)
        if doubtful == len(self.rows) and doubtful <= MOST_ROWS_SAID:
            return f"Not sure: {self._said()}?"
        check = f" (check {doubtful} of them)" if doubtful else ""
        return f"This looks like {self._said()}{check}"

    def as_dict(self) -> dict[str, Any]:
        """JSON for the command line and the HTTP API; probabilities are rounded to four places."""
        return {
            "text": self.text,
            "confidence": rounded(self.confidence),
            "rows": [row.as_dict() for row in self.rows],
            "digits": [digit.as_dict() for digit in self.digits],
        }

    def _said(self) -> str:
        texts = [row.text for row in self.rows]
        if len(texts) > MOST_ROWS_SAID:
            return f"{len(texts)} numbers"
        return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))
