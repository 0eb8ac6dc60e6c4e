"""Accuracy of read lines: lines entirely right, and digit edit errors (Levenshtein 1966)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LineScore:
    """Counts over a set of lines.

    Attributes:
        lines: number of lines.
        right: lines that are entirely right.
        digits: digits written.
        errors: edits (insertions, deletions, replacements) between what was written and what was read.
    """

    lines: int
    right: int
    digits: int
    errors: int

    @property
    def accuracy(self) -> float:
        """Share of the lines that are entirely right, 0 to 1; NaN without lines."""
        return self.right / self.lines if self.lines else float("nan")

    @property
    def digit_error_rate(self) -> float:
        """Edits per digit written; NaN without digits."""
        return self.errors / self.digits if self.digits else float("nan")

    def as_dict(self) -> dict[str, Any]:
        """The counts and rates as they are stored in `metrics.json`."""
        return {
            "lines": self.lines,
            "right": self.right,
            "accuracy": round(self.accuracy, 5) if self.lines else None,
            "digits": self.digits,
            "errors": self.errors,
            "digit_error_rate": round(self.digit_error_rate, 5) if self.digits else None,
        }


def score_lines(texts: Sequence[str], guesses: Sequence[str]) -> LineScore:
    """Compare lines read with lines written.

    Raises:
        ValueError: the sequences differ in length.
    """
    pairs = list(zip(texts, guesses, strict=True))
    return LineScore(
        lines=len(pairs),
        right=sum(text == guess for text, guess in pairs),
        digits=sum(len(text) for text in texts),
        errors=sum(edit_distance(text, guess) for text, guess in pairs),
    )


def edit_distance(text: str, guess: str) -> int:
    """Smallest number of insertions, deletions and replacements that turn one text into the other."""
    return _distances(text, guess)[-1][-1]


def written_in_place(text: str, guess: str) -> list[str | None]:
    """For each character read, the character written in its place; None for an insertion.

    Follows one shortest edit script.
    """
    table = _distances(text, guess)
    i, j = len(text), len(guess)
    places: list[str | None] = [None] * len(guess)
    while j:
        if i and table[i][j] == table[i - 1][j - 1] + (text[i - 1] != guess[j - 1]):
            i, j = i - 1, j - 1
            places[j] = text[i]
        elif table[i][j] == table[i][j - 1] + 1:
            j -= 1
        else:
            i -= 1
    return places


def _distances(text: str, guess: str) -> list[list[int]]:
    table = [list(range(len(guess) + 1))]
    for i, written in enumerate(text, 1):
        row = [i]
        for j, read in enumerate(guess, 1):
            row.append(min(table[-1][j] + 1, row[-1] + 1, table[-1][j - 1] + (written != read)))
        table.append(row)
    return table
