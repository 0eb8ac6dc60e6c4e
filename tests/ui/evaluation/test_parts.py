"""A part that fails shows a sentence, leaves a traceback in the log, and is not cached."""

from __future__ import annotations

import logging

import pytest

from digit.errors import ArtifactError
from digit.ui.evaluation.parts import FAILED, kept, part


def test_a_missing_file_becomes_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise ArtifactError("x.npz is <gone>.")

    html = part(fail, "python train.py explore")
    assert html == '<p class="missing">x.npz is &lt;gone&gt;. <code>python train.py explore</code> makes it.</p>'
    assert caplog.records == []


@pytest.mark.parametrize(
    "error", [KeyError("x"), TypeError("x"), AttributeError("x"), ValueError("x"), ZeroDivisionError()]
)
def test_any_other_error_is_logged_with_its_traceback(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise error

    with caplog.at_level(logging.ERROR):
        html = part(fail)
    assert "the server&#x27;s log has the details" in html
    assert FAILED.startswith("This part cannot be shown.")
    assert caplog.records[0].exc_info is not None
    assert caplog.records[0].exc_info[1] is error


def test_content_is_passed_on() -> None:
    assert part(lambda: "<b>fine</b>") == "<b>fine</b>"


def test_only_good_answers_are_cached() -> None:
    calls: list[str] = []

    def make(name: str) -> str:
        calls.append(name)

        def content() -> str:
            if len(calls) == 1:
                raise ArtifactError("Not there yet.")
            return f"<b>{name}</b>"

        return f"<div>{part(content)}</div>"

    answer = kept(make, 4)
    assert "Not there yet." in answer("a")
    assert [answer("a"), answer("a")] == ["<div><b>a</b></div>"] * 2
    assert calls == ["a", "a"]
