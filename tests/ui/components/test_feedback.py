"""A click on the row stores what it says it does, or gives one sentence; nothing else reaches the store."""

from __future__ import annotations

import base64
import shutil
import urllib.error
import urllib.request
from pathlib import Path

import cv2
import fastapi
import gradio as gr
import numpy as np
import pytest

from digit.feedback.rate import Sender
from digit.feedback.store import RECORDS, FeedbackStore, read_feedback
from digit.recognizer import Recognizer
from digit.ui.app.page import build_page, launch_options
from digit.ui.components.feedback import NONE, UNDO, Answered, correct_drawing, correct_picture, sender_of
from tests.digits import draw_digit
from tests.ui.files import black_on_white, write_odd_files


@pytest.fixture
def store(recognizer: Recognizer, tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "store", recognizer.artifact)


def data_url(image: np.ndarray, kind: str = "") -> str:
    content = cv2.imencode(".png", image)[1].tobytes()
    return f"data:image/png;{kind}base64," + base64.b64encode(content).decode()


DRAWN = data_url(black_on_white(7))


def test_a_drawing_is_stored_with_the_answer_of_the_server(recognizer: Recognizer, store: FeedbackStore) -> None:
    said, last = correct_drawing(recognizer, store, {"truth": "1"}, DRAWN, None, Sender())
    assert said == {"state": "thanks", "sentence": "Thank you. Stored as a 1."}
    [stored] = read_feedback(store.folder)
    assert (stored.id, stored.truth, stored.answer["digit"]) == (last, 1, 7)
    picture = cv2.imread(str(stored.picture), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert np.array_equal(picture, black_on_white(7))


def test_the_last_one_can_be_taken_back_and_no_other(recognizer: Recognizer, store: FeedbackStore) -> None:
    _, first = correct_drawing(recognizer, store, {"truth": NONE}, DRAWN, None, Sender())
    said, last = correct_drawing(recognizer, store, {"truth": "8"}, DRAWN, first, Sender())
    assert said["sentence"] == "Thank you. Stored as an 8."
    assert correct_drawing(recognizer, store, {"truth": UNDO}, DRAWN, last, Sender())[0]["sentence"] == "Undone."
    assert [f.id for f in read_feedback(store.folder)] == [first]
    assert correct_drawing(recognizer, store, {"truth": UNDO}, DRAWN, None, Sender())[0]["state"] == "refused"


@pytest.mark.parametrize(
    ("value", "drawing", "words"),
    [
        ({"truth": "10"}, DRAWN, "0 to 9"),
        ({"truth": 3}, DRAWN, "0 to 9"),
        ({"truth": ["3"]}, DRAWN, "0 to 9"),
        (None, DRAWN, "0 to 9"),
        ("3", DRAWN, "0 to 9"),
        ({"truth": "3"}, None, "Nothing is written"),
        ({"truth": "3"}, "", "Nothing is written"),
        ({"truth": "3"}, data_url(np.full((280, 280), 255, np.uint8)), "Nothing is written"),
        ({"truth": "3"}, data_url(np.zeros((30, 30), np.uint8)), "280x280"),
        ({"truth": "3"}, "data:text/html;base64,AAAA", "PNG data URL"),
        ({"truth": "3"}, data_url(255 - draw_digit(3), "digit=image;"), "belongs to the test set"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(
    recognizer: Recognizer, store: FeedbackStore, value: object, drawing: str | None, words: str
) -> None:
    said, last = correct_drawing(recognizer, store, value, drawing, "before", Sender())
    assert said["state"] == "refused"
    assert words in said["sentence"]
    assert said["sentence"].endswith(".")
    assert last == "before"
    assert not (store.folder / RECORDS).exists()


def test_a_picture_is_stored_as_the_imaging_had_it(
    recognizer: Recognizer, store: FeedbackStore, tmp_path: Path
) -> None:
    path = write_odd_files(tmp_path, 3)["print.jpg"]
    answered = Answered(path, recognizer.predict(path))
    said, last = correct_picture(recognizer, store, {"truth": "5"}, answered, None, Sender())
    assert said["state"] == "thanks"
    [stored] = read_feedback(store.folder)
    assert (stored.id, stored.truth, stored.answer["digit"]) == (last, 5, 3)
    path.unlink()
    said, _ = correct_picture(recognizer, store, {"truth": "5"}, answered, None, Sender())
    assert said == {"state": "refused", "sentence": "Your picture has been deleted. Please give it again."}
    assert correct_picture(recognizer, store, {"truth": "5"}, None, None, Sender())[0]["state"] == "refused"


def test_without_a_store_there_is_no_row(recognizer: Recognizer, store: FeedbackStore) -> None:
    def rows(page: gr.Blocks) -> int:
        return sum("feedback" in (getattr(block, "elem_classes", None) or []) for block in page.blocks.values())

    assert rows(build_page(recognizer)) == 0
    page = build_page(recognizer, store)
    assert rows(page) == 2
    assert list(page.get_api_info()["named_endpoints"]) == ["/predict", "/read_number"]


def test_what_is_stored_cannot_be_fetched(
    recognizer: Recognizer, store: FeedbackStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where everything around it is served, as in a folder that Gradio keeps uploads in."""
    correct_drawing(recognizer, store, {"truth": "1"}, DRAWN, None, Sender())
    paths = [path for path in store.folder.rglob("*") if path.is_file()]
    assert len(paths) >= 3
    shutil.copy(paths[0], tmp_path / "beside")
    page = build_page(recognizer, store)
    options = {**launch_options(store), "allowed_paths": [str(tmp_path)]}
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **options)
    try:
        assert urllib.request.urlopen(f"{url}gradio_api/file={tmp_path / 'beside'}").status == 200
        for path in paths:
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{url}gradio_api/file={path}")
            assert refused.value.code == 403
    finally:
        page.close()


def test_the_sender_is_the_page_and_the_address_behind_a_proxy() -> None:
    headers = [(b"x-forwarded-for", b"made up, 8.8.8.8"), (b"host", b"digit.example")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "client": ("10.0.0.7", 1)}
    request = gr.Request(request=fastapi.Request(scope), session_hash="a page")
    assert sender_of(request) == Sender("a page", "8.8.8.8")
