"""Every response has the security headers."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from digit.ui.app.headers import HEADERS, SecurityHeaders


def test_every_response_has_the_headers() -> None:
    async def hello(_: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    client = TestClient(Starlette(routes=[Route("/", hello)], middleware=[Middleware(SecurityHeaders)]))
    for path in ("/", "/nowhere"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
