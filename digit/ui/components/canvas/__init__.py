"""The drawing paper: the component, and the validation of its value.

The value is a PNG data URL made by the browser, so it is checked before it is decoded. It holds a drawing, or a digit
image that was put on the paper and not drawn on.
"""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import asdict, dataclass
from string import Template

import cv2
import gradio as gr
import numpy as np
from numpy.typing import NDArray

from digit.errors import PictureError
from digit.imaging import DIGIT_SIZE, Picture
from digit.imaging.contrast import MIN_CONTRAST
from digit.ui.resources import resource_text

CANVAS_SCRIPTS = tuple(f"components/canvas/{name}.js" for name in ("pen", "hand", "canvas"))
SIDE = 280
"""Side of the square paper's picture, in pixels."""


@dataclass(frozen=True)
class Paper:
    """A drawing paper.

    Attributes:
        name: id of the component.
        width, height: of its picture, in pixels.
        what: what to draw, in words.
        hint: text on the empty paper.
        brush, thinnest: initial and minimum pen width, in pixels of the picture.
        shape: CSS class.
    """

    name: str
    width: int
    height: int
    what: str
    hint: str
    brush: int
    thinnest: int
    shape: str


SQUARE = Paper("paper", SIDE, SIDE, "one digit", "Draw a digit, 0 to 9", brush=18, thinnest=6, shape="square")
WIDE = Paper("wide-paper", 640, 320, "a number", "Write a number", brush=11, thinnest=4, shape="wide")

_PREFIX = "data:image/png;base64,"
_PEN_DOWN_PREFIX = "data:image/png;pen=down;base64,"
"""Prefix of pictures sent during a stroke."""
_DIGIT_IMAGE_PREFIX = "data:image/png;digit=image;base64,"
"""Prefix of a digit image that was put on the paper: dark ink on white, nothing drawn on it."""
_CHARACTERS, _CHARACTERS_A_PIXEL = 1_000, 5
"""Limit of the value: a constant plus a number per pixel. Noise of 280x280 pixels takes 315,000 characters, a drawing
about 8,000."""
MAX_MARKS = 100
"""Separate marks on a paper. A number has some twenty; reading a hundred takes a second, and a thousand many."""
_PNG_HEADER = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def drawing_paper(paper: Paper = SQUARE) -> gr.HTML:
    """The paper with its tools. Its value is "" or a data URL for `decode_drawing`; its event is `input`."""
    return gr.HTML(
        html_template=Template(resource_text("components/canvas/canvas.html")).substitute(asdict(paper)),
        css_template=resource_text("components/canvas/canvas.css"),
        js_on_load="\n".join(resource_text(name) for name in CANVAS_SCRIPTS),
        apply_default_css=False,
        elem_id=paper.name,
    )


def decode_drawing(value: str | None, paper: Paper = SQUARE) -> bytes | None:
    """The PNG file in the paper's value; None for an empty paper.

    Raises:
        PictureError: not a value of the paper: another type, too long, not base64, or another size.
    """
    if not value:
        return None
    return _png(value, (_PREFIX, _PEN_DOWN_PREFIX), (paper.width, paper.height))


def is_digit_image(value: str | None) -> bool:
    """Whether the paper holds an unchanged digit image."""
    return isinstance(value, str) and value.startswith(_DIGIT_IMAGE_PREFIX)


def decode_digit_image(value: str) -> NDArray[np.float32]:
    """The digit image in the paper's value, float32 of shape (28, 28) with ink = 1.

    Raises:
        PictureError: not a value of the paper.
    """
    content = _png(value, (_DIGIT_IMAGE_PREFIX,), (DIGIT_SIZE, DIGIT_SIZE))
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise PictureError("Expected a digit image as PNG, got a damaged file.")
    ink: NDArray[np.float32] = (255 - pixels).astype(np.float32) / np.float32(255)
    return ink


def check_marks(picture: Picture) -> None:
    """Check that a drawing, uint8 of shape (H, W, 3), is no more than a number can be.

    Raises:
        PictureError: it has more than `MAX_MARKS` marks, or gaps.
    """
    paper = np.median(picture.reshape(-1, 3), axis=0)
    marks = (np.abs(picture - paper).max(axis=2) > MIN_CONTRAST).astype(np.uint8)
    if max(cv2.connectedComponents(area)[0] for area in (marks, 1 - marks)) - 1 > MAX_MARKS:
        raise PictureError(f"There are too many marks on the paper: up to {MAX_MARKS} can be read. Clear it, please.")


def pen_is_down(value: str | None) -> bool:
    """Whether the value was sent during a stroke."""
    return isinstance(value, str) and value.startswith(_PEN_DOWN_PREFIX)


def _png(value: str, prefixes: tuple[str, ...], size: tuple[int, int]) -> bytes:
    """The PNG file of `size` (width and height in pixels) in a data URL with one of the prefixes."""
    if not isinstance(value, str) or not value.startswith(prefixes):
        raise PictureError("Expected a drawing as a PNG data URL.")
    longest = _CHARACTERS + round(_CHARACTERS_A_PIXEL * size[0] * size[1])
    if len(value) > longest:
        raise PictureError(f"Expected a drawing of at most {longest:,} characters, got {len(value):,}.")
    try:
        content = base64.b64decode(value.partition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        raise PictureError("Expected a drawing in base64.") from None
    if not content.startswith(_PNG_HEADER) or len(content) < 24:
        raise PictureError("Expected a drawing as a PNG picture.")
    width, height = struct.unpack(">II", content[16:24])
    if (width, height) != size:
        raise PictureError(f"Expected a drawing of {size[0]}x{size[1]} pixels, got {width}x{height}.")
    return content
