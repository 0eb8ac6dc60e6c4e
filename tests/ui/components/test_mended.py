"""The button under a mended number stores the picture that was read, or says in one sentence why not."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import gradio as gr
import numpy as np
import pytest

from digit.errors import PictureError
from digit.feedback.store import LINE_RECORDS, LINES, UNKNOWN_SENDER, FeedbackStore
from digit.numbers.number import Number, Row
from digit.recognizer import Recognizer
from digit.ui.app.page import build_page
from digit.ui.components.feedback.mended import send_number
from tests.ui.numbers import line

MENDED = {"read": "12", "text": "1.3"}


@pytest.fixture
def store(recognizer: Recognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FeedbackStore:
    """A store; all pictures are read as 12."""
    monkeypatch.setattr(Recognizer, "read", lambda *_: Number((Row("12", 0.6, ()),)))
    return FeedbackStore(tmp_path / "store", recognizer.artifact)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "number.png"
    cv2.imwrite(str(path), line("12"))
    return path


def test_a_picture_is_stored_with_the_text_as_it_was_mended(
    recognizer: Recognizer, store: FeedbackStore, photo: Path
) -> None:
    said = send_number(recognizer, store, MENDED, lambda: photo, UNKNOWN_SENDER)
    assert said == {"state": "thanks", "sentence": "Thank you. Stored as you mended it."}
    record = json.loads((store.folder / LINE_RECORDS).read_text())
    assert (record["text"], record["answer"]["text"]) == ("1.3", "12")
    stored = cv2.imread(str(store.folder / LINES / f"{record['id']}.png"), cv2.IMREAD_GRAYSCALE)
    assert stored is not None
    assert np.array_equal(stored, line("12"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "right text"),
        ("13", "right text"),
        ({"read": "12"}, "right text"),
        ({"read": "12", "text": "<b>"}, "right text"),
        ({"read": "17", "text": "13"}, "has changed since"),
        ({"text": "13"}, "has changed since"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(
    recognizer: Recognizer, store: FeedbackStore, photo: Path, value: object, words: str
) -> None:
    said = send_number(recognizer, store, value, lambda: photo, UNKNOWN_SENDER)
    assert said["state"] == "refused"
    assert words in said["sentence"]
    assert said["sentence"].endswith(".")
    assert not (store.folder / LINE_RECORDS).exists()


def test_without_its_picture_nothing_is_stored(recognizer: Recognizer, store: FeedbackStore, photo: Path) -> None:
    def damaged() -> bytes:
        raise PictureError("Expected a drawing as a PNG data URL.")

    assert "Nothing is written yet" in send_number(recognizer, store, MENDED, lambda: None, UNKNOWN_SENDER)["sentence"]
    assert "PNG data URL" in send_number(recognizer, store, MENDED, damaged, UNKNOWN_SENDER)["sentence"]
    photo.unlink()
    assert "has been deleted" in send_number(recognizer, store, MENDED, lambda: str(photo), UNKNOWN_SENDER)["sentence"]
    assert not (store.folder / LINE_RECORDS).exists()


def test_without_a_store_there_is_no_button(recognizer: Recognizer, store: FeedbackStore) -> None:
    def buttons(page: gr.Blocks) -> int:
        return sum("send-mended" in (getattr(block, "elem_classes", None) or []) for block in page.blocks.values())

    assert buttons(build_page(recognizer)) == 0
    assert buttons(build_page(recognizer, store)) == 2
