"""The app's own HTTP routes: one request with the bytes of a picture, one answer with the JSON of the command line.

`?page=2` reads another page of a PDF or TIFF. Gradio's API takes three requests for an answer (upload, call, wait) and
a turn in its queue; `api` has the same endpoints for it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from digit.errors import DigitError, PictureError
from digit.imaging import PictureSource
from digit.imaging.documents import page_answer
from digit.imaging.loading import MAX_BYTES
from digit.process.cores import cores
from digit.recognizer import Recognizer
from digit.ui.limits import BUSY, MAX_HELD_BYTES, MAX_WAITING, TOO_LONG
from digit.ui.workers import BusyError, Workers

PREFIX = "/api"
TOP = 3
NO_FORM = "Expected a picture as the body, got a form. Send the picture itself: curl --data-binary @FILE."
TOO_LARGE = f"This file is too large: up to {MAX_BYTES // 10**6} MB can be read here."
FAILED = "The server could not read this picture because of a fault of its own; its log has the details."

PAGE = "page should be a whole number from 1; received {!r}."

Read = Callable[[PictureSource], dict[str, Any]]


def direct_routes(recognizer: Recognizer) -> list[BaseRoute]:
    """`POST /api/predict` and `POST /api/read_number`, to be put before Gradio's own routes."""
    direct = _Direct()
    ways: dict[str, Read] = {
        "predict": lambda picture: recognizer.predict(picture).as_dict(TOP),
        "read_number": lambda picture: recognizer.read(picture).as_dict(),
    }
    return [Route(f"{PREFIX}/{name}", direct.endpoint(read), methods=["POST"]) for name, read in ways.items()]


class _Direct:
    """Counts waiting pictures and their bytes, so that an overloaded server says so at once."""

    def __init__(self) -> None:
        self._held = 0

    def endpoint(self, read: Read) -> Callable[[Request], Any]:
        # As many threads as cores: for 16 clients on two cores, four gave 173 answers per second with a p95 of 280 ms;
        # two gave 296 per second and 68 ms, because threads no longer wait for each other.
        workers = Workers("direct", MAX_WAITING + cores())

        async def answer(request: Request) -> Response:
            return await self._answer(request, read, workers)

        return answer

    async def _answer(self, request: Request, read: Read, workers: Workers) -> Response:
        if request.headers.get("content-type", "").startswith("multipart/"):
            return _no(415, NO_FORM)
        page = request.query_params.get("page", "1")
        if not re.fullmatch("[1-9][0-9]{0,3}", page):
            return _no(400, PAGE.format(page[:20]))
        picture = bytearray()
        try:
            async for part in request.stream():
                self._held += len(part)
                picture += part
                if len(picture) > MAX_BYTES:  # the rest stays unread
                    return _no(413, TOO_LARGE)
                if self._held > MAX_HELD_BYTES:
                    return _busy()
            found = await workers.run(
                page_answer, read, bytes(picture), int(page)
            )  # a slow sender takes no place of others
        except BusyError:
            return _busy()
        except PictureError as error:
            return _no(400, str(error))
        except DigitError:
            logging.getLogger(__name__).exception("A direct request failed.")
            return _no(500, FAILED)
        except TimeoutError:
            return _no(503, TOO_LONG)
        except ClientDisconnect:  # the client is gone, so the answer is not seen and nothing is logged
            return _no(499, "The picture did not arrive.")
        finally:
            self._held -= len(picture)
        return JSONResponse(found)


def _busy() -> Response:
    return _no(503, BUSY, {"Retry-After": "1"})


def _no(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"detail": sentence}, status, headers)
