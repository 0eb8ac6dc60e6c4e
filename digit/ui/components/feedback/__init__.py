"""The row under an answer: "Wrong? Tell us the right digit". One click stores a correction; the next takes it back.

Its own component with its own handler, so it works whoever answered: the browser sends what was drawn and the right
digit, and the answer that is stored is worked out here. Knows the store and the recognizer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from digit.errors import DigitError, FeedbackError
from digit.feedback.store import FeedbackStore
from digit.imaging import PictureSource, preprocess
from digit.recognition.prediction import Prediction
from digit.recognizer import Recognizer
from digit.ui.components.canvas import decode_drawing, is_digit_image
from digit.ui.limits import CONCURRENCY
from digit.ui.resources import resource_text

NONE = "none"
"""What the button "Not a digit" sends."""
UNDO = "undo"

Said = dict[str, str]
"""What the row shows after a click: its `state` ("thanks", "undone" or "refused") and its `sentence`."""


@dataclass(frozen=True, eq=False)
class Answered:
    """A picture that was read, and the answer.

    Attributes:
        source: what was read.
        prediction: the answer.
    """

    source: PictureSource
    prediction: Prediction


def drawing_feedback(recognizer: Recognizer, store: FeedbackStore, paper: gr.HTML) -> None:
    """Put the row for the drawing on `paper` into the open Blocks."""

    def handle(value: Any, drawing: str | None, last: str | None, request: gr.Request) -> tuple[Said, str | None]:
        return correct_drawing(recognizer, store, value, drawing, last, str(request.session_hash))

    _row("your drawing", handle, paper)


def picture_feedback(recognizer: Recognizer, store: FeedbackStore, latest: gr.State) -> None:
    """Put the row for the picture of the `Answered` in `latest` into the open Blocks."""

    def handle(value: Any, answered: Answered | None, last: str | None, request: gr.Request) -> tuple[Said, str | None]:
        return correct_picture(recognizer, store, value, answered, last, str(request.session_hash))

    _row("your picture, scaled down,", handle, latest)


def _row(what: str, handle: Callable[..., tuple[Said, str | None]], source: gr.HTML | gr.State) -> None:
    """The row; its value is {"truth": "0" to "9", NONE or UNDO} and becomes what `handle` returns.

    Args:
        what: what is stored, in the visitor's words.
        handle: gets the value, what `source` holds, and the id of the visitor's last correction.
    """
    row = gr.HTML(
        html_template=resource_text("components/feedback/feedback.html").replace("WHAT", what),
        js_on_load=resource_text("components/feedback/feedback.js"),
        apply_default_css=False,
        elem_classes="feedback",
    )
    last = gr.State(None)
    row.input(
        handle,
        [row, source, last],
        [row, last],
        show_progress="hidden",
        concurrency_limit=CONCURRENCY,
        api_visibility="private",
    )


def correct_drawing(
    recognizer: Recognizer, store: FeedbackStore, value: Any, drawing: str | None, last: str | None, session: str
) -> tuple[Said, str | None]:
    """As `correct`, for what lies on the paper of the Draw tab."""
    if drawing is not None and is_digit_image(drawing):
        sentence = "This digit is one of the test set: it is not collected, so that the figures stay honest."
        return {"state": "refused", "sentence": sentence}, last
    try:
        content = decode_drawing(drawing)
    except DigitError as error:
        return {"state": "refused", "sentence": str(error)}, last
    return correct(recognizer, store, value, content, last, session)


def correct_picture(
    recognizer: Recognizer,
    store: FeedbackStore,
    value: Any,
    answered: Answered | None,
    last: str | None,
    session: str,
) -> tuple[Said, str | None]:
    """As `correct`, for the picture that the Upload tab read last."""
    source = None if answered is None else answered.source
    if isinstance(source, str | Path) and not Path(source).is_file():  # visitors' files are deleted after an hour
        return {"state": "refused", "sentence": "Your picture is no longer here: give it once more."}, last
    return correct(recognizer, store, value, source, last, session)


def correct(
    recognizer: Recognizer,
    store: FeedbackStore,
    value: Any,
    source: PictureSource | None,
    last: str | None,
    session: str,
) -> tuple[Said, str | None]:
    """Store a correction, or take the last one back.

    Args:
        value: what the row sent; anything may come.
        source: the picture that was answered.
        last: id of this visitor's last correction.
        session: of the page that it comes from.

    Returns:
        What the row shows, and the id of the correction that can be taken back.
    """
    truth = value.get("truth") if isinstance(value, dict) else None
    try:
        if truth == UNDO and last is not None:
            store.withdraw(last)
            return {"state": "undone", "sentence": "Taken back."}, None
        if not isinstance(truth, str) or truth not in (*"0123456789", NONE):
            raise FeedbackError("The right digit should be 0 to 9 or none of them, and something else came.")
        steps = preprocess(source) if source is not None else None
        if steps is None or steps.box is None:
            raise FeedbackError("There is nothing written yet that could be stored.")
        prediction = recognizer.predict_steps(steps)
        picture = np.ascontiguousarray(steps.picture)
        last = store.add(prediction, None if truth == NONE else int(truth), picture, session)
    except DigitError as error:
        return {"state": "refused", "sentence": str(error)}, last
    name = "no digit" if truth == NONE else f"an {truth}" if truth == "8" else f"a {truth}"
    return {"state": "thanks", "sentence": f"Thank you. Stored as {name}."}, last
