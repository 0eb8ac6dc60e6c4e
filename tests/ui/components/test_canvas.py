"""What the drawing paper sends is checked before anything decodes it."""

from __future__ import annotations

import base64

import cv2
import numpy as np
import pytest

from digit.errors import PictureError
from digit.ui.components.canvas import SIDE, decode_digit_image, decode_drawing, is_digit_image, pen_is_down
from tests.ui.files import black_on_white, bomb


def data_url(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64," + base64.b64encode(content).decode()


def png(picture: np.ndarray) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


def test_a_drawing_comes_through_bit_for_bit() -> None:
    content = png(black_on_white(7, SIDE))
    assert decode_drawing(data_url(content)) == content


def test_a_drawing_says_whether_its_last_stroke_is_finished() -> None:
    content = png(black_on_white(7, SIDE))
    assert decode_drawing(data_url(content, "image/png;pen=down")) == content
    assert pen_is_down(data_url(content, "image/png;pen=down"))
    assert not any(map(pen_is_down, (data_url(content), "", None)))


@pytest.mark.parametrize("value", ["", None])
def test_nothing_drawn_is_no_drawing(value: str | None) -> None:
    assert decode_drawing(value) is None


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("hello", "PNG data URL"),
        (data_url(b"GIF89a", "image/gif"), "PNG data URL"),
        ("data:image/png;base64,%%%", "base64"),
        (data_url(b"\x89PNG"), "PNG picture"),
        (data_url(b"no picture at all, but long enough"), "PNG picture"),
        (data_url(png(np.zeros((281, 280), np.uint8))), "280x281"),
        (data_url(bomb(20_000)), "20000x20000"),
        (data_url(bytes(400_000)), "at most"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(value: str, complaint: str) -> None:
    with pytest.raises(PictureError, match=complaint):
        decode_drawing(value)


def test_something_that_is_no_text_is_refused() -> None:
    with pytest.raises(PictureError, match="PNG data URL"):
        decode_drawing({"path": "/etc/passwd"})  # type: ignore[arg-type]


def test_a_digit_image_comes_through_exactly() -> None:
    ink = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    value = data_url(png(255 - ink), "image/png;digit=image")
    assert is_digit_image(value)
    assert not is_digit_image(data_url(png(255 - ink)))
    assert np.array_equal(decode_digit_image(value), ink.astype(np.float32) / np.float32(255))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(png(np.zeros((29, 28), np.uint8)), "28x28"), (png(np.zeros((28, 28), np.uint8))[:40], "damaged"), (b"", "PNG")],
)
def test_a_forged_digit_image_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(PictureError, match=complaint):
        decode_digit_image(data_url(content, "image/png;digit=image"))
