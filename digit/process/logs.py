"""Keeps the log of a server readable and short, whatever its visitors send."""

from __future__ import annotations

import logging
import sys
import threading
import time
import unicodedata
from typing import TextIO

LOGGERS = ("asyncio", "uvicorn.error")
MOST, SECONDS = 20, 60.0
"""So many messages of one logger in so many seconds: a server without free connections wrote 436 MB of them."""


class Seldom(logging.Filter):
    """Lets the first messages of every minute pass."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._begin = -SECONDS
        self._count = 0

    def filter(self, record: logging.LogRecord) -> bool:
        with self._lock:
            now = time.monotonic()
            if now - self._begin >= SECONDS:
                self._begin, self._count = now, 0
            self._count += 1
            if self._count == MOST:
                note = f"{record.getMessage()} (Further messages are left out for a minute.)"
                record.__dict__.update(msg=note, args=())
            return self._count <= MOST


def quiet_logs() -> None:
    """Bound the messages of `LOGGERS`, and escape control characters in all that is printed."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(known, Seldom) for known in logger.filters):
            logger.addFilter(Seldom())
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            escape_controls(stream)


def escape_controls(stream: TextIO) -> None:
    """Let a stream write control characters and direction marks as escapes, apart from line breaks and tabs.

    A name that a visitor made up could otherwise command the terminal of who reads the log.
    """
    write = stream.write

    def write_escaped(text: str) -> int:
        return write(text if text.isascii() and text.isprintable() else "".join(map(_escaped, text)))

    setattr(stream, "write", write_escaped)  # noqa: B010, a method is replaced


def _escaped(character: str) -> str:
    plain = character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp")
    return character if plain else character.encode("unicode_escape").decode("ascii")
