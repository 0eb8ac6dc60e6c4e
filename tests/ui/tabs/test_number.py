"""A drawing or a file in, the number with its boxes as HTML out."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.errors import PictureError
from digit.numbers.number import NO_NUMBER
from digit.recognizer import Recognizer
from digit.ui.components.canvas import MAX_MARKS, WIDE, decode_drawing
from digit.ui.tabs.number import LIMITS, NUMBER_EXAMPLES, read_drawn_number, read_given_number
from tests.ui.files import write_bad_files
from tests.ui.numbers import line

EXAMPLE_TEXTS = {
    "envelope.jpg": "80331",
    "date-on-squared-paper.jpg": "24.12.38",
    "two-rows-in-a-shadow.jpg": "1746\n205",
}


def data_url(picture: NDArray[np.uint8]) -> str:
    return "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()


def test_a_number_on_the_wide_paper_is_read_and_every_digit_has_its_box(recognizer: Recognizer) -> None:
    answer, marks = read_drawn_number(recognizer, data_url(line("12345")))
    assert 'data-text="12345"' in answer
    assert re.search("This looks like 12345|Not sure: 12345", answer)
    assert re.findall(r"<b>(\d)</b>", marks) == list("12345")
    lefts = [float(x) for x in re.findall(r"left:([\d.]+)%", marks)]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize("nothing", ["", None])
def test_an_empty_paper_waits(recognizer: Recognizer, nothing: str | None) -> None:
    answer, marks = read_drawn_number(recognizer, nothing)
    assert "Nothing written yet" in answer
    assert marks == ""


def test_a_drawing_of_another_size_is_refused_with_a_sentence(recognizer: Recognizer) -> None:
    answer, marks = read_drawn_number(recognizer, data_url(line("12", 400, 200)))
    assert 'data-verdict="error"' in answer
    assert "640x320 pixels, got 400x200." in answer
    assert marks == ""
    with pytest.raises(PictureError, match="280x280"):
        decode_drawing(data_url(line("12")))


@pytest.mark.parametrize("turned", [False, True], ids=["marks", "gaps"])
def test_more_marks_than_a_number_has_are_not_read(recognizer: Recognizer, turned: bool) -> None:
    """A drawing of 1,250 marks kept a core busy for seconds."""
    drawing = np.full((WIDE.height, WIDE.width), 255, np.uint8)
    for number in range(1250):
        x, y = 4 + 12 * (number % 50), 4 + 12 * (number // 50)
        drawing[y : y + 6, x : x + 2] = 0
    answer, boxes = read_drawn_number(recognizer, data_url(255 - drawing if turned else drawing))
    assert f"too many marks on the paper: up to {MAX_MARKS} can be read" in answer
    assert boxes == ""


def test_the_longest_drawing_of_the_wide_paper_still_comes_through() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (WIDE.height, WIDE.width, 3), dtype=np.uint8)
    assert decode_drawing(data_url(noise), WIDE) is not None


def test_a_picture_is_shown_with_its_boxes_in_shares_of_it(recognizer: Recognizer, tmp_path: Path) -> None:
    file = tmp_path / "number.png"
    cv2.imwrite(str(file), line("47", 2400, 600))  # larger than it is shown
    answer, preview = read_given_number(recognizer, str(file))
    assert 'data-text="47"' in answer
    assert "--ratio: 2400 / 600" in preview
    assert preview.count("data:image/jpeg") == 1
    width, height = (float(re.findall(rf"{side}:([\d.]+)%", preview)[0]) for side in ("width", "height"))
    assert 1 < width < 5
    assert 8 < height < 18


@pytest.mark.parametrize("name", ["text.png", "nothing.png", "half.jpg", "bomb.png"])
def test_bad_files_give_one_sentence_in_the_place_of_the_answer(
    recognizer: Recognizer, tmp_path: Path, name: str
) -> None:
    answer, preview = read_given_number(recognizer, write_bad_files(tmp_path)[name])
    assert 'data-verdict="error"' in answer
    assert re.search(r'class="sentence"[^>]*>[^<]+\.<', answer)
    assert str(tmp_path) not in answer
    assert preview == ""


def test_a_picture_without_digits_is_shown_with_a_sentence(recognizer: Recognizer, tmp_path: Path) -> None:
    file = tmp_path / "blank.png"
    cv2.imwrite(str(file), np.full((200, 300), 240, np.uint8))
    answer, preview = read_given_number(recognizer, str(file))
    assert NO_NUMBER in answer
    assert "data-digits" not in answer
    assert "<img" in preview
    assert "data-at" not in preview


def test_no_picture_is_no_error(recognizer: Recognizer) -> None:
    assert "No picture yet" in read_given_number(recognizer, None)[0]


def test_every_example_is_read_as_it_was_written(recognizer: Recognizer) -> None:
    assert {path.name for path in NUMBER_EXAMPLES.iterdir()} == EXAMPLE_TEXTS.keys()
    for name, text in EXAMPLE_TEXTS.items():
        path = NUMBER_EXAMPLES / name
        assert path.stat().st_size < 40_000
        assert recognizer.read(path).text.replace(",", ".") == text, name


def test_no_row_of_an_example_is_lost_at_half_its_size(recognizer: Recognizer) -> None:
    for name, text in EXAMPLE_TEXTS.items():
        picture = cv2.imread(str(NUMBER_EXAMPLES / name))
        assert picture is not None
        half = cv2.cvtColor(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
        assert recognizer.read(half).text.replace(",", ".") == text, name


def test_the_limits_name_separators_doubt_and_the_largest_file() -> None:
    assert "points, commas, dashes, slashes and colons" in LIMITS
    assert "&ldquo;check&rdquo;" in LIMITS
    assert "20 MB" in LIMITS
