"""The button "Send correction" under a number that the visitor mended: a click stores the picture with the right text.

The browser sends the texts alone; the server takes the picture that it read, and reads it again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from digit.errors import DigitError, FeedbackError
from digit.feedback.lines import SIDES, add_line, check_text
from digit.feedback.rate import Sender
from digit.feedback.store import FeedbackStore
from digit.imaging import PictureSource, load_picture
from digit.recognizer import Recognizer
from digit.ui.components.canvas import WIDE, decode_drawing
from digit.ui.components.feedback import Said, sender_of
from digit.ui.components.picture import said_of
from digit.ui.limits import CONCURRENCY
from digit.ui.resources import resource_text


def mended_drawing(recognizer: Recognizer, store: FeedbackStore, paper: gr.HTML) -> None:
    """Add the button for the drawing on the wide `paper` to the open Blocks."""

    def handle(value: Any, drawing: str | None, request: gr.Request) -> Said:
        return send_number(recognizer, store, value, lambda: decode_drawing(drawing, WIDE), sender_of(request))

    _button("your drawing", handle, paper)


def mended_picture(recognizer: Recognizer, store: FeedbackStore, latest: gr.State) -> None:
    """Add the button for the picture whose path is in `latest` to the open Blocks."""

    def handle(value: Any, path: str | Path | None, request: gr.Request) -> Said:
        return send_number(recognizer, store, value, lambda: path, sender_of(request))

    _button("your picture, scaled down", handle, latest)


def _button(what: str, handle: Callable[..., Said], source: gr.HTML | gr.State) -> None:
    """The button. Its value is {"read", "text"}, before and after mending, and becomes what `handle` returns."""
    button = gr.HTML(
        html_template=resource_text("components/feedback/mended.html").replace("WHAT", what),
        js_on_load=resource_text("components/feedback/mended.js"),
        apply_default_css=False,
        elem_classes="send-mended",
    )
    button.input(
        handle,
        [button, source],
        button,
        show_progress="hidden",
        concurrency_limit=CONCURRENCY,
        api_visibility="private",
    )


def send_number(
    recognizer: Recognizer,
    store: FeedbackStore,
    value: Any,
    given: Callable[[], PictureSource | None],
    sender: Sender,
) -> Said:
    """Store a mended number.

    Args:
        value: value of the button, not validated.
        given: gives the picture that was read; None if there is none.
        sender: who mended it, for the rate.

    Returns:
        State of the button: "thanks" or "refused", and a sentence.
    """
    said = value if isinstance(value, dict) else {}
    source = None
    try:
        text, source = check_text(said.get("text")), given()
        if source is None:
            raise FeedbackError("Nothing is written yet, so nothing can be stored.")
        if isinstance(source, str | Path) and not Path(source).is_file():  # visitors' files are deleted after an hour
            raise FeedbackError("Your picture has been deleted. Please give it again.")
        number = recognizer.read(source)
        if number.text != said.get("read"):
            raise FeedbackError("The picture has changed since. Please mend its number again.")
        add_line(store, number, text, load_picture(source, SIDES[0]), sender)
    except DigitError as error:
        return {"state": "refused", "sentence": said_of(error, source)}
    return {"state": "thanks", "sentence": "Thank you. Stored as you mended it."}
