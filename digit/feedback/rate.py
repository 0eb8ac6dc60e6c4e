"""How many corrections are taken in ten minutes: from one page, from one address, and in all.

The page makes up its own id, so a program can send a new one with each correction. An address is harder to change, and
the limit on all corrections holds for every sender.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

from digit.errors import FeedbackError

SESSION_RECORDS, ADDRESS_RECORDS, ALL_RECORDS = 30, 100, 300
"""So many corrections are taken from one open page, from one address and from everybody ..."""
RATE_SECONDS = 600
"""... in so many seconds."""


@dataclass(frozen=True)
class Sender:
    """Who corrects an answer, for the rate; it is not stored.

    Attributes:
        session: id of the open page.
        address: of the visitor, as in `digit.ui.visitors`.
    """

    session: str = ""
    address: str = ""


class Rate:
    """Remembers the senders of the last minutes. Safe to share between threads."""

    def __init__(self) -> None:
        self._taken: deque[tuple[float, Sender]] = deque()
        self._lock = threading.Lock()

    def count(self, sender: Sender) -> None:
        """Note a correction.

        Raises:
            FeedbackError: it is one too many; the message is for the visitor.
        """
        now = time.monotonic()
        with self._lock:
            while self._taken and now - self._taken[0][0] > RATE_SECONDS:
                self._taken.popleft()
            senders = [taken for _, taken in self._taken]
            for count, most, whence in (
                (sum(taken.session == sender.session for taken in senders), SESSION_RECORDS, " from one page"),
                (sum(taken.address == sender.address for taken in senders), ADDRESS_RECORDS, " from one address"),
                (len(senders), ALL_RECORDS, ""),
            ):
                if count >= most:
                    raise FeedbackError(
                        f"Thank you, that is enough for now: up to {most} corrections in "
                        f"{RATE_SECONDS // 60} minutes are taken{whence}."
                    )
            self._taken.append((now, sender))
