"""A part that fails says what is missing and how to make it, and nothing else fails."""

from __future__ import annotations

import pytest

from digit.errors import ArtifactError
from digit.ui.evaluation.parts import part


@pytest.mark.parametrize(
    "error", [ArtifactError("x.npz is <gone>."), KeyError("x"), ValueError("x"), ZeroDivisionError()]
)
def test_an_error_becomes_a_sentence(error: Exception) -> None:
    def fail() -> str:
        raise error

    html = part(fail, "python train.py --explore")
    assert html.startswith('<p class="missing">')
    assert "<code>python train.py --explore</code>" in html
    assert "<gone>" not in html


def test_what_works_is_passed_on() -> None:
    assert part(lambda: "<b>fine</b>") == "<b>fine</b>"
