"""Every file gives an answer or one clear sentence."""

from __future__ import annotations

import re
from pathlib import Path

import gradio as gr
import pytest

from digit.recognizer import Recognizer
from digit.ui.app.api import endpoints
from digit.ui.tabs.number import read_given_number
from digit.ui.tabs.upload import EXAMPLES, read_picture
from tests.ui.files import write_bad_files, write_odd_files


@pytest.mark.parametrize(
    "name", ["plain.png", "deep.png", "palette.png", "print.jpg", "moving.gif", "scan.tiff", "clear.png"]
)
def test_odd_encodings_are_read(recognizer: Recognizer, tmp_path: Path, name: str) -> None:
    answer, preview, steps, _ = read_picture(recognizer, write_odd_files(tmp_path, 3)[name])
    assert "This looks like a 3" in answer
    assert preview.count("<img") == 1
    assert steps.count("<img") == 4


@pytest.mark.parametrize("name", ["text.png", "nothing.png", "half.jpg", "bomb.png"])
def test_bad_files_give_one_sentence_in_the_place_of_the_answer(
    recognizer: Recognizer, tmp_path: Path, name: str
) -> None:
    answer, preview, steps, prediction = read_picture(recognizer, write_bad_files(tmp_path)[name])
    assert 'data-verdict="error"' in answer
    sentence = re.search(r'class="sentence"[^>]*>([^<]+)<', answer)
    assert sentence is not None
    assert sentence[1].endswith(".")
    assert str(tmp_path) not in answer
    assert preview == steps == ""
    assert prediction is None


def test_no_picture_is_no_error(recognizer: Recognizer) -> None:
    assert "No picture yet" in read_picture(recognizer, None)[0]


@pytest.mark.parametrize(
    "path", sorted(p for p in EXAMPLES.iterdir() if p.suffix in {".png", ".jpg"}), ids=lambda p: p.stem
)
def test_every_example_is_read_as_its_name_says(recognizer: Recognizer, path: Path) -> None:
    assert path.stat().st_size < 40_000
    prediction = recognizer.predict(path)
    digits = re.findall(r"-(\d)(?:-|\.|$)", path.stem + ".")
    if digits:
        assert (prediction.digit, prediction.verdict) == (int(digits[0]), "digit")
    else:
        assert prediction.verdict == "not_a_digit"


def test_no_sentence_names_a_path_of_the_server(recognizer: Recognizer, tmp_path: Path) -> None:
    """A file may be deleted between its arrival and its turn."""
    gone = str(tmp_path / "seven.png")
    sentences = [read_picture(recognizer, gone)[0], read_given_number(recognizer, gone)[0]]
    for endpoint in endpoints(recognizer):
        with pytest.raises(gr.Error) as caught:
            endpoint(gone)
        sentences.append(str(caught.value.message))
    for sentence in sentences:
        assert "There is no file seven.png." in sentence
        assert str(tmp_path) not in sentence
