"""The Number tab: a number written on wide paper or given as pictures; its digits large, with a box around each.

Only one of the two inputs is shown at a time. Each has its own answer, so that switching loses nothing.
"""

from __future__ import annotations

import gradio as gr

from digit.artifact import READER_TFLITE
from digit.errors import PictureError
from digit.imaging import PictureSource, load_picture
from digit.imaging.loading import picture_size
from digit.recognizer import Recognizer
from digit.ui.components.answer import answer_panel
from digit.ui.components.camera import NUMBER, live_answer, live_camera
from digit.ui.components.canvas import WIDE, check_marks, decode_drawing, drawing_paper
from digit.ui.components.examples import example_path, example_shelf
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

Outputs = tuple[str, str]
"""The answer and the picture with its boxes as HTML; for a drawing, only the boxes."""


def number_tab(recognizer: Recognizer) -> None:
    """Add the tab's components and events to the open Blocks."""

    def read_drawn(drawing: str | None) -> Outputs:
        return read_drawn_number(recognizer, drawing)

    def read_given(path: str | None) -> Outputs:
        return read_given_number(recognizer, path)

    def read_example(name: str | None) -> Outputs:
        return read_given_number(recognizer, example_path(name, NUMBER_EXAMPLES))

    def refuse(event: gr.EventData) -> Outputs:
        return said_html(refusal(event), "error"), ""

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
    batch_table(recognizer)
    gr.HTML(limits_html(recognizer), apply_default_css=False, elem_id="number-limits")
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
    for given, read in ((picture, read_given), (examples, read_example)):
        given.input(
            read,
            given,
            [given_answer, preview],
            trigger_mode="always_last",
            show_progress="minimal",
            concurrency_limit=CONCURRENCY,
            api_visibility="private",
        )
    picture.refused(refuse, None, [given_answer, preview], show_progress="hidden", api_visibility="private")


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


def limits_html(recognizer: Recognizer) -> str:
    """What reading numbers can and cannot do, in words."""
    touching = "Touching digits are separated where a gap can be guessed; overlapping ones often are not."
    if (recognizer.artifact.path / READER_TFLITE).is_file():
        touching = "Digits may touch or overlap a little; the more they overlap, the more often one is missed."
    return (
        "<h2>What it reads</h2><p>Digits, row by row, on plain, lined or squared paper; rows may slant by ten degrees. "
        "Dots, commas and dashes are skipped, so a date gives only its digits; a slash can be taken for a 1. "
        f"{touching} Letters are skipped when they are recognized as such. A dashed box with a question mark marks a "
        f"doubtful digit. Up to {LARGEST_MB} MB per picture.</p>"
    )
