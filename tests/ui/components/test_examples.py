"""Only examples can be asked for by name."""

from __future__ import annotations

from digit.ui.components.examples import example_path
from digit.ui.tabs.upload import EXAMPLES


def test_only_examples_can_be_asked_for_by_name() -> None:
    assert example_path("../../app.py", EXAMPLES) is None
    assert example_path(None, EXAMPLES) is None
    assert example_path("drawing-3.png", EXAMPLES) == EXAMPLES / "drawing-3.png"
