"""The drawing paper: the component, and the check of what it sends.

Its value is a PNG data URL that the browser makes, so it is checked before anything decodes it. Knows nothing of how
the picture is read.
"""

from __future__ import annotations

import base64
import binascii
import struct

import gradio as gr

from digit.errors import PictureError
from digit.ui.front import front

SIDE = 280
"""Side of the picture that the paper sends, in pixels."""

_PREFIX = "data:image/png;base64,"
_PEN_DOWN_PREFIX = "data:image/png;pen=down;base64,"
"""Of the pictures that the paper sends while a stroke is being drawn."""
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
    if not isinstance(value, str) or not value.startswith((_PREFIX, _PEN_DOWN_PREFIX)):
        raise PictureError("A drawing should come as a PNG data URL, and something else came.")
    if len(value) > _LONGEST:
        raise PictureError(f"A drawing should take at most {_LONGEST:,} characters, and this one takes {len(value):,}.")
    try:
        content = base64.b64decode(value.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        raise PictureError("A drawing should be base64, and this one is not.") from None
    if not content.startswith(_PNG_HEADER) or len(content) < 24:
        raise PictureError("A drawing should be a PNG picture, and this one is not.")
    width, height = struct.unpack(">II", content[16:24])
    if (width, height) != (SIDE, SIDE):
        raise PictureError(f"A drawing should have {SIDE}x{SIDE} pixels, and this one has {width}x{height}.")
    return content


def pen_is_down(value: str | None) -> bool:
    """Whether the paper sent its value in the middle of a stroke."""
    return isinstance(value, str) and value.startswith(_PEN_DOWN_PREFIX)
