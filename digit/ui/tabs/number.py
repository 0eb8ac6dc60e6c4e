"""The Number tab: numbers written on wide paper or given as pictures; their digits large, with a box around each.

Only one of the two inputs is shown at a time. Each has its own answer, so that switching loses nothing.
"""

from __future__ import annotations

import gradio as gr

from digit.errors import PictureError
from digit.feedback.store import FeedbackStore
from digit.imaging import PictureSource, load_picture
from digit.imaging.loading import picture_size
from digit.recognizer import Recognizer
from digit.ui.components.answer import answer_panel
from digit.ui.components.camera import NUMBER, live_answer, live_camera
from digit.ui.components.canvas import WIDE, check_marks, decode_drawing, drawing_paper
from digit.ui.components.examples import example_path, example_shelf
from digit.ui.components.feedback.mended import mended_drawing, mended_picture
from digit.ui.components.number_answer import (
    NOTHING_GIVEN,
    NOTHING_WRITTEN,
    digit_details,
    marks_html,
    number_html,
    picture_html,
    said_html,
)
from digit.ui.components.number_batch import batch_table
from digit.ui.components.picture import picture_input, refusal, said_of
from digit.ui.limits import CONCURRENCY, LARGEST_MB
from digit.ui.resources import resource_text
from digit.ui.tabs.upload import EXAMPLES

NUMBER_EXAMPLES = EXAMPLES / "numbers"
SHOWN_SIDE = 1600
"""Longer side of a shown picture in pixels: twice the room on the page, so that crops are sharp."""
THUMBNAIL_SIDE = 260

LIMITS = (
    "<h2>What it reads</h2><p>Numbers as they are written, with points, commas, dashes, slashes and colons: amounts, "
    "dates, times, phone numbers. A network finds the rows on plain, lined or squared paper; they may slant, and "
    "digits may touch. Spaces are not kept, and letters are skipped. A dashed box with a question mark marks a "
    f"doubtful digit, &ldquo;check&rdquo; a number that may be wrong. Up to {LARGEST_MB} MB per picture.</p>"
)

Outputs = tuple[str, str]
"""The answer and the picture with its boxes as HTML; for a drawing, only the boxes."""


def number_tab(recognizer: Recognizer, store: FeedbackStore | None = None) -> None:
    """Add the tab's components and events to the open Blocks; with a store, mended numbers can be sent."""

    def read_drawn(drawing: str | None) -> Outputs:
        return read_drawn_number(recognizer, drawing)

    def read_given(path: PictureSource | None) -> tuple[str, str, PictureSource | None]:
        return *read_given_number(recognizer, path), path

    def read_example(name: str | None) -> tuple[str, str, PictureSource | None]:
        return read_given(example_path(name, NUMBER_EXAMPLES))

    def refuse(event: gr.EventData) -> tuple[str, str, None]:
        return said_html(refusal(event), "error"), "", None

    latest = gr.State(None)
    gr.HTML(
        html_template=resource_text("tabs/number_ways.html"),
        js_on_load=resource_text("tabs/number_ways.js"),
        apply_default_css=False,
    )
    with gr.Row(elem_classes=["workbench", "by-drawing"]):
        with gr.Column(elem_classes="giving"), gr.Column(elem_classes="stack"):
            paper = drawing_paper(WIDE)
            marks = gr.HTML("", apply_default_css=False, elem_id="number-marks")
        with gr.Column(elem_classes="getting"):
            drawn_answer = answer_panel(said_html(NOTHING_WRITTEN))
            digit_details("drawn-number")
            if store is not None:
                mended_drawing(recognizer, store, paper)
    with gr.Row(elem_classes=["workbench", "by-picture"]):
        with gr.Column(elem_classes="giving"):
            preview = gr.HTML("", apply_default_css=False, elem_id="number-preview")
            picture = picture_input(lambda said: said_html(said, "error"), "number-picture", many=True)
            live_camera(recognizer, NUMBER)
            examples = example_shelf(NUMBER_EXAMPLES, "number-examples", THUMBNAIL_SIDE)
        with gr.Column(elem_classes="getting"):
            given_answer = answer_panel(said_html(NOTHING_GIVEN))
            live_answer()
            digit_details("number")
            if store is not None:
                mended_picture(recognizer, store, latest)
    batch_table(recognizer)
    gr.HTML(LIMITS, apply_default_css=False, elem_id="number-limits")
    paper.input(
        read_drawn,
        paper,
        [drawn_answer, marks],
        trigger_mode="always_last",
        show_progress="hidden",
        queue=False,
        preprocess=False,  # values are text as they are; Gradio takes a thread for each otherwise
        postprocess=False,
        api_visibility="private",
    )
    outputs = [given_answer, preview, latest]
    for given, read in ((picture, read_given), (examples, read_example)):
        given.input(
            read,
            given,
            outputs,
            trigger_mode="always_last",
            show_progress="minimal",
            concurrency_limit=CONCURRENCY,
            api_visibility="private",
        )
    picture.refused(refuse, None, outputs, show_progress="hidden", api_visibility="private")


def read_drawn_number(recognizer: Recognizer, drawing: str | None) -> Outputs:
    """The answer to a drawing and the boxes over it, or the sentence for a drawing that cannot be used."""
    try:
        content = decode_drawing(drawing, WIDE)
        if content is None:
            return said_html(NOTHING_WRITTEN), ""
        picture = load_picture(content, WIDE.width)
        check_marks(picture)
        number = recognizer.read(picture)
    except PictureError as error:
        return said_html(str(error), "error"), ""
    size = WIDE.width, WIDE.height
    return number_html(number, size), marks_html(number, size)


def read_given_number(recognizer: Recognizer, source: PictureSource | None) -> Outputs:
    """The answer to a picture and the picture with its boxes, or the sentence for a file that is not a picture."""
    if source is None:
        return said_html(NOTHING_GIVEN), ""
    try:
        number = recognizer.read(source)
        size, picture = picture_size(source), load_picture(source, SHOWN_SIDE)
    except PictureError as error:
        return said_html(said_of(error, source), "error"), ""
    return number_html(number, size), picture_html(number, size, picture)
