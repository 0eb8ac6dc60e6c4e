"""The Draw tab: paper on one side, the answer that follows the pen on the other."""

from __future__ import annotations

import gradio as gr

from digit.errors import PictureError
from digit.recognizer import Recognizer
from digit.ui.answer import answer_panel, error_html, waiting_html, why_box
from digit.ui.drawing import decode_drawing, drawing_paper
from digit.ui.why import answer_with_reason

LIVE_CONCURRENCY = 8
"""Readings at the same time; one takes milliseconds, and a queue of one would make a class of pupils wait."""


def draw_tab(recognizer: Recognizer) -> None:
    """Put the tab's components and events into the open Blocks."""

    def read(drawing: str | None, why: bool) -> str:
        return read_drawing(recognizer, drawing, why)

    with gr.Row(elem_classes="workbench"):
        with gr.Column(elem_classes="giving"):
            paper = drawing_paper()
        with gr.Column(elem_classes="getting"):
            answer = answer_panel(waiting_html())
            why = why_box()
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
    """The answer to a drawing as HTML; a drawing that cannot be used gives its sentence."""
    try:
        content = decode_drawing(drawing)
        return waiting_html() if content is None else answer_with_reason(recognizer, recognizer.predict(content), why)
    except PictureError as error:
        return error_html(str(error))
