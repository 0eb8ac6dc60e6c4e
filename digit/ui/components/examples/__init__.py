"""Example pictures to try, as a row of thumbnails."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import gradio as gr

from digit.imaging import load_picture
from digit.imaging.pixels import shrink
from digit.ui.components.image_element import picture_tag
from digit.ui.resources import resource_text


def example_shelf(folder: Path, name: str, side: int) -> gr.HTML:
    """The examples; the component's value is the name of the one that was clicked.

    Args:
        folder: holds the pictures.
        name: id of the component.
        side: longer side of the thumbnails, in pixels.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".png", ".jpg"})
    items = "".join(
        f'<button type="button" data-name="{path.name}" title="Read this example">{_thumbnail(path, side)}</button>'
        for path in paths
    )
    return gr.HTML(
        html_template=f'<h2>Or try one of these</h2><div class="shelf">{items}</div>',
        js_on_load=resource_text("components/examples/examples.js"),
        apply_default_css=False,
        elem_id=name,
        visible=bool(paths),
    )


def example_path(name: str | None, folder: Path) -> Path | None:
    """The file of an example; None for any other name, because the name comes from a browser."""
    return next((path for path in folder.iterdir() if path.name == name), None)


@lru_cache
def _thumbnail(path: Path, side: int) -> str:
    return picture_tag(shrink(load_picture(path), side), alt=path.stem.replace("-", " "))
