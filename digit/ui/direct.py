"""The app's own HTTP routes: one request with the bytes of a picture, one answer with the JSON of the command line.

Gradio's API takes three requests for an answer (upload, call, wait) and a turn in its queue. Programs that only want a
digit need neither. Knows HTTP and the recognizer; `api` has the same endpoints in Gradio's way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from digit.errors import PictureError
from digit.limits import MAX_BYTES, MAX_SECONDS, MAX_WAITING, cores
from digit.recognizer import Recognizer
from digit.ui.guard import TOO_LONG
from digit.ui.sessions import BUSY

PREFIX = "/api"
CONCURRENCY = cores()
"""Pictures that are read at the same time by each route; others wait. Four on two cores: 173 answers a second and a p95
of 280 ms for 16 clients, and with two 296 and 68 ms, as the threads no longer wait for each other."""
TOP = 3
NO_FORM = "A picture is expected as the body, and a form came: curl --data-binary @FILE sends the picture itself."
TOO_LARGE = f"This file is too large: up to {MAX_BYTES // 10**6} MB can be read here."

Read = Callable[[bytes], dict[str, Any]]


def direct_routes(recognizer: Recognizer) -> list[BaseRoute]:
    """`POST /api/predict` and `POST /api/read_number`, to be put before Gradio's own routes."""
    direct = _Direct()
    ways: dict[str, Read] = {
        "predict": lambda picture: recognizer.predict(picture).as_dict(TOP),
        "read_number": lambda picture: recognizer.read(picture).as_dict(),
    }
    return [Route(f"{PREFIX}/{name}", direct.endpoint(read), methods=["POST"]) for name, read in ways.items()]


class _Direct:
    """Counts who waits, so that a crowd hears "busy" at once instead of nothing for long."""

    def __init__(self) -> None:
        self._inside = 0

    def endpoint(self, read: Read) -> Callable[[Request], Any]:
        threads: list[anyio.CapacityLimiter] = []

        async def answer(request: Request) -> Response:
            if not threads:
                threads.append(anyio.CapacityLimiter(CONCURRENCY))  # needs the loop that it is used in
            if self._inside >= MAX_WAITING + CONCURRENCY:
                return _no(503, BUSY, {"Retry-After": "1"})
            self._inside += 1
            try:
                return await _answer(request, read, threads[0])
            finally:
                self._inside -= 1

        return answer


async def _answer(request: Request, read: Read, threads: anyio.CapacityLimiter) -> Response:
    if request.headers.get("content-type", "").startswith("multipart/"):
        return _no(415, NO_FORM)
    try:
        with anyio.fail_after(MAX_SECONDS):
            picture = await _body(request)
            if picture is None:
                return _no(413, TOO_LARGE)
            found = await anyio.to_thread.run_sync(read, picture, limiter=threads, abandon_on_cancel=True)
    except PictureError as error:
        return _no(400, str(error))
    except TimeoutError:
        return _no(503, TOO_LONG)
    return JSONResponse(found)


async def _body(request: Request) -> bytes | None:
    """The body; None once it is longer than a picture may be, and the rest of it is left where it is."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _no(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"detail": sentence}, status, headers)
