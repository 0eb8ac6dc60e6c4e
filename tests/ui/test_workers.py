"""A crowd at one kind of event takes its own threads and no more, and hears at once when they are busy."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest

from digit.ui import workers
from digit.ui.limits import BUSY
from digit.ui.workers import NICENESS, BusyError, Workers


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    monkeypatch.setattr(workers, "cores", lambda: 1)
    return threading.Event()


async def asked(line: Workers, release: threading.Event, times: int) -> list[str]:
    """What becomes of work that waits for `release`, asked for so many times at once."""

    async def one() -> str:
        try:
            return "done" if await line.run(release.wait, 60) else "late"
        except (BusyError, TimeoutError) as error:
            return str(error) or "too long"

    return await asyncio.gather(*(one() for _ in range(times)))


def test_results_and_errors_come_through(release: threading.Event) -> None:
    line = Workers("test")
    assert asyncio.run(line.run(divmod, 7, 2)) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(line.run(divmod, 7, 0))
    release.set()
    assert asyncio.run(asked(line, release, 5)) == ["done"] * 5


def test_who_is_one_too_many_hears_so_at_once(release: threading.Event) -> None:
    line = Workers("test", most=3)

    async def crowd() -> list[str]:
        inside = asyncio.create_task(asked(line, release, 3))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        refused = await asked(line, release, 2)
        release.set()
        return [*refused, *await inside]

    assert asyncio.run(crowd()) == [BUSY] * 2 + ["done"] * 3


def test_a_place_is_free_only_when_its_thread_has_ended(
    release: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two were given up: the one that runs keeps its place, the one that waited does not."""
    monkeypatch.setattr(workers, "MAX_SECONDS", 0.3)
    line = Workers("given up", most=2)
    assert asyncio.run(asked(line, release, 2)) == ["too long"] * 2
    assert asyncio.run(asked(line, release, 2)) == ["too long", BUSY]
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("given up")] == ["given up_0"]
    release.set()
    line._threads.shutdown()
    assert line._inside == 0


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_the_threads_give_way_to_what_sends_pages() -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert asyncio.run(Workers("test").run(priority)) == min(19, priority() + NICENESS)
