"""The Draw tab: paper on one side, the answer that follows the pen on the other."""

from __future__ import annotations

import gradio as gr

from digit.errors import PictureError
from digit.recognizer import Recognizer
from digit.ui.answer import answer_options, answer_panel, error_html, waiting_html
from digit.ui.drawing import decode_drawing, drawing_paper, pen_is_down
from digit.ui.why import answer_with_reason


def draw_tab(recognizer: Recognizer) -> None:
    """Put the tab's components and events into the open Blocks."""

    def read(drawing: str | None, why: bool) -> str:
        return read_drawing(recognizer, drawing, why)

    with gr.Row(elem_classes="workbench"):
        with gr.Column(elem_classes="giving"):
            paper = drawing_paper()
        with gr.Column(elem_classes="getting"):
            answer = answer_panel(waiting_html())
            why = answer_options()
    gr.on(
        [paper.input, why.input],
        read,
        [paper, why],
        answer,
        trigger_mode="always_last",
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )


def read_drawing(recognizer: Recognizer, drawing: str | None, why: bool = False) -> str:
    """The answer to a drawing as HTML; a drawing that cannot be used gives its sentence.

    A reason takes some two hundred readings, so it waits until the pen is lifted.
    """
    why = why and not pen_is_down(drawing)
    try:
        content = decode_drawing(drawing)
        return waiting_html() if content is None else answer_with_reason(recognizer, recognizer.predict(content), why)
    except PictureError as error:
        return error_html(str(error))
