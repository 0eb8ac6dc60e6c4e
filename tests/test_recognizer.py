"""The bundled reader reads plain drawings of any kind of source, says empty, and doubts what is no digit."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from digit import DigitError, PictureError
from digit.recognizer import Recognizer
from tests.digits import draw_digit


def drawing(digit: int) -> np.ndarray:
    """Black on white, 280x280."""
    return 255 - cv2.resize(draw_digit(digit), (280, 280), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize("digit", range(10))
def test_a_drawing_of_each_digit_is_read(recognizer: Recognizer, digit: int) -> None:
    prediction = recognizer.predict(drawing(digit))
    assert (prediction.digit, prediction.verdict) == (digit, "digit")
    assert prediction.confidence == pytest.approx(prediction.probabilities.max())
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_every_kind_of_source_gives_the_same_answer(recognizer: Recognizer, tmp_path: Path) -> None:
    picture = drawing(7)
    image = Image.fromarray(picture)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    (tmp_path / "seven.png").write_bytes(buffer.getvalue())
    colour = np.dstack([picture] * 3)
    opaque = np.dstack([colour, np.full_like(picture, 255)])
    sources = [tmp_path / "seven.png", str(tmp_path / "seven.png"), buffer.getvalue(), image, picture, colour, opaque]
    answers = [recognizer.predict(source) for source in sources]
    assert {a.digit for a in answers} == {7}
    assert np.ptp([a.confidence for a in answers]) < 1e-3


def test_nothing_written_is_empty(recognizer: Recognizer) -> None:
    prediction = recognizer.predict(np.full((280, 280), 255, np.uint8))
    assert (prediction.digit, prediction.verdict, prediction.top()) == (None, "empty", [])
    assert not prediction.digit_image.any()


def test_several_digits_and_dots_are_not_a_digit(recognizer: Recognizer) -> None:
    two = np.hstack([drawing(1)[:, 60:220], drawing(2)])
    several = recognizer.predict(two)
    assert (several.digit, several.verdict, several.reason) == (None, "not_a_digit", "several")
    dot = np.full((280, 280), 255, np.uint8)
    cv2.circle(dot, (140, 140), 9, 0, -1)
    spot = cv2.circle(np.full((280, 280), 255, np.uint8), (140, 140), 60, 0, -1)
    answers = [recognizer.predict(picture) for picture in (dot, spot)]
    assert [(a.digit, a.verdict, a.reason) for a in answers] == [
        (None, "not_a_digit", "small"),
        (None, "not_a_digit", ""),
    ]


def test_noise_is_not_a_digit(recognizer: Recognizer) -> None:
    images = np.random.default_rng(0).random((20, 28, 28)).astype(np.float32)
    verdicts = [p.verdict for p in recognizer.predict_digit_images(images)]
    assert verdicts.count("not_a_digit") >= 18
    assert recognizer.predict_digit_images(images)[verdicts.index("not_a_digit")].digit is None


def test_light_on_dark_reads_as_dark_on_light(recognizer: Recognizer) -> None:
    assert recognizer.predict(255 - drawing(4)).digit == recognizer.predict(drawing(4)).digit == 4


def test_threads_get_the_answers_of_one_thread(recognizer: Recognizer) -> None:
    pictures = [drawing(d) for d in range(10)] * 4
    alone = [recognizer.predict(p) for p in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(recognizer.predict, pictures))
    assert all((a.probabilities == b.probabilities).all() for a, b in zip(alone, together, strict=True))


def test_a_text_file_is_one_sentence(recognizer: Recognizer, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("hello")
    with pytest.raises(PictureError) as caught:
        recognizer.predict(tmp_path / "a.png")
    assert isinstance(caught.value, DigitError)
    assert str(caught.value).count("\n") == 0
