"""The answer for a terminal: two pixels a character, bars of the right length, the sentence beside them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from digit.cli.terminal import bar, half_blocks, print_answer
from digit.recognition.prediction import Prediction, Verdict
from tests.digits import draw_digit


def shown(prediction: Prediction, *, top_k: int = 3, colours: bool = False) -> str:
    """What `print_answer` writes to a terminal of 80 columns."""
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, color_system="truecolor" if colours else None)
    print_answer(console, "seven.png", prediction, top_k)
    return out.getvalue()


def seven(verdict: Verdict = "digit") -> Prediction:
    """A drawn 7, read as one with 90 %."""
    probabilities = np.full(10, 0.0125, np.float32)
    probabilities[7] = 0.8875
    image = draw_digit(7).astype(np.float32) / 255
    return Prediction(7 if verdict == "digit" else None, 0.8875, probabilities, verdict, image)


def test_plain_half_blocks_show_each_pixel() -> None:
    """Without colours, every pixel pair becomes one of four characters: nothing, upper, lower, both."""
    image = np.zeros((28, 28), np.float32)
    image[0, 1] = image[1, 2] = image[0, 3] = image[1, 3] = 1
    lines = half_blocks(image, shaded=False).plain.splitlines()
    assert len(lines) == 14
    assert all(len(line) == 28 for line in lines)
    assert lines[0][:5] == " ▀▄█ "


def test_shaded_half_blocks_are_dark_ink_on_white() -> None:
    """With colours, ink 1 is black, ink 0 white, and the lower pixel is the background of the character."""
    image = np.zeros((28, 28), np.float32)
    image[0, 0], image[1, 0] = 1, 0.5
    style = half_blocks(image, shaded=True).spans[0].style
    assert str(style) == "#000000 on #808080"


@pytest.mark.parametrize(
    ("share", "text"), [(0, "        "), (0.5, "████    "), (1, "████████"), (1 / 64, "▏       "), (1.5, "████████")]
)
def test_bar(share: float, text: str) -> None:
    """A bar is as long as its share, to an eighth of a character, and never longer than its room."""
    assert bar(share, width=8) == text


def test_answer_shows_picture_sentence_and_bars() -> None:
    """The name, the digit, the sentence and k bars stand on one page of at most 80 columns."""
    text = shown(seven())
    assert "seven.png" in text
    assert "This looks like a 7" in text
    assert "89 %" in text
    assert text.count("1 %") == 2
    assert "▀" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_number_of_bars() -> None:
    """`top_k` bars, no more."""
    assert shown(seven(), top_k=1).count(" %") == 1
    assert shown(seven(), top_k=10).count(" %") == 10


def test_empty_picture_has_no_bars() -> None:
    """Nothing written: the sentence alone."""
    empty = Prediction(None, 0.0, np.zeros(10, np.float32), "empty", np.zeros((28, 28), np.float32))
    assert "Nothing drawn yet" in shown(empty)
    assert "%" not in shown(empty)


def test_doubtful_bars_are_dim() -> None:
    """What does not look like a digit has no bar in the colour of an answer."""
    assert "\x1b[36m" in shown(seven(), colours=True)
    assert "\x1b[36m" not in shown(seven("not_a_digit"), colours=True)
