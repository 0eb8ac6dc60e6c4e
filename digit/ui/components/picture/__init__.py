"""Input for a picture file: chosen, dropped, pasted or taken with the camera.

The file reaches `digit.imaging` unchanged. gr.Image would decode and re-encode it, and would show its own message for a
file that it cannot decode.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import Template

import gradio as gr

from digit.errors import DigitError
from digit.ui.gradio_patches import takes_file
from digit.ui.limits import LARGEST_MB
from digit.ui.resources import resource_text

AWAY = "The server does not answer. This picture is kept here and read as soon as the server is back."
REFUSALS = {
    "large": f"This file is larger than {LARGEST_MB} MB, the largest size that can be read here.",
    "camera": "The camera cannot be used: permission was denied.",
    "no-camera": "No camera was found on this device.",
    "camera-busy": "The camera cannot be used: another program is using it.",
    "insecure": "The camera works only on pages served over HTTPS.",
}


def picture_input(say: Callable[[str], str], name: str = "picture", many: bool = False) -> gr.HTML:
    """Input for one file of any type; the event handler gets its path.

    The file waits in the browser while the server does not answer.

    Args:
        say: HTML of an error in the place of the answer.
        name: id of the component.
        many: several files given at once become a DOM event `many` with the files, and none of them is sent.
    """
    words = {
        "invite": "one or many pictures" if many else "a picture",
        "choose": "Choose files" if many else "Choose a file",
        "multiple": "multiple" if many else "",
        "away": say(AWAY),
    }
    component = gr.HTML(
        html_template=Template(resource_text("components/picture/picture.html")).substitute(words),
        css_template=resource_text("components/picture/picture.css"),
        js_on_load=resource_text("components/picture/picture.js").replace("LARGEST_MB", str(LARGEST_MB)),
        apply_default_css=False,
        elem_id=name,
    )
    return takes_file(component)


def said_of(error: DigitError, source: object) -> str:
    """The sentence for a picture that cannot be read, with its file's name in the place of the path on the server."""
    if not isinstance(source, str | Path):
        return str(error)
    return str(error).replace(str(source), Path(source).name)


def refusal(event: gr.EventData) -> str:
    """The sentence for a file that the browser did not send, by the reason in its event `refused`."""
    try:
        reason = event.reason
    except (AttributeError, TypeError):  # the data come from a browser
        reason = None
    return REFUSALS.get(str(reason), "The file could not be sent. Please try again.")
