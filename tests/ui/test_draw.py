"""A drawing in, the answer as HTML out."""

from __future__ import annotations

import base64

import cv2
import pytest

from digit.recognizer import Recognizer
from digit.ui.draw import read_drawing
from tests.ui.files import black_on_white


@pytest.mark.parametrize("digit", range(10))
def test_a_drawn_digit_is_read(recognizer: Recognizer, digit: int) -> None:
    content = cv2.imencode(".png", black_on_white(digit))[1].tobytes()
    html = read_drawing(recognizer, "data:image/png;base64," + base64.b64encode(content).decode())
    assert f"This looks like {'an' if digit == 8 else 'a'} {digit}" in html


def test_the_reason_waits_until_the_pen_is_lifted(recognizer: Recognizer) -> None:
    content = base64.b64encode(cv2.imencode(".png", black_on_white(4))[1].tobytes()).decode()
    during = read_drawing(recognizer, "data:image/png;pen=down;base64," + content, why=True)
    after = read_drawing(recognizer, "data:image/png;base64," + content, why=True)
    assert "This looks like a 4" in during
    assert "What the model sees" in during
    assert "This looks like a 4" in after
    assert "What the model sees" not in after


def test_an_empty_paper_says_so(recognizer: Recognizer) -> None:
    assert "Nothing drawn yet" in read_drawing(recognizer, "")


def test_a_forged_drawing_gives_a_sentence_in_the_place_of_the_answer(recognizer: Recognizer) -> None:
    html = read_drawing(recognizer, "data:text/html;base64,AAAA")
    assert 'data-verdict="error"' in html
    assert "PNG data URL" in html
