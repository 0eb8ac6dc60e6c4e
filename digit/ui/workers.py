"""Threads for one kind of event: as many as there are cores, with a short line in front of them and a "busy" behind it.

asyncio's and anyio's threads are shared by everything, static files included, and give the place of an answer that was
given up to the next one while its thread goes on. Here a place is free only when its thread has ended, so a crowd at
one kind of event takes no more than its own threads.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from digit.process.cores import cores
from digit.ui.limits import BUSY, BUSY_SECONDS, MAX_INSIDE, MAX_SECONDS

Result = TypeVar("Result")


NICENESS = 5
"""By so much the threads give way to the one that takes requests and sends pages, when the cores are taken."""


class BusyError(Exception):
    """Too many are inside; the message is for the visitor."""

    def __init__(self) -> None:
        super().__init__(BUSY)


class Workers:
    """Threads and the number of those who wait for them or are being answered."""

    def __init__(self, name: str, most: int = MAX_INSIDE) -> None:
        """Start nothing yet.

        Args:
            name: of the threads.
            most: inside at the same time.
        """
        self._threads = ThreadPoolExecutor(cores(), thread_name_prefix=name, initializer=step_back)
        self._most = most
        self._inside = 0
        self._lock = threading.Lock()

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of `work`, which runs in a thread.

        A thread cannot be stopped: work that is given up runs to its end, and keeps its place until then. Work that has
        not begun is dropped.

        Raises:
            BusyError: too many are inside.
            TimeoutError: it took longer than `MAX_SECONDS`.
        """
        with self._lock:
            busy = self._inside >= self._most
            self._inside += not busy
        if busy:
            await asyncio.sleep(BUSY_SECONDS)  # who asks again at once would only make the server busier
            raise BusyError
        future = self._threads.submit(work, *arguments)
        future.add_done_callback(self._leave)
        return await asyncio.wait_for(asyncio.wrap_future(future), MAX_SECONDS)

    def _leave(self, _: Future[Any]) -> None:
        with self._lock:
            self._inside -= 1


def step_back() -> None:
    """Lower the priority of the calling thread; on Linux alone, where threads have one of their own."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)
