"""What every answer of the server has in common: it comes in time or says so, and browsers treat it with care.

Knows Gradio's events and HTTP headers; knows nothing of digits.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import anyio
import gradio as gr
from gradio.route_utils import FnIndexInferError
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digit.process.limits import MAX_SECONDS

TOO_LONG = f"This took longer than {MAX_SECONDS} seconds and was given up: a smaller picture may work."
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
"""Not among them is one that forbids frames: on Hugging Face the page stands in one."""


def timed_answers(page: gr.Blocks) -> None:
    """Give up each event of the page after `MAX_SECONDS`, in words; call it once all events are there."""
    for event in page.fns.values():
        if event.fn is not None and not inspect.isgeneratorfunction(event.fn):
            event.fn = _timed(event.fn)


def _timed(answer: Callable[..., Any]) -> Callable[..., Any]:
    """A thread cannot be stopped: it goes on to its end, which the limits on pictures bring, and nobody waits."""

    @wraps(answer)
    async def answer_in_time(*arguments: Any) -> Any:
        try:
            with anyio.fail_after(MAX_SECONDS):
                return await anyio.to_thread.run_sync(answer, *arguments, abandon_on_cancel=True)
        except TimeoutError:
            raise gr.Error(TOO_LONG, print_exception=False) from None

    return answer_in_time


async def no_such_endpoint(_: Request, __: Exception) -> Response:
    """Gradio would let the error through to the server, which then closes the visitor's connection."""
    return JSONResponse({"detail": "There is no endpoint of this name; the page's API link lists them."}, 404)


class CarefulHeaders:
    """ASGI middleware that adds `HEADERS` to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


APP_OPTIONS: dict[str, Any] = {
    "middleware": [Middleware(CarefulHeaders)],
    "exception_handlers": {FnIndexInferError: no_such_endpoint},
}
"""For the FastAPI app under the page."""
