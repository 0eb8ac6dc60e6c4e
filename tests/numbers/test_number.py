"""A number says its rows, its doubts and its places, and is plain about finding nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest

from digit.numbers.number import DOUBTFUL, NO_NUMBER, Number, NumberDigit, Row


def numbered(digit: int, confidence: float = 0.9) -> NumberDigit:
    """A digit at a place of its own, the rest of the probability spread over the others."""
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[digit] = confidence
    return NumberDigit(digit, confidence, (10 * digit, 2, 8, 20), probabilities)


def row(text: str, confidence: float = 0.9) -> Row:
    return Row(text, confidence, tuple(numbered(int(c)) for c in text if c.isdigit()))


def number(*texts: str) -> Number:
    return Number(tuple(row(text) for text in texts))


def test_rows_are_lines_of_the_text_as_they_are_written() -> None:
    """Separators are in the text and are no digits; the digits run through the rows in reading order."""
    answer = number("56.78", "-91")
    assert answer.text == "56.78\n-91"
    assert [digit.digit for digit in answer.digits] == [5, 6, 7, 8, 9, 1]


def test_the_confidence_is_that_of_all_rows_together() -> None:
    assert Number((row("1", 0.9), row("2", 0.5))).confidence == pytest.approx(0.45)


def test_json_has_text_rows_and_digits_with_boxes() -> None:
    """The JSON is that of the command line, plain numbers through and through."""
    answer = json.loads(json.dumps(Number((row("4.7", 0.87654),)).as_dict()))
    assert answer == {
        "text": "4.7",
        "confidence": 0.8765,
        "rows": [{"text": "4.7", "confidence": 0.8765}],
        "digits": [
            {"digit": 4, "confidence": 0.9, "box": [40, 2, 8, 20]},
            {"digit": 7, "confidence": 0.9, "box": [70, 2, 8, 20]},
        ],
    }


def test_certain_is_never_said() -> None:
    """A confidence of 1 is given as 0.9999."""
    assert numbered(3, 1.0).as_dict()["confidence"] == 0.9999
    assert row("3", 1.0).as_dict()["confidence"] == 0.9999
    assert Number((row("3", 1.0),)).as_dict()["confidence"] == 0.9999


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (["56.78"], "This looks like 56.78"),
        (["5678", "91"], "This looks like 5678 and 91"),
        (["1", "22", "333"], "This looks like 1, 22 and 333"),
        (["12"] * 4, "This looks like 12, 12, 12 and 12"),
        (["12"] * 5, "This looks like 5 numbers"),
    ],
)
def test_a_few_rows_are_said_and_many_are_counted(texts: list[str], sentence: str) -> None:
    assert number(*texts).sentence == sentence


@pytest.mark.parametrize(
    ("confidences", "sentence"),
    [
        ([0.6], "Not sure: 17?"),
        ([0.6, 0.5], "Not sure: 17 and 17?"),
        ([0.9, 0.5], "This looks like 17 and 17 (check 1 of them)"),
        ([0.9, 0.5, 0.9, 0.9, 0.4], "This looks like 5 numbers (check 2 of them)"),
        ([0.5] * 5, "This looks like 5 numbers (check 5 of them)"),
    ],
)
def test_doubt_is_said(confidences: list[float], sentence: str) -> None:
    """A few rows that are all doubtful are asked for; else the doubtful ones are counted."""
    answer = Number(tuple(row("17", confidence) for confidence in confidences))
    assert answer.doubtful
    assert answer.sentence == sentence


def test_digits_and_rows_are_doubtful_below_one_bound() -> None:
    assert numbered(7, DOUBTFUL - 0.01).doubtful
    assert not numbered(7, DOUBTFUL).doubtful
    assert row("7", DOUBTFUL - 0.01).doubtful
    assert not Number((row("7", DOUBTFUL), row("8", 0.99))).doubtful


def test_nothing_found() -> None:
    """A page without a number is empty, in words and in JSON."""
    nothing = Number()
    assert nothing.sentence == NO_NUMBER
    assert nothing.as_dict() == {"text": "", "confidence": 0.0, "rows": [], "digits": []}
    assert not nothing.doubtful


def test_top_lists_the_likeliest_first() -> None:
    """The candidates of a digit come best first and as many as asked for."""
    top = numbered(6).top(2)
    assert [digit for digit, _ in top] == [6, 0]
    assert top[0][1] == pytest.approx(0.9)
