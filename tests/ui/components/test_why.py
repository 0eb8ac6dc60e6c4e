"""The reason is shown where a digit is named, in colours that follow the sign of the map."""

from __future__ import annotations

import numpy as np

from digit.recognition.prediction import Prediction
from digit.recognizer import Recognizer
from digit.ui.components.why import answer_with_reason, explain, tint
from tests.ui.files import black_on_white


def test_blue_speaks_for_and_orange_against() -> None:
    weights = np.zeros((28, 28), np.float32)
    weights[3, 3], weights[5, 5] = 0.5, -0.5
    picture = tint(np.zeros((28, 28), np.float32), weights).astype(int)
    assert picture[3, 3, 2] > picture[3, 3, 0] + 100
    assert picture[5, 5, 0] > picture[5, 5, 2] + 100
    assert (picture[10, 10] == 255).all()


def test_a_faint_map_stays_faint() -> None:
    picture = tint(np.zeros((28, 28), np.float32), np.full((28, 28), 0.001, np.float32))
    assert picture.min() > 240


def test_ink_stays_dark_under_the_tint() -> None:
    ink = np.ones((28, 28), np.float32)
    assert tint(ink, np.zeros((28, 28), np.float32)).max() < 60


def test_an_answer_has_a_reason_in_words_and_colours(recognizer: Recognizer) -> None:
    prediction = recognizer.predict(black_on_white(4))
    explanation = explain(recognizer, prediction)
    assert explanation is not None
    assert explanation.picture.shape == (28, 28, 3)
    assert explanation.caption.startswith(("Blue parts speak for the 4", "No single part decides it"))
    assert explanation.caption in answer_with_reason(recognizer, prediction, why=True)
    assert "What the model sees" in answer_with_reason(recognizer, prediction, why=False)


def test_without_a_digit_there_is_nothing_to_explain(recognizer: Recognizer) -> None:
    nothing = Prediction(None, 0.0, np.zeros(10, np.float32), "empty", np.zeros((28, 28), np.float32))
    assert explain(recognizer, nothing) is None
    assert "What the model sees" in answer_with_reason(recognizer, nothing, why=True)
