"""Names of repositories on the Hub: `user/repo`, `user/repo@revision`. Imports nothing of the Hub's client."""

from __future__ import annotations

import re
from typing import NamedTuple

from digit.errors import SettingsError

COMMIT_HASH = re.compile(r"[0-9a-f]{40}")
_NAME = re.compile(r"(?P<repo>[\w-][\w.-]*/[\w-][\w.-]*)(?:@(?P<revision>[\w][\w./-]*))?")


class HubName(NamedTuple):
    """A repository and one of its revisions; None is its newest."""

    repo: str
    revision: str | None = None

    def __str__(self) -> str:
        return self.repo if self.revision is None else f"{self.repo}@{self.revision}"


def hub_name(text: str) -> HubName | None:
    """`user/repo` or `user/repo@revision` in its parts; None for all that cannot be one, such as `./models/mine`."""
    found = _NAME.fullmatch(text)
    if found is None or ".." in text:
        return None
    return HubName(found["repo"], found["revision"])


def repository(text: str) -> str:
    """The name of a repository to write to.

    Raises:
        SettingsError: it is none.
    """
    name = hub_name(text)
    if name is None or name.revision is not None:
        raise SettingsError(f"A repository on the Hub is USER/NAME; received {text!r}.")
    return name.repo
