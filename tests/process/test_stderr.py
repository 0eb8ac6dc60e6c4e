"""Tests of digit.process.stderr."""

from __future__ import annotations

import os

import pytest

from digit.process.stderr import silenced_stderr


def test_nothing_written_to_standard_error_arrives_meanwhile_and_everything_after(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """What native code writes to the file descriptor is lost inside, and not outside."""
    with silenced_stderr():
        os.write(2, b"a remark")
    os.write(2, b"an error")
    assert capfd.readouterr().err == "an error"


def test_exceptions_arrive(capfd: pytest.CaptureFixture[str]) -> None:
    """A failure is raised as ever, and standard error is back."""
    with pytest.raises(ImportError), silenced_stderr():
        raise ImportError
    os.write(2, b"here")
    assert capfd.readouterr().err == "here"
