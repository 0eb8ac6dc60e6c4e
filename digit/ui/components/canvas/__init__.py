"""The drawing paper: the component, and the check of what it sends.

Its value is a PNG data URL that the browser makes, so it is checked before anything decodes it: a drawing, or a digit
image that was laid on the paper and not yet drawn on. Knows nothing of how either is read.
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
from digit.imaging import DIGIT_SIZE
from digit.ui.resources import resource_text

SIDE = 280
"""Side of the picture that the square paper sends, in pixels."""


@dataclass(frozen=True)
class Paper:
    """A drawing paper.

    Attributes:
        name: id of the component.
        width, height: of the picture that it sends, in pixels.
        what: what is to be drawn, in words.
        hint: stands on the paper while it is empty.
        brush, thinnest: width of the pen at first and at least, in pixels of the picture.
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
"""Of the pictures that the paper sends while a stroke is being drawn."""
_DIGIT_IMAGE_PREFIX = "data:image/png;digit=image;base64,"
"""Of a digit image that was laid on the paper: dark ink on white, and nothing drawn on it."""
_CHARACTERS, _CHARACTERS_A_PIXEL = 1_000, 5
"""At most so many, and so many for each pixel: a 280x280 picture of noise takes 315,000, a drawing about 8,000."""
_PNG_HEADER = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def drawing_paper(paper: Paper = SQUARE) -> gr.HTML:
    """The paper with its tools; its value is "" or a data URL for `decode_drawing`, its event is `input`."""
    return gr.HTML(
        html_template=Template(resource_text("components/canvas/canvas.html")).substitute(asdict(paper)),
        css_template=resource_text("components/canvas/canvas.css"),
        js_on_load=resource_text("components/canvas/canvas.js"),
        apply_default_css=False,
        elem_id=paper.name,
    )


def decode_drawing(value: str | None, paper: Paper = SQUARE) -> bytes | None:
    """The PNG file inside the paper's value; None when nothing is drawn.

    Raises:
        PictureError: it is not what the paper sends: another type, too long, not base64, or another size.
    """
    if not value:
        return None
    return _png(value, (_PREFIX, _PEN_DOWN_PREFIX), (paper.width, paper.height))


def is_digit_image(value: str | None) -> bool:
    """Whether a digit image lies on the paper, as it was laid there."""
    return isinstance(value, str) and value.startswith(_DIGIT_IMAGE_PREFIX)


def decode_digit_image(value: str) -> NDArray[np.float32]:
    """The digit image inside the paper's value, float32 of shape (28, 28) with ink = 1.

    Raises:
        PictureError: it is not what the paper sends.
    """
    content = _png(value, (_DIGIT_IMAGE_PREFIX,), (DIGIT_SIZE, DIGIT_SIZE))
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise PictureError("A digit image should be a PNG picture, and this one is damaged.")
    ink: NDArray[np.float32] = (255 - pixels).astype(np.float32) / np.float32(255)
    return ink


def pen_is_down(value: str | None) -> bool:
    """Whether the paper sent its value in the middle of a stroke."""
    return isinstance(value, str) and value.startswith(_PEN_DOWN_PREFIX)


def _png(value: str, prefixes: tuple[str, ...], size: tuple[int, int]) -> bytes:
    """The PNG file of `size`, width and height in pixels, inside a data URL that starts as it should."""
    if not isinstance(value, str) or not value.startswith(prefixes):
        raise PictureError("A drawing should come as a PNG data URL, and something else came.")
    longest = _CHARACTERS + round(_CHARACTERS_A_PIXEL * size[0] * size[1])
    if len(value) > longest:
        raise PictureError(f"A drawing should take at most {longest:,} characters, and this one takes {len(value):,}.")
    try:
        content = base64.b64decode(value.partition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        raise PictureError("A drawing should be base64, and this one is not.") from None
    if not content.startswith(_PNG_HEADER) or len(content) < 24:
        raise PictureError("A drawing should be a PNG picture, and this one is not.")
    width, height = struct.unpack(">II", content[16:24])
    if (width, height) != size:
        raise PictureError(f"A drawing should have {size[0]}x{size[1]} pixels, and this one has {width}x{height}.")
    return content
