"""A frame of the camera gets an answer with its boxes; what is no frame gets a sentence."""

from __future__ import annotations

import base64

import cv2
import numpy as np
import pytest

from digit.errors import PictureError
from digit.imaging.sheet import cut_sheet
from digit.numbers.number import NO_NUMBER
from digit.recognizer import Recognizer
from digit.ui.components.camera import DIGIT, NUMBER, View, cut_frame, decode_frame, read_frame
from tests.browser.kit.films import Frame, held, room, sheet


def url(picture: Frame, view: View = DIGIT, kind: str = ".jpg") -> str:
    """A picture as the page sends it: its middle, in the size of the view."""
    height, width = picture.shape[:2]
    scale = min(width / view.width, height / view.height)
    w, h = round(view.width * scale), round(view.height * scale)
    middle = picture[(height - h) // 2 :, (width - w) // 2 :][:h, :w]
    size = (view.width, view.height)
    content = cv2.imencode(kind, cv2.resize(middle, size, interpolation=cv2.INTER_AREA))[1]
    return "data:image/jpeg;base64," + base64.b64encode(content.tobytes()).decode("ascii")


def film(text: str, width: int = 520, height: int = 400) -> Frame:
    return held(sheet(text, width, height)[0], (0, 0), np.random.default_rng(0))


def test_a_digit_is_answered_with_a_box_around_its_ink(recognizer: Recognizer) -> None:
    answer = read_frame(recognizer, DIGIT, url(film("7")))
    assert answer["said"] == "This looks like a 7"
    assert "This looks like a 7" in answer["answer"]
    (box,) = answer["boxes"]
    assert box["digit"] == 7
    assert not box["doubtful"]
    (_, ((x, y, w, h),)) = sheet("7", 520, 400)
    true = ((100 + x) / 720, (70 + y) / 540, w / 720, h / 540)  # the sheet's place in the middle 720x540 of the film
    assert box["box"] == pytest.approx(true, abs=0.03)


def test_a_number_is_answered_with_a_box_for_each_digit(recognizer: Recognizer) -> None:
    answer = read_frame(recognizer, NUMBER, url(film("2385", 760, 330), NUMBER))
    assert answer["said"] == "2385"
    assert [box["digit"] for box in answer["boxes"]] == [2, 3, 8, 5]
    assert "<button" not in answer["answer"]  # what moves cannot be chosen
    assert 'class="read"' in answer["answer"]


@pytest.mark.parametrize("view", [DIGIT, NUMBER])
def test_a_room_is_not_read_and_says_what_to_do(recognizer: Recognizer, view: View) -> None:
    answer = read_frame(recognizer, view, url(room(), view))
    assert answer["said"] == view.waiting
    assert view.waiting in answer["answer"]
    assert answer["boxes"] == []
    assert cut_frame(view, url(room(), view)) is None


def test_an_empty_sheet_waits_and_has_no_box(recognizer: Recognizer) -> None:
    answer = read_frame(recognizer, DIGIT, url(np.full((480, 640, 3), 230, np.uint8)))
    assert answer["said"] == DIGIT.waiting
    assert answer["boxes"] == []
    nothing = read_frame(recognizer, NUMBER, url(np.full((540, 960, 3), 230, np.uint8), NUMBER))
    assert nothing["said"] == NO_NUMBER


def test_the_sheet_of_a_picture_that_is_taken_is_cut_out(recognizer: Recognizer) -> None:
    given = cut_frame(DIGIT, url(film("3")))
    assert given is not None
    content = base64.b64decode(given.removeprefix("data:image/jpeg;base64,"))
    assert recognizer.predict(content).digit == 3
    found = cut_sheet(decode_frame(url(film("3")), DIGIT))
    assert found is not None
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == found.picture.shape


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (None, "as a JPEG data URL"),
        (["data:image/jpeg;base64,"], "as a JPEG data URL"),
        ("data:image/png;base64,AAAA", "as a JPEG data URL"),
        ("data:image/jpeg;base64," + "A" * 700_000, "614,400 characters, got 700,023"),
        ("data:image/jpeg;base64,***", "base64"),
        ("data:image/jpeg;base64,", "empty"),
        ("data:image/jpeg;base64,AAAA", "not a picture"),
        (url(np.zeros((10, 10, 3), np.uint8), View("", 8, 8, *[None] * 4)), "640x480 pixels, got 8x8"),  # type: ignore[arg-type]
        (url(film("3"))[:6023], "damaged"),
    ],
    ids=["none", "list", "png", "long", "no-base64", "empty", "text", "small", "half"],
)
def test_what_is_no_frame_gets_a_sentence(recognizer: Recognizer, frame: object, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        decode_frame(frame, DIGIT)
    answer = read_frame(recognizer, DIGIT, frame)
    assert 'data-verdict="error"' in answer["answer"]
    assert words in answer["said"]
    assert cut_frame(DIGIT, frame) is None


def test_noise_still_comes_through() -> None:
    for view in (DIGIT, NUMBER):
        noise = np.random.default_rng(0).integers(0, 256, (view.height, view.width, 3), dtype=np.uint8)
        quality = [cv2.IMWRITE_JPEG_QUALITY, 80]  # that of the page
        content = cv2.imencode(".jpg", noise, quality)[1].tobytes()
        frame = "data:image/jpeg;base64," + base64.b64encode(content).decode("ascii")
        assert decode_frame(frame, view).shape == (view.height, view.width, 3)
