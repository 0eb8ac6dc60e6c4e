"""The log of a server stays short and readable."""

from __future__ import annotations

import io
import logging

import pytest

from digit.process import logs
from digit.process.logs import MOST, Seldom, escape_controls


def record(number: int) -> logging.LogRecord:
    return logging.LogRecord("asyncio", logging.ERROR, "", 0, "message %d", (number,), None)


def test_a_flood_of_messages_is_cut_off_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(logs.time, "monotonic", lambda: now)
    seldom = Seldom()
    records = [record(number) for number in range(1000)]
    passed = [one.getMessage() for one in records if seldom.filter(one)]
    assert passed[:2] == ["message 0", "message 1"]
    assert passed[-1] == f"message {MOST - 1} (Further messages are left out for a minute.)"
    assert len(passed) == MOST
    now += logs.SECONDS
    assert seldom.filter(record(0)), "a minute later"


def test_control_characters_are_escaped() -> None:
    stream = io.StringIO()
    escape_controls(stream)
    print("seven.png: \x1b]0;title\x07\x9b2J\u202e\rok äß 七\t.", file=stream)
    assert stream.getvalue() == "seven.png: \\x1b]0;title\\x07\\x9b2J\\u202e\\rok äß 七\t.\n"
