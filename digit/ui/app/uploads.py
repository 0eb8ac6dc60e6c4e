"""The folder of visitors' files, a folder of our own in which everything is deleted by age.

Gradio deletes the files that it handed out when it is asked to, but not those of requests that failed or were broken
off, nor those of a process that was killed.
"""

from __future__ import annotations

import os
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

VARIABLE = "GRADIO_TEMP_DIR"
NAME = "digit-uploads"
KEEP_SECONDS = 3600
"""A file is read within seconds of its arrival; an hour is ample."""
SWEEP_SECONDS = 60
MAX_TOTAL_BYTES = 2_000_000_000
"""Of the folder after a sweep; the oldest files go first."""


def own_folder() -> Path:
    """Make the folder, below the one that `GRADIO_TEMP_DIR` names or else the system's, and have Gradio use it.

    Only its owner may look into it. Call this before Gradio is imported.
    """
    above = Path(os.environ.get(VARIABLE) or tempfile.gettempdir())
    folder = above if above.name == NAME else above / NAME
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or not os.access(folder, os.W_OK) or not _is_ours(folder):
        folder = Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=above))
    os.environ[VARIABLE] = str(folder)
    return folder


@contextmanager
def swept(folder: Path) -> Iterator[None]:
    """Sweep the folder now and every `SWEEP_SECONDS` until the block ends, in a thread."""
    over = threading.Event()

    def keep_sweeping() -> None:
        sweep(folder)
        while not over.wait(SWEEP_SECONDS):
            sweep(folder)

    thread = threading.Thread(target=keep_sweeping, name="sweep", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)


def sweep(folder: Path, keep_seconds: float = KEEP_SECONDS, most: int = MAX_TOTAL_BYTES) -> None:
    """Delete everything that is older than `keep_seconds`, and the oldest files as long as there are `most` bytes."""
    oldest, total = time.time() - keep_seconds, 0
    files: list[tuple[float, int, Path]] = []
    for path in sorted(folder.rglob("*"), reverse=True):  # what is in a folder before the folder
        with suppress(OSError):  # not empty, or somebody else deleted it
            found = path.lstat()
            if not stat.S_ISDIR(found.st_mode):
                files.append((found.st_mtime, found.st_size, path))
            elif found.st_mtime < oldest:
                path.rmdir()
    for changed, size, path in sorted(files, reverse=True):
        total += size
        if changed < oldest or total > most:
            with suppress(OSError):
                path.unlink()


def _is_ours(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
