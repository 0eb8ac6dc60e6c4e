"""The words and the JSON of an answer."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from digit.recognition.prediction import HIGHEST_CONFIDENCE, Prediction, Verdict, percent, rounded

IMAGE = np.zeros((28, 28), np.float32)


def answer(verdict: Verdict = "digit", **shares: float) -> Prediction:
    """An answer with the given probabilities, as in `answer(p7=0.9, p1=0.1)`."""
    probabilities = np.zeros(10, np.float32)
    for name, share in shares.items():
        probabilities[int(name[1:])] = share
    best = int(probabilities.argmax()) if verdict in ("digit", "unsure") else None
    return Prediction(best, float(probabilities.max()), probabilities, verdict, IMAGE)


@pytest.mark.parametrize(
    ("prediction", "sentence"),
    [
        (answer(p7=0.9, p1=0.1), "This looks like a 7"),
        (answer(p8=1.0), "This looks like an 8"),
        (answer("unsure", p9=0.5, p4=0.45), "Not sure: 4 or 9?"),
        (answer("unsure", p4=0.5, p9=0.45), "Not sure: 4 or 9?"),
        (answer("not_a_digit", p4=0.5), "This does not look like a digit"),
        (answer("empty"), "Nothing drawn yet"),
    ],
)
def test_sentence(prediction: Prediction, sentence: str) -> None:
    """Each verdict has its sentence; the smaller of two candidates comes first."""
    assert prediction.sentence == sentence


def test_a_refusal_with_a_reason_says_it() -> None:
    """The verdict of the JSON stays one of four."""
    refused = replace(answer("not_a_digit", p2=0.99), reason="several")
    assert refused.sentence == "Several digits: read them on Number"
    assert replace(refused, reason="small").sentence == "Too small to read: draw larger"
    assert (refused.as_dict()["digit"], refused.as_dict()["verdict"]) == (None, "not_a_digit")


def test_top_is_sorted_and_as_long_as_asked() -> None:
    """The best k digits, best first, with their probabilities."""
    prediction = answer(p3=0.6, p5=0.3, p8=0.1)
    assert [d for d, _ in prediction.top(3)] == [3, 5, 8]
    assert [p for _, p in prediction.top(2)] == pytest.approx([0.6, 0.3])
    assert len(prediction.top(10)) == 10
    assert {d for d, _ in prediction.top(10)} == set(range(10))


def test_ties_are_in_the_order_of_the_digits() -> None:
    """Equal probabilities keep a stable order, so that bars do not jump."""
    assert [d for d, _ in answer(p9=0.5, p2=0.5).top(2)] == [2, 9]


def test_nothing_written_has_no_top() -> None:
    """An empty picture has no candidates, in the object and in the JSON."""
    empty = answer("empty")
    assert empty.top(3) == []
    assert empty.as_dict() == {"digit": None, "confidence": 0.0, "verdict": "empty"}


def test_json_of_a_digit() -> None:
    """The contract of the command line and of the HTTP API, key by key."""
    written = answer(p7=0.98, p1=0.0123456, p9=0.004).as_dict(top_k=3)
    assert written == {
        "digit": 7,
        "confidence": 0.98,
        "verdict": "digit",
        "top": [[7, 0.98], [1, 0.0123], [9, 0.004]],
    }
    assert list(written) == ["digit", "confidence", "verdict", "top"]
    assert json.loads(json.dumps(written)) == written


def test_json_of_no_digit_still_lists_candidates() -> None:
    """What does not look like a digit has digit null and its candidates all the same."""
    written = answer("not_a_digit", p2=0.4, p3=0.3).as_dict(top_k=2)
    assert written["digit"] is None
    assert [d for d, _ in written["top"]] == [2, 3]


def test_json_never_says_certain() -> None:
    """A probability of 1 is written as the highest confidence there is."""
    written = answer(p7=1.0).as_dict()
    assert written["confidence"] == HIGHEST_CONFIDENCE < 1
    assert written["top"][0] == [7, HIGHEST_CONFIDENCE]
    assert rounded(0.99996) == HIGHEST_CONFIDENCE


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (1.0, "> 99.9 %"),
        (0.9996, "> 99.9 %"),
        (0.9994, "99.9 %"),
        (0.991, "99.1 %"),
        (0.974, "97 %"),
        (0.5, "50 %"),
        (0.0123, "1 %"),
        (0.0052, "0.5 %"),
        (0.0004, "< 0.1 %"),
        (0.0, "< 0.1 %"),
    ],
)
def test_percent(probability: float, text: str) -> None:
    """Whole numbers in the middle, one place near the ends, and bounds where rounding would lie."""
    assert percent(probability) == text


def test_percent_never_claims_certainty_and_never_falls() -> None:
    """No probability is printed as 100 % or 0 %, and a higher one never looks smaller."""
    values = np.linspace(0, 1, 2001)
    texts = [percent(float(value)) for value in values]
    assert not {"100 %", "100.0 %", "0 %", "0.0 %"} & set(texts)
    numbers = [float(text.strip("<> %")) for text in texts]
    assert numbers == sorted(numbers)


def test_repr_leaves_the_image_out() -> None:
    """The repr is one line that a person can read."""
    assert "digit_image" not in repr(answer(p7=1.0))
