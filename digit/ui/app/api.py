"""Gradio's named endpoints `/predict` and `/read_number`: a file in, the JSON of the command line out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from digit.errors import PictureError
from digit.recognizer import Recognizer
from digit.ui.limits import CONCURRENCY


def predict_endpoint(recognizer: Recognizer) -> None:
    """Add `/predict` to the open Blocks; its components serve only the API and are hidden."""

    def predict(file: str) -> dict[str, Any]:
        """Read the handwritten digit in one picture.

        PNG, JPEG, WebP, GIF, BMP and TIFF work, at any size, dark on light or light on dark. The answer is
        {"file": name, "digit": 0 to 9 or null, "confidence": 0 to 1, "verdict": "digit", "unsure" (two digits are
        close), "not_a_digit" or "empty", "top": [[digit, probability], ...] with the three most likely digits}.
        An empty picture has no "top". A file that is not a picture gives an error with one sentence.

        Args:
            file: the picture.
        """
        return predict_file(recognizer, file)

    with gr.Row(visible=False):
        source = gr.File(label="file")
        answer = gr.JSON(label="answer")
        button = gr.Button()
    button.click(predict, source, answer, api_name="predict", concurrency_limit=CONCURRENCY)


def read_number_endpoint(recognizer: Recognizer) -> None:
    """Add `/read_number` to the open Blocks; its components serve only the API and are hidden."""

    def read_number(file: str) -> dict[str, Any]:
        """Read all the handwritten digits in one picture, row by row.

        PNG, JPEG, WebP, GIF, BMP and TIFF work, at any size, dark on light or light on dark. The answer is
        {"file": name, "text": the digits, rows separated by a newline, "digits": [{"digit": 0 to 9, "confidence": 0 to
        1, "box": [x, y, width, height] in pixels of the picture}, ...] in reading order}. Separators, as in a date or
        a phone number, are skipped. Where no digits are found, "text" and "digits" are empty. A file that is not a
        picture gives an error with one sentence.

        Args:
            file: the picture.
        """
        return read_file(recognizer, file)

    with gr.Row(visible=False):
        source = gr.File(label="file")
        answer = gr.JSON(label="answer")
        button = gr.Button()
    button.click(read_number, source, answer, api_name="read_number", concurrency_limit=CONCURRENCY)


def read_file(recognizer: Recognizer, file: str | None) -> dict[str, Any]:
    """The number in one file, as the endpoint gives it.

    Raises:
        gr.Error: the file is not a picture that can be read; the message is a sentence for the visitor.
    """
    return _answer(file, lambda path: recognizer.read(path).as_dict())


def predict_file(recognizer: Recognizer, file: str | None, top_k: int = 3) -> dict[str, Any]:
    """The answer for one file, as the endpoint gives it.

    Raises:
        gr.Error: the file is not a picture that can be read; the message is a sentence for the visitor.
    """
    return _answer(file, lambda path: recognizer.predict(path).as_dict(top_k))


def _answer(file: str | None, read: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """The answer of `read` with the file's name."""
    if not file:
        raise gr.Error("Expected a picture file, got none.", print_exception=False)
    try:
        return {"file": Path(file).name, **read(file)}
    except PictureError as error:
        raise gr.Error(str(error), print_exception=False) from None
