"""What is a repository's name, and what is a folder's."""

from __future__ import annotations

import pytest

from digit.errors import SettingsError
from digit.hub.names import HubName, hub_name
from digit.recognizer import load_recognizer


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("someone/digit", HubName("someone/digit")),
        ("some-one/digit_2.0", HubName("some-one/digit_2.0")),
        ("someone/digit@v1.0", HubName("someone/digit", "v1.0")),
        ("someone/digit@refs/pr/3", HubName("someone/digit", "refs/pr/3")),
        ("./someone/digit", None),
        ("../digit", None),
        ("/someone/digit", None),
        ("a/b/c", None),
        ("digit", None),
        ("someone/digit@", None),
        ("someone/digit@../../x", None),
        ("someone\\digit", None),
    ],
)
def test_user_and_name_and_perhaps_a_revision(text: str, name: HubName | None) -> None:
    assert hub_name(text) == name
    assert name is None or str(name) == text


def test_a_revision_needs_a_repository() -> None:
    with pytest.raises(SettingsError, match="revision is for a repository on the Hub"):
        load_recognizer(revision="v1.0")
    with pytest.raises(SettingsError, match="One revision is expected; received someone/digit@v1 and revision='v2'"):
        load_recognizer("someone/digit@v1", revision="v2")
