"""What the small Hub of the tests keeps: repositories with their commits, and whose tokens it knows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

TOKEN = "hf_aSecretOfTheTests"
USER = "someone"
READ_ONLY_TOKEN = "hf_mayOnlyRead"


@dataclass
class Commit:
    """Files by path, and how they came."""

    sha: str
    files: dict[str, bytes]
    message: str


@dataclass
class Repo:
    """A repository with one branch, `main`."""

    private: bool
    sdk: str | None = None
    commits: list[Commit] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.commits:
            self.add({".gitattributes": b"*.tflite filter=lfs\n"}, "initial commit")

    @property
    def files(self) -> dict[str, bytes]:
        """What is on `main`."""
        return self.commits[-1].files

    def add(self, files: dict[str, bytes], message: str) -> Commit:
        text = repr((len(self.commits), message, sorted((p, hashlib.sha1(c).digest()) for p, c in files.items())))
        self.commits.append(Commit(hashlib.sha1(text.encode()).hexdigest(), files, message))
        return self.commits[-1]

    def at(self, revision: str) -> Commit | None:
        """The commit that a branch, a tag or a hash names."""
        if revision == "main":
            return self.commits[-1]
        wanted = self.tags.get(revision, revision)
        return next((commit for commit in self.commits if commit.sha == wanted), None)
