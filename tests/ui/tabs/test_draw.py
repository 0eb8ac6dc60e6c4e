"""A drawing in, the answer as HTML out."""

from __future__ import annotations

import base64
import re

import cv2
import numpy as np
import pytest

from digit.recognizer import Recognizer
from digit.ui.tabs.draw import read_drawing
from tests.digits import draw_digit
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


def test_a_digit_image_that_was_laid_on_the_paper_is_read_as_it_is(recognizer: Recognizer) -> None:
    image = draw_digit(7)
    content = base64.b64encode(cv2.imencode(".png", 255 - image)[1].tobytes()).decode()
    html = read_drawing(recognizer, "data:image/png;digit=image;base64," + content)
    expected = recognizer.probabilities(image[np.newaxis].astype(np.float32) / np.float32(255))[0]
    shares = re.findall(r'--share: ([\d.]+)" data-digit="(\d)"', html)
    assert [float(share) for share, _ in shares] == pytest.approx([expected[int(d)] for _, d in shares], abs=1e-4)
    assert "Expected a digit image" in read_drawing(recognizer, "data:image/png;digit=image;base64," + content[:60])


def test_an_empty_paper_says_so(recognizer: Recognizer) -> None:
    assert "Nothing drawn yet" in read_drawing(recognizer, "")


def test_a_forged_drawing_gives_a_sentence_in_the_place_of_the_answer(recognizer: Recognizer) -> None:
    html = read_drawing(recognizer, "data:text/html;base64,AAAA")
    assert 'data-verdict="error"' in html
    assert "PNG data URL" in html
