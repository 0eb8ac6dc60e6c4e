"""The Draw tab: paper on one side, an answer that follows the pen on the other."""

from __future__ import annotations

import gradio as gr
import numpy as np

from digit.errors import PictureError
from digit.feedback.store import FeedbackStore
from digit.recognizer import Recognizer
from digit.ui.browser.serving import reader_files
from digit.ui.components.answer import answer_options, answer_panel, error_html, waiting_html
from digit.ui.components.canvas import decode_digit_image, decode_drawing, drawing_paper, is_digit_image, pen_is_down
from digit.ui.components.feedback import drawing_feedback
from digit.ui.components.layers import look_inside
from digit.ui.components.source import source_line
from digit.ui.components.why import answer_with_reason


def draw_tab(recognizer: Recognizer, store: FeedbackStore | None = None) -> None:
    """Add the tab's components and events to the open Blocks; with a store, answers can be corrected."""

    def read(drawing: str | None, why: bool) -> str:
        return read_drawing(recognizer, drawing, why)

    with gr.Row(elem_classes="workbench"):
        with gr.Column(elem_classes="giving"):
            paper = drawing_paper()
        with gr.Column(elem_classes="getting"):
            answer = answer_panel(waiting_html())
            why = answer_options()
            source_line(bool(reader_files(recognizer.artifact)))
            if store is not None:
                drawing_feedback(recognizer, store, paper)
    look_inside(recognizer.artifact)
    paper.input(  # the switch makes the paper send its value again
        read,
        [paper, why],
        answer,
        trigger_mode="always_last",
        show_progress="hidden",
        queue=False,
        preprocess=False,  # values are text as they are; Gradio takes a thread for each otherwise
        postprocess=False,
        api_visibility="private",
    )


def read_drawing(recognizer: Recognizer, drawing: str | None, why: bool = False) -> str:
    """The answer to a drawing as HTML, or the sentence for a drawing that cannot be used.

    A reason takes about two hundred predictions, so it waits until the pen is lifted. A digit image on the paper is
    read unchanged, so that the answer equals the one in its report.
    """
    why = why and not pen_is_down(drawing)
    try:
        if drawing is not None and is_digit_image(drawing):
            digit_images = decode_digit_image(drawing)[np.newaxis]
            return answer_with_reason(recognizer, recognizer.predict_digit_images(digit_images)[0], why)
        content = decode_drawing(drawing)
        return waiting_html() if content is None else answer_with_reason(recognizer, recognizer.predict(content), why)
    except PictureError as error:
        return error_html(str(error))
