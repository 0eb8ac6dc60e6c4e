"""Work on many items at once, with the results in the order of the items and in constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

QUEUED_PER_WORKER = 4
"""Enough that a slow picture does not keep the other workers waiting; no more items than this are held."""


def in_order(
    pool: Executor, work: Callable[[Item], Result], items: Iterable[Item], max_queued: int
) -> Iterator[Result]:
    """Like `pool.map`, but takes at most `max_queued` items ahead, so that it never holds all of them."""
    queued: deque[Future[Result]] = deque()
    try:
        for item in items:
            queued.append(pool.submit(work, item))
            if len(queued) >= max_queued:
                yield queued.popleft().result()
        while queued:
            yield queued.popleft().result()
    finally:
        for future in queued:
            future.cancel()
