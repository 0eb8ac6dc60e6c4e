"""The Upload tab: a file, a pasted picture, the camera or an example; the answer and the steps on the way to it.

The file goes to `digit.imaging` as it came. gr.Image would decode and re-encode it first, and would answer for what it
cannot decode with a message of its own, so the component is one of ours over Gradio's upload.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from digit.artifact import ASSETS
from digit.errors import PictureError
from digit.feedback.store import FeedbackStore
from digit.imaging import PictureSource, load_picture, preprocess
from digit.imaging.pixels import shrink
from digit.process.limits import MAX_BYTES
from digit.recognizer import Recognizer
from digit.ui.components.answer import answer_options, answer_panel, error_html, preview_html, steps_html, waiting_html
from digit.ui.components.camera import DIGIT, live_answer, live_camera
from digit.ui.components.feedback import Answered, picture_feedback
from digit.ui.components.pictures import picture_tag
from digit.ui.components.why import answer_with_reason
from digit.ui.files import front

EXAMPLES = ASSETS / "examples"
LARGEST_MB = MAX_BYTES // 1_000_000
"""Largest file that the page sends."""
CONCURRENCY = 4
THUMBNAIL_SIDE = 112

NOTHING_GIVEN = "No picture yet"
NOTHING_WRITTEN = "Nothing written was found in this picture"

Outputs = tuple[str, str, str, Answered | None]
"""Answer, picture and steps as HTML, and what was answered, for when its reason is asked for or it is corrected."""


def picture_input(name: str = "picture", many: bool = False) -> gr.HTML:
    """Takes one file, whatever it is, and hands its path to the handler; Gradio checks that it is an upload.

    With `many`, several files given at once become a DOM event `many` with the files, and none of them is sent. The two
    attributes are set on the object, since Gradio writes a .pyi file beside every subclass of a component.
    """
    words = {
        "invite": "one or many pictures" if many else "a picture",
        "choose": "Choose files" if many else "Choose a file",
        "multiple": "multiple" if many else "",
    }
    component = gr.HTML(
        html_template=Template(front("components/picture/picture.html")).substitute(words),
        css_template=front("components/picture/picture.css"),
        js_on_load=front("components/picture/picture.js").replace("LARGEST_MB", str(LARGEST_MB)),
        apply_default_css=False,
        elem_id=name,
    )
    component.data_model = FileData
    component.preprocess = _path  # type: ignore[method-assign, assignment]
    return component


def _path(payload: FileData | None) -> str | None:
    return None if payload is None else payload.path


def upload_tab(recognizer: Recognizer, store: FeedbackStore | None = None) -> None:
    """Put the tab's components and events into the open Blocks; with a store, answers can be corrected."""

    def read(path: str | None, why: bool) -> Outputs:
        return read_picture(recognizer, path, why)

    def read_example(name: str | None, why: bool) -> Outputs:
        return read_picture(recognizer, example_path(name), why)

    def refuse(event: gr.EventData) -> Outputs:
        return error_html(refusal(event._data)), "", "", None

    def answer_again(answered: Answered | None, why: bool) -> Any:
        if answered is None:
            return gr.skip()
        return answer_with_reason(recognizer, answered.prediction, why, NOTHING_WRITTEN)

    latest = gr.State(None)
    with gr.Row(elem_classes="workbench"):
        with gr.Column(elem_classes="giving"):
            with gr.Column(elem_classes="stack"):
                picture = picture_input()
                preview = gr.HTML("", apply_default_css=False, elem_id="preview")
            live_camera(recognizer, DIGIT)
            examples = example_shelf()
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
    """The answer, the picture and the steps as HTML; a file that is no picture gives its sentence."""
    if source is None:
        return waiting_html(NOTHING_GIVEN), "", "", None
    try:
        steps = preprocess(source)
    except PictureError as error:
        return error_html(str(error)), "", "", None
    prediction = recognizer.predict_steps(steps)
    answer = answer_with_reason(recognizer, prediction, why, NOTHING_WRITTEN)
    return answer, preview_html(steps), steps_html(steps), Answered(source, prediction)


def refusal(data: Any) -> str:
    """The sentence for a file that the browser did not send, by what it says of it."""
    reason = data.get("reason") if isinstance(data, dict) else None
    return {
        "large": f"This file is larger than {LARGEST_MB} MB, the most that can be read here.",
        "camera": "The camera cannot be used: the browser or its owner did not allow it.",
        "no-camera": "No camera was found on this device.",
        "camera-busy": "The camera cannot be used: another program is using it.",
        "insecure": "The camera can be used only where the page comes over HTTPS.",
    }.get(str(reason), "The file could not be sent: try it again.")


def example_shelf(folder: Path = EXAMPLES, name: str = "examples", side: int = THUMBNAIL_SIDE) -> gr.HTML:
    """The examples as a row of small pictures; its value is the name of the one that was clicked.

    Args:
        folder: where the pictures are.
        name: id of the component.
        side: longer side of the small pictures, in pixels.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".png", ".jpg"})
    items = "".join(
        f'<button type="button" data-name="{path.name}" title="Read this example">{_thumbnail(path, side)}</button>'
        for path in paths
    )
    return gr.HTML(
        html_template=f'<h2>Or try one of these</h2><div class="shelf">{items}</div>',
        js_on_load=front("tabs/examples.js"),
        apply_default_css=False,
        elem_id=name,
        visible=bool(paths),
    )


def example_path(name: str | None, folder: Path = EXAMPLES) -> Path | None:
    """The file of an example; None for any other name, since the name comes from a browser."""
    return next((path for path in folder.iterdir() if path.name == name), None)


@lru_cache
def _thumbnail(path: Path, side: int) -> str:
    return picture_tag(shrink(load_picture(path), side), alt=path.stem.replace("-", " "))
