"""Scores of lines: edit distances known by hand, and which digit was made up."""

from __future__ import annotations

import math

import pytest

from digit.evaluation.edit_distance import edit_distance, score_lines, written_in_place


@pytest.mark.parametrize(
    ("text", "guess", "edits"),
    [("", "", 0), ("12", "12", 0), ("26511", "2651", 1), ("1025", "10025", 1), ("60553", "6053", 1), ("", "77", 2)],
)
def test_edit_distance(text: str, guess: str, edits: int) -> None:
    assert edit_distance(text, guess) == edit_distance(guess, text) == edits


def test_a_score_counts_lines_and_digits() -> None:
    score = score_lines(["123", "45", "6"], ["123", "4", "67"])
    assert (score.lines, score.right, score.digits, score.errors) == (3, 1, 6, 2)
    assert score.as_dict()["accuracy"] == pytest.approx(1 / 3, abs=1e-5)
    assert score.digit_error_rate == pytest.approx(2 / 6)


def test_no_lines_have_no_accuracy() -> None:
    score = score_lines([], [])
    assert math.isnan(score.accuracy)
    assert score.as_dict()["accuracy"] is None


def test_made_up_digits_stand_in_no_place() -> None:
    assert written_in_place("123", "1923") == ["1", None, "2", "3"]
    assert written_in_place("50", "80") == ["5", "0"]
    assert written_in_place("", "1") == [None]
    assert written_in_place("12", "") == []
