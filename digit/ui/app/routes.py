"""The app's own HTTP routes: one request with the bytes of a picture, one answer with the JSON of the command line.

Gradio's API takes three requests for an answer (upload, call, wait) and a turn in its queue. Programs that only want a
digit need neither. Knows HTTP and the recognizer; `api` has the same endpoints in Gradio's way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from digit.errors import DigitError, PictureError
from digit.imaging.loading import MAX_BYTES
from digit.process.cores import cores
from digit.recognizer import Recognizer
from digit.ui.limits import BUSY, MAX_HELD_BYTES, MAX_SECONDS, MAX_WAITING, TOO_LONG

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
    """Counts who waits and what they brought, so that a crowd hears "busy" at once instead of nothing for long."""

    def __init__(self) -> None:
        self._inside = 0
        self._held = 0

    def endpoint(self, read: Read) -> Callable[[Request], Any]:
        # What is given up goes on to its end in its thread. Only a fixed number of threads keeps the next from joining
        # it: a limiter of waiting tasks would let go of its place.
        threads = ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="direct")

        async def answer(request: Request) -> Response:
            if self._inside >= MAX_WAITING + CONCURRENCY:
                return _busy()
            self._inside += 1
            try:
                return await self._answer(request, read, threads)
            finally:
                self._inside -= 1

        return answer

    async def _answer(self, request: Request, read: Read, threads: ThreadPoolExecutor) -> Response:
        if request.headers.get("content-type", "").startswith("multipart/"):
            return _no(415, NO_FORM)
        picture = bytearray()
        try:
            with anyio.fail_after(MAX_SECONDS):
                async for part in request.stream():
                    self._held += len(part)
                    picture += part
                    if len(picture) > MAX_BYTES:  # the rest of it is left where it is
                        return _no(413, TOO_LARGE)
                    if self._held > MAX_HELD_BYTES:
                        return _busy()
                found = await asyncio.get_running_loop().run_in_executor(threads, read, bytes(picture))
        except PictureError as error:
            return _no(400, str(error))
        except DigitError as error:
            return _no(500, str(error))
        except TimeoutError:
            return _no(503, TOO_LONG)
        except ClientDisconnect:  # who went away hears nothing, and the log is not for them
            return _no(499, "The picture did not arrive.")
        finally:
            self._held -= len(picture)
        return JSONResponse(found)


def _busy() -> Response:
    return _no(503, BUSY, {"Retry-After": "1"})


def _no(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"detail": sentence}, status, headers)
