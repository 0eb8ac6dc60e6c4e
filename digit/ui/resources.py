"""The page's HTML, CSS and JavaScript files, which lie beside the Python modules that use them."""

from __future__ import annotations

from importlib.resources import files


def resource_text(path: str) -> str:
    """Text of a file below `digit/ui`, such as "components/canvas/canvas.js"."""
    return files("digit.ui").joinpath(path).read_text(encoding="utf-8")
