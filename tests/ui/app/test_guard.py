"""An answer comes in time or says so in words, to every event of the page; every response has its headers."""

from __future__ import annotations

import asyncio
import inspect
import threading

import gradio as gr
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from digit.recognizer import Recognizer
from digit.ui.app import guard
from digit.ui.app.guard import HEADERS, TOO_LONG, CarefulHeaders, timed_answers
from digit.ui.app.page import build_page


def test_what_takes_too_long_is_given_up_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_SECONDS", 0.05)
    release = threading.Event()

    def read(text: str) -> str:
        """Reads."""
        return text if text == "short" else str(release.wait(60))

    with gr.Blocks() as page:
        box = gr.Textbox()
        box.change(read, box, box)
    timed_answers(page)
    answer = page.fns[0].fn
    assert answer is not None
    assert answer.__doc__ == "Reads."
    assert asyncio.run(answer("short")) == "short"

    async def wait() -> None:
        try:
            await answer("long")
        finally:
            release.set()

    with pytest.raises(gr.Error, match=r"longer than .* given up") as caught:
        asyncio.run(wait())
    assert caught.value.message == TOO_LONG


def test_every_event_of_the_page_is_timed(recognizer: Recognizer) -> None:
    events = [event.fn for event in build_page(recognizer).fns.values() if event.fn is not None]
    assert len(events) > 5
    assert all(inspect.iscoroutinefunction(event) for event in events)


def test_every_response_has_the_headers() -> None:
    async def hello(_: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    client = TestClient(Starlette(routes=[Route("/", hello)], middleware=[Middleware(CarefulHeaders)]))
    for path in ("/", "/nowhere"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
