"""The picture input hands over the file itself, and a file that was not sent has a sentence."""

from __future__ import annotations

import gradio as gr
import pytest
from gradio.data_classes import FileData

from digit.ui.components.answer import error_html
from digit.ui.components.picture import picture_input, refusal
from digit.ui.limits import LARGEST_MB


def test_the_component_hands_over_the_file_itself() -> None:
    picture = picture_input(error_html)
    assert picture.preprocess(FileData(path="/tmp/upload/a.png")) == "/tmp/upload/a.png"
    assert picture.preprocess(None) is None
    assert f"{LARGEST_MB} * 1e6" in (picture.js_on_load or "")


@pytest.mark.parametrize(("data", "words"), [({"reason": "large"}, "larger than"), ({"reason": "camera"}, "camera")])
def test_a_file_that_was_not_sent_has_a_sentence(data: object, words: str) -> None:
    assert words in refusal(gr.EventData(None, data))


@pytest.mark.parametrize("data", [None, "text", {}, {"reason": ["odd"]}])
def test_an_unknown_refusal_has_one_too(data: object) -> None:
    assert refusal(gr.EventData(None, data)) == "The file could not be sent. Please try again."
