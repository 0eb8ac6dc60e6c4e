"""The row "Wrong? Tell us the right digit" under an answer: one click stores a correction, the next one undoes it.

The browser sends the drawing and the right digit, and the server computes the answer to be stored. So corrections work
whether the browser or the server has read the drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from digit.errors import DigitError, FeedbackError
from digit.feedback.rate import Sender
from digit.feedback.store import FeedbackStore
from digit.imaging import PictureSource, preprocess
from digit.recognition.prediction import Prediction
from digit.recognizer import Recognizer
from digit.ui.components.canvas import decode_drawing, is_digit_image
from digit.ui.components.picture import said_of
from digit.ui.limits import CONCURRENCY
from digit.ui.resources import resource_text
from digit.ui.visitors import visitor_address

NONE = "none"
"""Value of the button "Not a digit"."""
UNDO = "undo"

Said = dict[str, str]
"""State of the row after a click: `state` ("thanks", "undone" or "refused") and `sentence`."""


@dataclass(frozen=True, eq=False)
class Answered:
    """A picture and its answer.

    Attributes:
        source: the picture.
        prediction: the answer.
    """

    source: PictureSource
    prediction: Prediction


def drawing_feedback(recognizer: Recognizer, store: FeedbackStore, paper: gr.HTML) -> None:
    """Add the row for the drawing on `paper` to the open Blocks."""

    def handle(value: Any, drawing: str | None, last: str | None, request: gr.Request) -> tuple[Said, str | None]:
        return correct_drawing(recognizer, store, value, drawing, last, sender_of(request))

    _row("your drawing", handle, paper)


def picture_feedback(recognizer: Recognizer, store: FeedbackStore, latest: gr.State) -> None:
    """Add the row for the picture in `latest`, an `Answered`, to the open Blocks."""

    def handle(value: Any, answered: Answered | None, last: str | None, request: gr.Request) -> tuple[Said, str | None]:
        return correct_picture(recognizer, store, value, answered, last, sender_of(request))

    _row("your picture, scaled down,", handle, latest)


def sender_of(request: gr.Request) -> Sender:
    """Who makes a request, for the rate of corrections."""
    address = visitor_address(request.client.host if request.client else None, request.headers)
    return Sender(str(request.session_hash), address)


def _row(what: str, handle: Callable[..., tuple[Said, str | None]], source: gr.HTML | gr.State) -> None:
    """The row. Its value is {"truth": "0" to "9", NONE or UNDO} and becomes the result of `handle`.

    Args:
        what: what is stored, in the visitor's words.
        handle: called with the value, the value of `source` and the id of the visitor's last correction.
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
    recognizer: Recognizer, store: FeedbackStore, value: Any, drawing: str | None, last: str | None, sender: Sender
) -> tuple[Said, str | None]:
    """As `correct`, for the drawing on the Draw tab."""
    if drawing is not None and is_digit_image(drawing):
        sentence = "This digit belongs to the test set. It is not collected, so that the figures stay honest."
        return {"state": "refused", "sentence": sentence}, last
    try:
        content = decode_drawing(drawing)
    except DigitError as error:
        return {"state": "refused", "sentence": str(error)}, last
    return correct(recognizer, store, value, content, last, sender)


def correct_picture(
    recognizer: Recognizer,
    store: FeedbackStore,
    value: Any,
    answered: Answered | None,
    last: str | None,
    sender: Sender,
) -> tuple[Said, str | None]:
    """As `correct`, for the picture that the Upload tab read last."""
    source = None if answered is None else answered.source
    if isinstance(source, str | Path) and not Path(source).is_file():  # visitors' files are deleted after an hour
        return {"state": "refused", "sentence": "Your picture has been deleted. Please give it again."}, last
    return correct(recognizer, store, value, source, last, sender)


def correct(
    recognizer: Recognizer,
    store: FeedbackStore,
    value: Any,
    source: PictureSource | None,
    last: str | None,
    sender: Sender,
) -> tuple[Said, str | None]:
    """Store a correction, or undo the last one.

    Args:
        value: value of the row, not validated.
        source: the picture that was read.
        last: id of this visitor's last correction.
        sender: who corrects, for the rate.

    Returns:
        State of the row, and the id of the correction that can be undone.
    """
    truth = value.get("truth") if isinstance(value, dict) else None
    try:
        if truth == UNDO and last is not None:
            store.withdraw(last)
            return {"state": "undone", "sentence": "Undone."}, None
        if not isinstance(truth, str) or truth not in (*"0123456789", NONE):
            raise FeedbackError("Expected 0 to 9 or none as the right digit.")
        steps = preprocess(source) if source is not None else None
        if steps is None or steps.box is None:
            raise FeedbackError("Nothing is written yet, so nothing can be stored.")
        prediction = recognizer.predict_steps(steps)
        picture = np.ascontiguousarray(steps.picture)
        last = store.add(prediction, None if truth == NONE else int(truth), picture, sender)
    except DigitError as error:
        return {"state": "refused", "sentence": said_of(error, source)}, last
    name = "no digit" if truth == NONE else f"an {truth}" if truth == "8" else f"a {truth}"
    return {"state": "thanks", "sentence": f"Thank you. Stored as {name}."}, last
