"""Visitors' sessions, and how many may wait: what Gradio would spend on each without need, and what it says when full.

Knows Gradio's queue and sessions; knows nothing of digits.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.blocks import BlocksConfig

from digit.process.limits import MAX_WAITING

BUSY = "Too many pictures are being read right now. Please try again in a moment."

_NOTHING: dict[str, Any] = {}
SESSIONS = 1000
"""Visitors whose last picture is kept for "Show why"; a call over HTTP is one, too. Gradio keeps 10,000 otherwise."""


class _SessionConfig(BlocksConfig):
    """Of one session, and so of one call over HTTP.

    Gradio describes every component once more for each, 6 ms and 96 kB, for links into a session; this page has none.
    """

    @staticmethod
    def config_for_block(*_: Any, **__: Any) -> dict[str, Any]:
        return _NOTHING


class _PageConfig(BlocksConfig):
    def __copy__(self) -> BlocksConfig:
        config: BlocksConfig = super().__copy__()  # type: ignore[no-untyped-call]
        config.__class__ = _SessionConfig
        return config


def light_sessions(page: gr.Blocks) -> None:
    """Let sessions cost next to nothing; call it once all components are there."""
    page.default_config.__class__ = _PageConfig


def bounded_queue(page: gr.Blocks) -> None:
    """Let `MAX_WAITING` events wait at most, and answer the next one with `BUSY` instead of letting it wait as well.

    Nothing may go past the queue: without `api_open=False` a request to `/run` would.
    """
    page.queue(max_size=MAX_WAITING, api_open=False)
    push = page._queue.push

    async def push_or_say(*arguments: Any, **named: Any) -> Any:
        joined, event, state = await push(*arguments, **named)
        return joined, BUSY if state == "queue_full" else event, state

    page._queue.push = push_or_say  # type: ignore[method-assign]
    # Gradio never forgets a call: a kilobyte each, and after each event it goes through all that there have been.
    page._queue.pending_event_ids_session = _Newest()
    page._queue.event_analytics = _Newest()


class _Newest(dict[str, Any]):
    """The last `SESSIONS` entries: ten times as many as may wait, so that what is dropped was over long ago."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        if len(self) > SESSIONS:
            del self[next(iter(self))]
