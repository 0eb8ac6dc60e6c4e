"""Arrays as `<img>` elements with data URLs: PNG, or JPEG for photos. Nothing is stored on the server."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

import cv2
from numpy.typing import NDArray

JPEG_QUALITY = 88


def picture_tag(image: NDArray[Any], alt: str, pixelated: bool = False, photo: bool = False) -> str:
    """An `<img>` of a picture.

    Args:
        image: uint8 of shape (H, W) or, as RGB, (H, W, 3).
        alt: text alternative.
        pixelated: show pixels as squares when enlarged.
        photo: write a JPEG, a tenth of the size.
    """
    style = ' class="pixelated"' if pixelated else ""
    return f'<img{style} src="{data_url(image, photo)}" alt="{escape(alt)}">'


def data_url(image: NDArray[Any], photo: bool = False) -> str:
    """The data URL of a picture; its arguments are those of `picture_tag`."""
    pixels = cv2.cvtColor(image, cv2.COLOR_RGB2BGR) if image.ndim == 3 else image
    kind = "jpeg" if photo else "png"
    written, content = cv2.imencode(f".{kind}", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if photo else [])
    if not written:
        raise ValueError(
            f"A picture of shape {image.shape} and type {image.dtype} cannot be written as {kind.upper()}."
        )
    return f"data:image/{kind};base64," + base64.b64encode(content.tobytes()).decode("ascii")
