"""What runs in the browser: HTML, CSS and JavaScript, each in a file of its own, read when the page is built."""

from __future__ import annotations

from importlib.resources import files


def front(name: str) -> str:
    """The text of one file of this folder."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
