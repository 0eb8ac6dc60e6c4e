"""The drawing paper: the component, and the check of what it sends.

Its value is a PNG data URL that the browser makes, so it is checked before anything decodes it: a drawing, or a digit
image that was laid on the paper and not yet drawn on. Knows nothing of how either is read.
"""

from __future__ import annotations

import base64
import binascii
import struct

import cv2
import gradio as gr
import numpy as np
from numpy.typing import NDArray

from digit.errors import PictureError
from digit.imaging import DIGIT_SIZE
from digit.ui.front import front

SIDE = 280
"""Side of the picture that the paper sends, in pixels."""

_PREFIX = "data:image/png;base64,"
_PEN_DOWN_PREFIX = "data:image/png;pen=down;base64,"
"""Of the pictures that the paper sends while a stroke is being drawn."""
_DIGIT_IMAGE_PREFIX = "data:image/png;digit=image;base64,"
"""Of a digit image that was laid on the paper: dark ink on white, and nothing drawn on it."""
_LONGEST = 400_000
"""A 280x280 picture of noise takes 315,000 characters, a drawing about 8,000."""
_PNG_HEADER = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def drawing_paper() -> gr.HTML:
    """The paper with its tools; its value is "" or a data URL for `decode_drawing`, its event is `input`."""
    return gr.HTML(
        html_template=front("canvas.html"),
        css_template=front("canvas.css"),
        js_on_load=front("canvas.js"),
        apply_default_css=False,
        elem_id="paper",
    )


def decode_drawing(value: str | None) -> bytes | None:
    """The PNG file inside the paper's value; None when nothing is drawn.

    Raises:
        PictureError: it is not what the paper sends: another type, too long, not base64, or another size.
    """
    if not value:
        return None
    return _png(value, (_PREFIX, _PEN_DOWN_PREFIX), SIDE)


def is_digit_image(value: str | None) -> bool:
    """Whether a digit image lies on the paper, as it was laid there."""
    return isinstance(value, str) and value.startswith(_DIGIT_IMAGE_PREFIX)


def decode_digit_image(value: str) -> NDArray[np.float32]:
    """The digit image inside the paper's value, float32 of shape (28, 28) with ink = 1.

    Raises:
        PictureError: it is not what the paper sends.
    """
    content = _png(value, (_DIGIT_IMAGE_PREFIX,), DIGIT_SIZE)
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise PictureError("A digit image should be a PNG picture, and this one is damaged.")
    ink: NDArray[np.float32] = (255 - pixels).astype(np.float32) / np.float32(255)
    return ink


def pen_is_down(value: str | None) -> bool:
    """Whether the paper sent its value in the middle of a stroke."""
    return isinstance(value, str) and value.startswith(_PEN_DOWN_PREFIX)


def _png(value: str, prefixes: tuple[str, ...], side: int) -> bytes:
    """The PNG file of `side` times `side` pixels inside a data URL that starts as it should."""
    if not isinstance(value, str) or not value.startswith(prefixes):
        raise PictureError("A drawing should come as a PNG data URL, and something else came.")
    if len(value) > _LONGEST:
        raise PictureError(f"A drawing should take at most {_LONGEST:,} characters, and this one takes {len(value):,}.")
    try:
        content = base64.b64decode(value.partition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        raise PictureError("A drawing should be base64, and this one is not.") from None
    if not content.startswith(_PNG_HEADER) or len(content) < 24:
        raise PictureError("A drawing should be a PNG picture, and this one is not.")
    width, height = struct.unpack(">II", content[16:24])
    if (width, height) != (side, side):
        raise PictureError(f"A drawing should have {side}x{side} pixels, and this one has {width}x{height}.")
    return content
