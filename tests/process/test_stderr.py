"""Tests of digit.process.stderr."""

from __future__ import annotations

import os

import pytest

from digit.process.stderr import without_native_chatter


def test_nothing_written_to_standard_error_arrives_meanwhile_and_everything_after(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """What native code writes to the file descriptor is lost inside, and not outside."""
    with without_native_chatter():
        os.write(2, b"a remark")
    os.write(2, b"an error")
    assert capfd.readouterr().err == "an error"


def test_exceptions_arrive(capfd: pytest.CaptureFixture[str]) -> None:
    """A failure is raised as ever, and standard error is back."""
    with pytest.raises(ImportError), without_native_chatter():
        raise ImportError
    os.write(2, b"here")
    assert capfd.readouterr().err == "here"
