"""A number says its rows, its doubts and its places, and is plain about finding nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest

from digit.numbers.number import NO_DIGITS, NO_WRITING, Number, NumberDigit


def numbered(digit: int, confidence: float = 0.9, *, doubtful: bool = False) -> NumberDigit:
    """A digit at a place of its own, the rest of the probability spread over the others."""
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[digit] = confidence
    return NumberDigit(digit, confidence, (10 * digit, 2, 8, 20), probabilities, doubtful)


def number(*texts: str) -> Number:
    return Number(tuple(tuple(numbered(int(c)) for c in text) for text in texts))


def test_rows_are_lines_of_the_text() -> None:
    """Rows are separated by a newline, and the digits run through them in reading order."""
    answer = number("5678", "91")
    assert answer.text == "5678\n91"
    assert [digit.digit for digit in answer.digits] == [5, 6, 7, 8, 9, 1]
    assert answer.confidence == pytest.approx(0.9**6)


def test_json_has_text_and_digits_with_boxes() -> None:
    """The JSON is that of the command line, plain numbers through and through."""
    answer = json.loads(json.dumps(number("47").as_dict()))
    assert answer == {
        "text": "47",
        "digits": [
            {"digit": 4, "confidence": 0.9, "box": [40, 2, 8, 20]},
            {"digit": 7, "confidence": 0.9, "box": [70, 2, 8, 20]},
        ],
    }


def test_certain_is_never_said() -> None:
    """A confidence of 1 is given as 0.9999."""
    assert numbered(3, 1.0).as_dict()["confidence"] == 0.9999


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (["5678"], "This looks like 5678"),
        (["5678", "91"], "This looks like 5678 and 91"),
        (["1", "22", "333"], "This looks like 1, 22 and 333"),
        (["12"] * 5, "This looks like 5 rows with 10 digits"),
    ],
)
def test_sentence(texts: list[str], sentence: str) -> None:
    """A few rows are said, many are counted."""
    assert number(*texts).sentence == sentence


def test_doubt_is_said() -> None:
    """One doubtful digit is named, several are counted."""
    one = Number(((numbered(1), numbered(7, 0.5, doubtful=True)),))
    assert one.sentence == "This looks like 17 (not sure of the 7)"
    two = Number(((numbered(1, 0.5, doubtful=True), numbered(7, 0.5, doubtful=True)),))
    assert two.sentence == "This looks like 17 (not sure of 2 digits)"


def test_nothing_found() -> None:
    """A blank page and a page without digits are told apart in words; both are empty."""
    assert (Number((), writing=False).sentence, Number(()).sentence) == (NO_WRITING, NO_DIGITS)
    assert Number(()).as_dict() == {"text": "", "digits": []}
    assert Number(()).confidence == 0.0


def test_top_lists_the_likeliest_first() -> None:
    """The candidates of a digit come best first and as many as asked for."""
    top = numbered(6).top(2)
    assert [digit for digit, _ in top] == [6, 0]
    assert top[0][1] == pytest.approx(0.9)
