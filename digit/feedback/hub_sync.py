"""Sends a folder of corrections to a data set on the Hub, in the background.

Neither start-up nor visitors wait for the Hub. What it does not accept stays in the folder and is sent again later.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock
from huggingface_hub import CommitScheduler, HfApi

from digit.errors import DigitError
from digit.feedback.store import LOCK, LOCK_SECONDS
from digit.hub.answers import give_up_on_silence, hub_errors
from digit.hub.names import HubName, repository

PUSH_MINUTES = 2.0
"""Between two pushes. The Hub allows 128 commits an hour; without anything new, none is made."""
CLOSE_SECONDS = 20.0
"""How long the end of the app waits for the last push."""
SHARD = ".shard"
"""File with the name that the folder has on the Hub, so that servers do not overwrite each other's corrections."""

Result = TypeVar("Result")


class FeedbackPush:
    """Pushes what is new in a folder every two minutes, and when it is closed; makes the data set, private.

    The token comes from the usual places of huggingface_hub.
    """

    def __init__(self, folder: Path, repo: str) -> None:
        self.folder = folder
        self.repo = repo
        self.scheduler: CommitScheduler | None = None
        self._connecting = threading.Lock()

    def wake(self) -> None:
        """Connect in the background, if that is still to be done; returns at once."""
        if self.scheduler is None:
            threading.Thread(target=self.connect, name="feedback to the Hub", daemon=True).start()

    def connect(self) -> None:
        """Make the data set where it is missing, and begin to push; when that fails, say so on standard error."""
        if not self._connecting.acquire(blocking=False):
            return  # another thread is at it
        try:
            if self.scheduler is None:
                repo, shard = repository(self.repo), self._shard()
                _allow_many_files()
                give_up_on_silence()
                with hub_errors("data set", HubName(repo)):
                    self.scheduler = CommitScheduler(
                        repo_id=repo,
                        repo_type="dataset",
                        private=True,
                        folder_path=self.folder,
                        path_in_repo=shard,
                        every=PUSH_MINUTES,
                        ignore_patterns=[".*"],
                        hf_api=_Background(),
                    )
        except (DigitError, OSError) as error:
            print(
                f"Feedback: {error} Corrections are kept in {self.folder}; the next one tries again.",
                file=sys.stderr,
                flush=True,
            )
        finally:
            self._connecting.release()

    def close(self) -> None:
        """Push once more and stop. To be called before the interpreter ends, when no thread can be started any more."""
        if self.scheduler is None:
            return
        try:
            self.scheduler.trigger().result(CLOSE_SECONDS)
        except Exception as error:  # whatever the client raises, and a Hub that is silent
            print(f"Feedback: the last corrections were not pushed ({error!r}).", file=sys.stderr, flush=True)
        self.scheduler.stop()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """While this is open, the folder is not looked through: no half of a line is pushed."""
        with self.scheduler.lock if self.scheduler else contextlib.nullcontext():
            yield

    def _shard(self) -> str:
        """The folder's name on the Hub; the first of several processes gives it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / SHARD
        with FileLock(self.folder / LOCK, timeout=LOCK_SECONDS):
            if not path.exists() or not path.read_text(encoding="ascii"):
                path.write_text(uuid.uuid4().hex[:12], encoding="ascii")
            return path.read_text(encoding="ascii")


class _Background(HfApi):
    """Runs one job at a time, in threads that end with the program: HfApi's own keeps it until the Hub answers."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = threading.Lock()

    def run_as_future(self, fn: Callable[..., Result], *arguments: Any, **named: Any) -> Future[Result]:
        future: Future[Result] = Future()

        def run() -> None:
            with self._turn:
                try:
                    future.set_result(fn(*arguments, **named))
                except BaseException as error:
                    future.set_exception(error)

        threading.Thread(target=run, name="feedback to the Hub", daemon=True).start()
        return future


def _allow_many_files() -> None:
    """The client opens everything that it pushes at once: a full store is more than a process may open by default."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # no such module on Windows
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard > soft:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
