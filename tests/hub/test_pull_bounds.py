"""A pull ends: it takes no more than so many bytes and seconds, whatever the Hub does."""

from __future__ import annotations

import re

import pytest

from digit.errors import HubError
from digit.hub import pull as module
from digit.hub.names import HubName
from digit.hub.pull import pull
from digit.hub.push import Pushed
from tests.hub.conftest import REPO

NAME = HubName(REPO)


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [
        ("MAX_PULL_BYTES", 100_000, "The Hub delivers too much: a model may have up to 0 MB."),
        ("LATEST_SECONDS", -1.0, "The Hub did not deliver the model within -1 seconds."),
    ],
)
def test_a_pull_is_bounded(
    pushed: Pushed, monkeypatch: pytest.MonkeyPatch, limit: str, value: float, sentence: str
) -> None:
    """In bytes, whatever the Hub says a file has, and in time, so that none goes on for ever."""
    monkeypatch.setattr(module, limit, value)
    with pytest.raises(HubError, match=re.escape(sentence)):
        pull(NAME)
