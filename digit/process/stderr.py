"""Silences messages of native libraries that no setting of theirs turns off."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def silenced_stderr() -> Iterator[None]:
    """Send standard error to the null device, for native code and Python alike.

    Meant for imports and for loading a model: LiteRT reports its delegates, TensorFlow that there is no GPU. Failures
    still arrive as exceptions.
    """
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
