"""How well numbers are read: pictures and rows entirely right, rows too many, digit edits, what a person must check.

Everything that measures reading uses these: the training, `benchmarks.reading`, the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from digit.evaluation.calibration import binned_accuracy, calibration_error
from digit.evaluation.edit_distance import edit_distance
from digit.types import FloatArray

LEFT_WRONG = 0.02
"""Share of all answers that may be left wrong when the least sure ones have been checked."""
_DIGITS = frozenset("0123456789")


@dataclass(frozen=True)
class Reading:
    """What was read from one picture.

    Attributes:
        name: of the picture.
        written: the numbers on it, in reading order.
        read: the numbers read.
        confidence: of the whole answer, 0 to 1.
        as_written: whether `written` has the separators that stand on the picture.
        kind: kind of the numbers, for figures by kind.
    """

    name: str
    written: tuple[str, ...]
    read: tuple[str, ...]
    confidence: float
    as_written: bool = True
    kind: str = ""

    @property
    def right(self) -> bool:
        """Whether every number is right and none is too many."""
        return len(self.read) == len(self.written) and all(
            same_number(read, written, self.as_written) for read, written in zip(self.read, self.written, strict=True)
        )

    @property
    def digits_right(self) -> bool:
        """The same by the digits alone."""
        return [digits_of(text) for text in self.read] == [digits_of(text) for text in self.written]


@dataclass(frozen=True)
class NumbersScore:
    """Counts over pictures; see `score`."""

    pictures: int
    right: int
    digits_right: int
    rows: int
    rows_right: int
    rows_too_many: int
    digits: int
    edits: int
    review_share: float
    calibration_error: float

    @property
    def accuracy(self) -> float:
        """Share of the pictures that are entirely right."""
        return self.right / max(self.pictures, 1)

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "pictures": self.pictures,
            "right": self.right,
            "accuracy": round(self.accuracy, 5),
            "digits_right": self.digits_right,
            "rows": self.rows,
            "rows_right": self.rows_right,
            "rows_too_many": self.rows_too_many,
            "digits": self.digits,
            "edits": self.edits,
            "review_share": round(self.review_share, 4),
            "calibration_error": round(self.calibration_error, 4),
        }


def digits_of(text: str) -> str:
    """The digits of a number."""
    return "".join(character for character in text if character in _DIGITS)


def same_number(read: str, written: str, as_written: bool = True) -> bool:
    """Whether a number was read right; a comma and a point count as the same.

    Args:
        as_written: whether the separators must be right, too.
    """
    if as_written:
        return read.replace(",", ".") == written.replace(",", ".")
    return digits_of(read) == digits_of(written)


def score(readings: Sequence[Reading]) -> NumbersScore:
    """Figures of a set of pictures: counts, edits of digits, share to review, calibration error."""
    pairs = [(reading, matched(reading)) for reading in readings]
    return NumbersScore(
        pictures=len(readings),
        right=sum(reading.right for reading in readings),
        digits_right=sum(reading.digits_right for reading in readings),
        rows=sum(len(reading.written) for reading in readings),
        rows_right=sum(rows for _, rows in pairs),
        rows_too_many=sum(max(0, len(reading.read) - len(reading.written)) for reading in readings),
        digits=sum(len(digits_of("".join(reading.written))) for reading in readings),
        edits=sum(
            edit_distance(digits_of("".join(reading.written)), digits_of("".join(reading.read))) for reading in readings
        ),
        review_share=review_share(readings),
        calibration_error=confidence_error(readings),
    )


def matched(reading: Reading) -> int:
    """How many of the numbers written are read, in their order (the longest common subsequence)."""
    best = [0] * (len(reading.read) + 1)
    for written in reading.written:
        before = 0
        for index, read in enumerate(reading.read, 1):
            before, best[index] = (
                best[index],
                before + 1 if same_number(read, written, reading.as_written) else max(best[index], best[index - 1]),
            )
    return best[-1]


def risk_coverage(readings: Sequence[Reading]) -> FloatArray:
    """What is left wrong when the least sure answers are checked by a person.

    Returns:
        float32 of shape (N + 1, 2): share checked, share of all that is left wrong, from none checked to all.
    """
    order = np.argsort([reading.confidence for reading in readings], kind="stable")
    wrong = np.array([not readings[index].right for index in order], np.float64)
    left = np.concatenate([[wrong.sum()], wrong.sum() - np.cumsum(wrong)])
    count = max(len(readings), 1)
    return np.stack([np.arange(len(readings) + 1) / count, left / count], axis=1).astype(np.float32)


def review_share(readings: Sequence[Reading], left_wrong: float = LEFT_WRONG) -> float:
    """Share of the pictures to check, least sure first, until no more than `left_wrong` of all are wrong."""
    curve = risk_coverage(readings)
    return float(curve[np.flatnonzero(curve[:, 1] <= left_wrong + 1e-9)[0], 0])


def confidence_error(readings: Sequence[Reading]) -> float:
    """Expected calibration error of the answers; 0 without any."""
    answered = [reading for reading in readings if reading.read]
    if not answered:
        return 0.0
    confidence = np.array([reading.confidence for reading in answered])
    return calibration_error(binned_accuracy(confidence, np.array([reading.right for reading in answered])))
