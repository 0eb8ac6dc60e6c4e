"""The answer says the verdict in words, ranks its bars, and keeps its elements in place."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from digit.imaging import preprocess
from digit.recognition.prediction import Prediction, Verdict
from digit.ui.components.answer import answer_html, error_html, preview_html, steps_html, waiting_html
from tests.ui.files import black_on_white


def prediction(verdict: Verdict, **shares: float) -> Prediction:
    probabilities = np.zeros(10, np.float32)
    for name, share in shares.items():
        probabilities[int(name[1:])] = share
    digit = int(probabilities.argmax()) if verdict in ("digit", "unsure") else None
    return Prediction(digit, float(probabilities.max()), probabilities, verdict, np.zeros((28, 28), np.float32))


def rows(html: str) -> list[tuple[int, int, str, str]]:
    """Digit, rank, name and value of each bar, in the order of the page."""
    found = re.findall(
        r'--rank: (\d+);[^>]*data-digit="(\d)"><span class="name">(\d?)</span>.*?"value">([^<]*)</span>', html
    )
    return [(int(digit), int(rank), name, value) for rank, digit, name, value in found]


def test_a_sure_answer_shows_digit_sentence_and_percentage() -> None:
    html = answer_html(prediction("digit", d7=0.97, d1=0.02, d9=0.01))
    assert 'data-verdict="digit"' in html
    assert ">7</div>" in html
    assert "This looks like a 7" in html
    assert "97 % sure" in html


def test_several_digits_get_a_link_and_no_percentage() -> None:
    html = answer_html(replace(prediction("not_a_digit", d2=0.99), reason="several"))
    assert '>Several digits: <a href="?tab=number" data-tab="number" data-carry>read them on Number</a></p>' in html
    assert "%" not in html
    assert "nearest" not in html


def test_bars_stand_in_the_order_of_the_digits_and_carry_their_rank() -> None:
    bars = rows(answer_html(prediction("digit", d7=0.9, d1=0.06, d9=0.04)))
    assert [digit for digit, *_ in bars] == list(range(10))
    assert {digit: rank for digit, rank, *_ in bars if rank < 3} == {7: 0, 1: 1, 9: 2}
    assert sorted(rank for _, rank, *_ in bars) == list(range(10))


def test_nothing_is_ever_certain() -> None:
    html = answer_html(prediction("digit", d7=1.0))
    assert "100" not in html.replace('viewBox="0 0 100', "")
    assert "&gt; 99.9 %" in html


@pytest.mark.parametrize(
    ("verdict", "words"), [("unsure", "Not sure: 4 or 9?"), ("not_a_digit", "This does not look like a digit")]
)
def test_doubt_is_said_in_words(verdict: Verdict, words: str) -> None:
    html = answer_html(prediction(verdict, d9=0.5, d4=0.45, d7=0.05))
    assert words in html
    assert f'data-verdict="{verdict}"' in html


def test_without_a_picture_the_bars_are_empty_not_zero() -> None:
    for html in (waiting_html(), answer_html(prediction("empty")), error_html("This file is empty.")):
        assert [(name, value) for _, _, name, value in rows(html)] == [("", "")] * 10


def test_an_empty_picture_has_its_own_sentence() -> None:
    assert "Nothing written was found" in answer_html(prediction("empty"), "Nothing written was found")


def test_every_answer_has_the_same_elements_so_that_bars_can_glide() -> None:
    def shape(html: str) -> list[str]:
        return re.findall(r"<(\w+)", re.sub(r'<div class="glyph".*?</div>', "<glyph>", html))

    answers = [waiting_html(), error_html("No."), answer_html(prediction("digit", d3=0.8, d5=0.2))]
    answers += [answer_html(prediction(verdict, d3=0.5, d5=0.5)) for verdict in ("unsure", "not_a_digit", "empty")]
    assert len({tuple(shape(html)) for html in answers}) == 1


def test_an_error_cannot_bring_markup_onto_the_page() -> None:
    assert "<script>" not in error_html("<script>alert(1)</script>.png is not a picture")


def test_the_steps_are_four_pictures_and_none_without_ink() -> None:
    steps = preprocess(black_on_white(5))
    assert steps_html(steps).count("<img") == 4
    assert preview_html(steps).count("<img") == 1
    assert steps_html(preprocess(np.full((50, 50), 255, np.uint8))) == ""
    assert steps_html(None) == preview_html(None) == ""
