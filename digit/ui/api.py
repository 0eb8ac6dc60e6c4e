"""The HTTP endpoint `/predict`: a file in, the JSON of `python -m digit predict` out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from digit.errors import PictureError
from digit.recognizer import Recognizer

CONCURRENCY = 4


def predict_endpoint(recognizer: Recognizer) -> None:
    """Add `/predict` to the open Blocks; its components are for the API alone and are not shown."""

    def predict(file: str) -> dict[str, Any]:
        """Read the handwritten digit in one picture.

        PNG, JPEG, WebP, GIF, BMP and TIFF work, at any size, dark on light or light on dark. The answer is
        {"file": name, "digit": 0 to 9 or null, "confidence": 0 to 1, "verdict": "digit", "unsure" (two digits are
        close), "not_a_digit" or "empty", "top": [[digit, probability], ...] with the three most likely digits}.
        Without anything written, there is no "top". A file that is not a picture is an error with one sentence.

        Args:
            file: the picture.
        """
        return predict_file(recognizer, file)

    with gr.Row(visible=False):
        source = gr.File(label="file")
        answer = gr.JSON(label="answer")
        button = gr.Button()
    button.click(predict, source, answer, api_name="predict", concurrency_limit=CONCURRENCY)


def predict_file(recognizer: Recognizer, file: str | None, top_k: int = 3) -> dict[str, Any]:
    """The answer for one file, as the endpoint gives it.

    Raises:
        gr.Error: it is not a picture that can be read; the message is the sentence for the visitor.
    """
    if not file:
        raise gr.Error("A picture file is expected, and none came.", print_exception=False)
    try:
        prediction = recognizer.predict(file)
    except PictureError as error:
        raise gr.Error(str(error), print_exception=False) from None
    return {"file": Path(file).name, **prediction.as_dict(top_k)}
