"""The line under an answer that says where drawings are read, in the browser or on the server, with the switch."""

from __future__ import annotations

from string import Template

import gradio as gr

from digit.ui.resources import resource_text


def source_line(available: bool) -> None:
    """Add the line to the open Blocks.

    Args:
        available: whether the browser can read drawings; otherwise the line is hidden.
    """
    gr.HTML(
        html_template=source_html(available),
        js_on_load=resource_text("components/source/source.js"),
        apply_default_css=False,
    )


def source_html(available: bool, *, server: bool = True) -> str:
    """The line itself; without a server it has no switch."""
    template = Template(resource_text("components/source/source.html"))
    return template.substitute(hidden="" if available else "hidden", places="" if server else "hidden")
