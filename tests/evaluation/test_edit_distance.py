"""Edit distances known by hand."""

from __future__ import annotations

import pytest

from digit.evaluation.edit_distance import edit_distance


@pytest.mark.parametrize(
    ("text", "guess", "edits"),
    [("", "", 0), ("12", "12", 0), ("26511", "2651", 1), ("1025", "10025", 1), ("60553", "6053", 1), ("", "77", 2)],
)
def test_edit_distance(text: str, guess: str, edits: int) -> None:
    assert edit_distance(text, guess) == edit_distance(guess, text) == edits
