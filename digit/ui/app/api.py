"""Gradio's named endpoints `/predict` and `/read_number`: a file in, the JSON of the command line out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from digit.errors import PictureError
from digit.imaging import PictureSource
from digit.imaging.documents import page_answer
from digit.recognizer import Recognizer
from digit.ui.components.picture import said_of
from digit.ui.limits import CONCURRENCY

Endpoint = Callable[[str | None], dict[str, Any]]


def add_endpoints(recognizer: Recognizer) -> None:
    """Add the endpoints to the open Blocks; their components serve only the API and are hidden."""
    for endpoint in endpoints(recognizer):
        with gr.Row(visible=False):
            source, answer, button = gr.File(label="file"), gr.JSON(label="answer"), gr.Button()
        button.click(endpoint, source, answer, api_name=endpoint.__name__, concurrency_limit=CONCURRENCY)


def endpoints(recognizer: Recognizer) -> tuple[Endpoint, Endpoint]:
    """The functions behind `/predict` and `/read_number`. Both raise `gr.Error`, with a sentence, for a bad file."""

    def predict(file: str | None) -> dict[str, Any]:
        """Read the handwritten digit in one picture.

        PNG, JPEG, HEIC, WebP, GIF, BMP, TIFF and PDF (its first page) work, at any size, dark on light or light on
        dark. The answer is {"file": name, "digit": 0 to 9 or null, "confidence": 0 to 1, "verdict": "digit", "unsure"
        (two digits are close), "not_a_digit" or "empty", "top": [[digit, probability], ...] with the three most likely
        digits}. An empty picture has no "top". A file that is not a picture gives an error with one sentence.

        Args:
            file: the picture.
        """
        return _answer(file, lambda path: recognizer.predict(path).as_dict(3))

    def read_number(file: str | None) -> dict[str, Any]:
        """Read all the handwritten numbers in one picture, row by row.

        PNG, JPEG, HEIC, WebP, GIF, BMP, TIFF and PDF (its first page) work, at any size, dark on light or light on
        dark. The answer is {"file": name, "text": the numbers as they are written, with . , - / and : between the
        digits, rows separated by a newline, "confidence": 0 to 1, that all of them are right,
        "rows": [{"text", "confidence"}, ...], "digits": [{"digit": 0 to 9, "confidence": 0 to 1,
        "box": [x, y, width, height] in pixels of the picture}, ...] in reading order}. Where no number is
        found, "text", "rows" and "digits" are empty. A file that is not a picture
        gives an error with one sentence.

        Args:
            file: the picture.
        """
        return _answer(file, lambda path: recognizer.read(path).as_dict())

    return predict, read_number


def _answer(file: str | None, read: Callable[[PictureSource], dict[str, Any]]) -> dict[str, Any]:
    """The answer of `read` with the file's name."""
    if not file:
        raise gr.Error("Expected a picture file, got none.", print_exception=False)
    try:
        return {"file": Path(file).name, **page_answer(read, file)}
    except PictureError as error:
        raise gr.Error(said_of(error, file), print_exception=False) from None
