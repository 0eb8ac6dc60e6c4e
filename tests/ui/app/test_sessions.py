"""Sessions cost next to nothing, the queue is bounded and says so, and nothing goes past it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from digit.process.limits import MAX_WAITING
from digit.ui.app.sessions import BUSY, SESSIONS, bounded_queue, light_sessions


@pytest.fixture
def page() -> gr.Blocks:
    with gr.Blocks() as blocks:
        box = gr.Textbox(value="text")
        kept = gr.State([])
        box.change(lambda text, before: [*before, text], [box, kept], kept)
    return blocks


def test_a_session_holds_state_and_describes_no_component(page: gr.Blocks) -> None:
    described = page.get_config_file()["components"]
    light_sessions(page)
    session = SessionState(page)
    assert not any(session.config_values.values())
    assert session.blocks_config.blocks == page.blocks
    state = next(block for block in page.blocks.values() if isinstance(block, gr.State))
    session[state._id] = ["kept"]
    assert session[state._id] == ["kept"]
    assert SessionState(page)[state._id] == []
    assert page.get_config_file()["components"] == described, "the page itself is described as before"


def test_a_full_queue_says_so_and_nothing_goes_past_it(page: gr.Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    bounded_queue(page)
    assert page.api_open is False
    assert page._queue.max_size == MAX_WAITING
    monkeypatch.setattr(type(page._queue), "__len__", lambda _: MAX_WAITING)
    body: Any = SimpleNamespace(fn_index=0)
    joined, said, state = asyncio.run(page._queue.push(body, None, None))  # type: ignore[arg-type]
    assert (joined, said, state) == (False, BUSY, "queue_full")


def test_what_is_over_is_forgotten(page: gr.Blocks) -> None:
    bounded_queue(page)
    for kept in (page._queue.pending_event_ids_session, page._queue.event_analytics):
        entries: Any = kept
        for number in range(SESSIONS + 5):
            entries[str(number)] = number
        assert len(entries) == SESSIONS
        assert list(entries)[-1] == str(SESSIONS + 4)
    assert SESSIONS > 2 * MAX_WAITING
