"""A small Hugging Face Hub on 127.0.0.1, for the real `huggingface_hub` client, and the ways in which it can fail.

Speaks what publishing and loading use: whoami, creating repositories, preupload, LFS, commits, tags, variables, the
listing of files, and downloads with ETag and ranges. Keeps everything in memory; Xet is not spoken, so clients set
HF_HUB_DISABLE_XET=1. The routes and their fields are those that huggingface_hub 2.4 asks for.
"""

from __future__ import annotations

import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.fakes.routes import Routes
from tests.fakes.state import READ_ONLY_TOKEN, TOKEN, USER, Repo

__all__ = ["READ_ONLY_TOKEN", "TOKEN", "USER", "FakeHub", "Repo", "hub_environment", "use_hub"]


class FakeHub:
    """The server; use it in a `with` block.

    Attributes:
        url: for HF_ENDPOINT.
        repos: by kind ("model", "space", "dataset") and id.
        requests: method, path and whether a token came, in order.
        status: answers every request with this status, when set.
        broken_routes: answers paths that match these patterns with their status.
        seconds: waits so long before each answer.
        cut: names of files whose download breaks off in the middle, and how often it does.
        swapped: files that are served with other bytes than were committed.
        gone: closes every connection without an answer.
    """

    def __init__(self) -> None:
        self.repos: dict[tuple[str, str], Repo] = {}
        self.objects: dict[str, bytes] = {}
        self.requests: list[tuple[str, str, bool]] = []
        self.status: int | None = None
        self.broken_routes: dict[str, int] = {}
        self.seconds = 0.0
        self.cut: dict[str, int] = {}
        self.swapped: dict[str, bytes] = {}
        self.gone = False
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Routes,), {"hub": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.store = f"http://localhost:{self._server.server_address[1]}"  # another host, as the Hub's own store is

    def __enter__(self) -> FakeHub:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self, method: str) -> list[str]:
        """The paths that were asked for with a method."""
        return [path for used, path, _ in self.requests if used == method]


def hub_environment(hub: FakeHub, home: Path) -> dict[str, str]:
    """What a process needs to take the fake for the Hub: its address, a cache of its own, someone's token, no Xet."""
    return {
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(home),
        "HF_TOKEN": TOKEN,
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "NO_PROXY": "127.0.0.1,localhost",
    }


def use_hub(hub: FakeHub, home: Path, patch: pytest.MonkeyPatch) -> None:
    """Make the client in this process take the fake for the Hub; it has read its environment long ago."""
    from huggingface_hub import constants

    for name, value in hub_environment(hub, home).items():
        patch.setenv(name, value)
    patch.setattr(constants, "ENDPOINT", hub.url)
    patch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", hub.url + "/{repo_id}/resolve/{revision}/{filename}")
    patch.setattr(constants, "HF_URL_HOSTS", frozenset({"127.0.0.1"}))
    patch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
    patch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
    patch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    patch.setattr(constants, "HF_HUB_OFFLINE", False)
