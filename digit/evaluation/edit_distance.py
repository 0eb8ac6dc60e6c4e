"""The edit distance of texts (Levenshtein 1966)."""

from __future__ import annotations


def edit_distance(text: str, guess: str) -> int:
    """Smallest number of insertions, deletions and replacements that turn one text into the other."""
    row = list(range(len(guess) + 1))
    for i, written in enumerate(text, 1):
        diagonal, row[0] = row[0], i
        for j, read in enumerate(guess, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (written != read))
    return row[-1]
