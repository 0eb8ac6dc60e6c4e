"""Arrays as `<img>` elements: lossless PNG inside a data URL, nothing stored on the server."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

import cv2
from numpy.typing import NDArray


def picture_tag(image: NDArray[Any], alt: str, pixelated: bool = False) -> str:
    """An `<img>` of a picture.

    Args:
        image: uint8 of shape (H, W) or, as RGB, (H, W, 3).
        alt: what it shows, for those who do not see it.
        pixelated: show the pixels as squares when it is enlarged.
    """
    pixels = cv2.cvtColor(image, cv2.COLOR_RGB2BGR) if image.ndim == 3 else image
    written, content = cv2.imencode(".png", pixels)
    if not written:
        raise ValueError(f"A picture of shape {image.shape} and type {image.dtype} cannot be written as PNG.")
    url = "data:image/png;base64," + base64.b64encode(content.tobytes()).decode("ascii")
    style = ' class="pixelated"' if pixelated else ""
    return f'<img{style} src="{url}" alt="{escape(alt)}">'
