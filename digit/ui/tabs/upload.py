"""The Upload tab: a file, a pasted picture, the camera or an example; the answer and the steps that led to it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from digit.artifact import ASSETS
from digit.errors import PictureError
from digit.feedback.store import FeedbackStore
from digit.imaging import PictureSource, preprocess
from digit.recognizer import Recognizer
from digit.ui.components.answer import answer_options, answer_panel, error_html, preview_html, steps_html, waiting_html
from digit.ui.components.camera import DIGIT, live_answer, live_camera
from digit.ui.components.examples import example_path, example_shelf
from digit.ui.components.feedback import Answered, picture_feedback
from digit.ui.components.picture import picture_input, refusal, said_of
from digit.ui.components.why import answer_with_reason
from digit.ui.limits import CONCURRENCY

EXAMPLES = ASSETS / "examples"
THUMBNAIL_SIDE = 112

NOTHING_GIVEN = "No picture yet"
NOTHING_WRITTEN = "No writing was found in this picture"

Outputs = tuple[str, str, str, Answered | None]
"""Answer, picture and steps as HTML, and the answered picture, for "Show why" and corrections."""


def upload_tab(recognizer: Recognizer, store: FeedbackStore | None = None) -> None:
    """Add the tab's components and events to the open Blocks; with a store, answers can be corrected."""

    def read(path: str | None, why: bool) -> Outputs:
        return read_picture(recognizer, path, why)

    def read_example(name: str | None, why: bool) -> Outputs:
        return read_picture(recognizer, example_path(name, EXAMPLES), why)

    def refuse(event: gr.EventData) -> Outputs:
        return error_html(refusal(event)), "", "", None

    def answer_again(answered: Answered | None, why: bool) -> Any:
        if answered is None:
            return gr.skip()
        return answer_with_reason(recognizer, answered.prediction, why, NOTHING_WRITTEN)

    latest = gr.State(None)
    with gr.Row(elem_classes="workbench"):
        with gr.Column(elem_classes="giving"):
            with gr.Column(elem_classes="stack"):
                picture = picture_input(error_html)
                preview = gr.HTML("", apply_default_css=False, elem_id="preview")
            live_camera(recognizer, DIGIT)
            examples = example_shelf(EXAMPLES, "examples", THUMBNAIL_SIDE)
        with gr.Column(elem_classes="getting"):
            answer = answer_panel(waiting_html(NOTHING_GIVEN))
            live_answer()
            why = answer_options()
            if store is not None:
                picture_feedback(recognizer, store, latest)
    steps = gr.HTML("", apply_default_css=False, elem_id="steps")
    outputs = [answer, preview, steps, latest]
    picture.input(
        read,
        [picture, why],
        outputs,
        trigger_mode="always_last",
        show_progress="hidden",
        concurrency_limit=CONCURRENCY,
        api_visibility="private",
    )
    examples.input(
        read_example,
        [examples, why],
        outputs,
        trigger_mode="always_last",
        show_progress="hidden",
        concurrency_limit=CONCURRENCY,
        api_visibility="private",
    )
    picture.refused(refuse, None, outputs, show_progress="hidden", api_visibility="private")
    why.input(answer_again, [latest, why], answer, show_progress="hidden", api_visibility="private")


def read_picture(recognizer: Recognizer, source: PictureSource | None, why: bool = False) -> Outputs:
    """The answer, the picture and the steps as HTML, or the sentence for a file that is not a picture."""
    if source is None:
        return waiting_html(NOTHING_GIVEN), "", "", None
    try:
        steps = preprocess(source)
    except PictureError as error:
        return error_html(said_of(error, source)), "", "", None
    prediction = recognizer.predict_steps(steps)
    answer = answer_with_reason(recognizer, prediction, why, NOTHING_WRITTEN)
    return answer, preview_html(steps), steps_html(steps), Answered(source, prediction)
