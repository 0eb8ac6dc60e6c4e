"""The live camera: frames are sent one by one, and the answer follows the sheet that is held up.

The next frame is sent after the last was answered, so a visitor's frames never queue up. Frames without a sheet are
not read. Nothing is stored.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from string import Template
from typing import Any

import cv2
import gradio as gr

from digit.errors import PictureError
from digit.imaging import Picture, load_picture, preprocess
from digit.imaging.loading import picture_size
from digit.imaging.sheet import Sheet, cut_sheet
from digit.recognizer import Recognizer
from digit.ui.components.answer import answer_html, answer_panel, error_html, waiting_html
from digit.ui.components.number_answer import moving_number_html, said_html
from digit.ui.limits import TOO_LONG
from digit.ui.resources import resource_text
from digit.ui.workers import BusyError, Workers

_PREFIX = "data:image/jpeg;base64,"
_CHARACTERS_A_PIXEL = 2
"""Limit of the data URL; noise takes 1.2 characters per pixel, a sheet 0.1."""
_CUT_QUALITY = 95

Answer = dict[str, Any]
"""Answer to a frame: "answer" as HTML; "said", equal for equal answers; "boxes", a list of {"box": [x, y, w, h] in
shares of the frame, "digit", "doubtful"}; "busy", where the next frame had better come later."""


@dataclass(frozen=True)
class View:
    """What the camera looks for.

    Attributes:
        name: id of the component.
        width, height: of a frame, in pixels.
        what: what to hold up, in words.
        read: the answer for a sheet in a frame of (width, height) pixels.
        say: HTML of a sentence in the place of the answer.
        wrong: the same for an error.
    """

    name: str
    width: int
    height: int
    what: str
    read: Callable[[Recognizer, Sheet, View], Answer]
    say: Callable[[str], str]
    wrong: Callable[[str], str]

    @property
    def waiting(self) -> str:
        return f"Hold a sheet with {self.what} in front of the camera"


def live_camera(recognizer: Recognizer, view: View) -> gr.HTML:
    """The camera, hidden until the event "camera" of its tab, which must also hold `live_answer`."""
    workers = Workers(view.name)  # these calls go past Gradio's queue

    async def read(frame: object) -> Answer:
        try:
            return await workers.run(read_frame, recognizer, view, frame)
        except BusyError as error:
            return _said(view.wrong(str(error)), str(error)) | {"busy": True}
        except TimeoutError:
            return _said(view.wrong(TOO_LONG), TOO_LONG)

    async def cut(frame: object) -> str | None:
        try:
            return await workers.run(cut_frame, view, frame)
        except (BusyError, TimeoutError):  # all that is on show is taken
            return None

    return gr.HTML(
        html_template=Template(resource_text("components/camera/camera.html")).substitute(
            width=view.width, height=view.height
        ),
        css_template=resource_text("components/camera/camera.css"),
        js_on_load=resource_text("components/camera/camera.js"),
        server_functions=[read, cut],
        apply_default_css=False,
        elem_id=view.name,
        elem_classes="camera-place",
    )


def live_answer() -> gr.HTML:
    """The panel of the camera's answers, which replaces the other one while the camera is on."""
    return answer_panel("", "live-answer")


def read_frame(recognizer: Recognizer, view: View, frame: object) -> Answer:
    """The answer to one frame, or the sentence for a frame that cannot be used."""
    try:
        sheet = cut_sheet(decode_frame(frame, view))
        if sheet is None:
            return _said(view.say(view.waiting), view.waiting)
        return view.read(recognizer, sheet, view)
    except PictureError as error:
        return _said(view.wrong(str(error)), str(error))


def cut_frame(view: View, frame: object) -> str | None:
    """The sheet in a frame as a JPEG data URL, for "Take the picture"; None if there is no sheet."""
    try:
        sheet = cut_sheet(decode_frame(frame, view))
    except PictureError:
        return None
    if sheet is None:
        return None
    pixels = cv2.cvtColor(sheet.picture, cv2.COLOR_RGB2BGR)
    content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _CUT_QUALITY])[1]
    return _PREFIX + base64.b64encode(content.tobytes()).decode("ascii")


def decode_frame(frame: object, view: View) -> Picture:
    """The picture inside a JPEG data URL, uint8 of shape (view.height, view.width, 3), RGB.

    Raises:
        PictureError: not a frame of the page: another type, too long, not base64, damaged, or another size.
    """
    if not isinstance(frame, str) or not frame.startswith(_PREFIX):
        raise PictureError("Expected a frame as a JPEG data URL.")
    longest = _CHARACTERS_A_PIXEL * view.width * view.height
    if len(frame) > longest:
        raise PictureError(f"Expected a frame of at most {longest:,} characters, got {len(frame):,}.")
    try:
        content = base64.b64decode(frame[len(_PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        raise PictureError("Expected a frame in base64.") from None
    size = picture_size(content)
    if size != (view.width, view.height):
        raise PictureError(f"Expected a frame of {view.width}x{view.height} pixels, got {size[0]}x{size[1]}.")
    return load_picture(content, max(size))


def _read_digit(recognizer: Recognizer, sheet: Sheet, view: View) -> Answer:
    steps = preprocess(sheet.picture)
    prediction = recognizer.predict_steps(steps)
    empty = prediction.verdict == "empty"
    boxes = []
    if steps.box is not None and prediction.digit is not None:
        scale = sheet.picture.shape[1] / steps.ink.shape[1]
        x, y, w, h = (side * scale for side in steps.box)
        doubtful = prediction.verdict == "unsure"
        boxes.append(_box((x, y, w, h), sheet, view, prediction.digit, doubtful))
    said = view.waiting if empty else prediction.sentence
    return {"answer": answer_html(prediction, view.waiting), "said": said, "boxes": boxes}


def _read_number(recognizer: Recognizer, sheet: Sheet, view: View) -> Answer:
    number = recognizer.read(sheet.picture)
    boxes = [_box(digit.box, sheet, view, digit.digit, digit.doubtful) for digit in number.digits]
    return {"answer": moving_number_html(number), "said": number.text or number.sentence, "boxes": boxes}


def _box(box: tuple[float, float, float, float], sheet: Sheet, view: View, digit: int, doubtful: bool) -> Answer:
    x, y, w, h = box
    left, top = sheet.box[:2]
    shares = (left + x) / view.width, (top + y) / view.height, w / view.width, h / view.height
    return {"box": [round(share, 4) for share in shares], "digit": digit, "doubtful": doubtful}


def _said(html: str, sentence: str) -> Answer:
    return {"answer": html, "said": sentence, "boxes": []}


DIGIT = View("camera", 640, 480, "one digit", _read_digit, waiting_html, error_html)
NUMBER = View("number-camera", 960, 540, "a number", _read_number, said_html, lambda said: said_html(said, "error"))
