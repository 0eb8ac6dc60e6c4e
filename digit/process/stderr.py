"""Keeps the remarks of native libraries, which no setting of theirs silences, off standard error."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def without_native_chatter() -> Iterator[None]:
    """Standard error leads nowhere meanwhile, for native code and Python alike.

    Meant for imports and for loading a model: LiteRT says which delegate it made, TensorFlow that there is no GPU.
    What goes wrong still arrives, as an exception.
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
