"""`/predict` and `/read_number` answer what the command line answers, and a bad file is one sentence."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
import pytest

from digit.recognizer import Recognizer
from digit.ui.app.api import endpoints
from tests.ui.files import COMPLAINTS, write_bad_files, write_odd_files


def test_the_answer_is_the_json_of_the_command_line(recognizer: Recognizer, tmp_path: Path) -> None:
    path = write_odd_files(tmp_path, 5)["plain.png"]
    answer = endpoints(recognizer)[0](str(path))
    assert answer == {"file": "plain.png", **recognizer.predict(path).as_dict(3)}
    assert answer["digit"] == 5
    assert len(answer["top"]) == 3


def test_a_number_is_the_json_of_the_command_line(recognizer: Recognizer, tmp_path: Path) -> None:
    path = write_odd_files(tmp_path, 5)["plain.png"]
    answer = endpoints(recognizer)[1](str(path))
    assert answer == {"file": "plain.png", **recognizer.read(path).as_dict()}
    assert answer["text"] == "5"
    assert len(answer["digits"][0]["box"]) == 4


@pytest.mark.parametrize("name", ["text.png", "nothing.png", "half.jpg", "bomb.png"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_bad_file_is_an_error_with_its_sentence(
    recognizer: Recognizer, tmp_path: Path, name: str, which: int
) -> None:
    with pytest.raises(gr.Error) as caught:
        endpoints(recognizer)[which](str(write_bad_files(tmp_path)[name]))
    assert str(caught.value.message).startswith(COMPLAINTS[name])
    assert str(caught.value.message).endswith(".")


def test_no_file_is_an_error_too(recognizer: Recognizer) -> None:
    for endpoint in endpoints(recognizer):
        with pytest.raises(gr.Error, match="got none"):
            endpoint(None)
