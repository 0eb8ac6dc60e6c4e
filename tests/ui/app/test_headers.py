"""Every response has the security headers, and says how long it may be kept."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from digit.ui.app.headers import ASKED_AGAIN, CREDENTIALS, HEADERS, NOT_STORED, POLICY, SecurityHeaders


def test_every_response_has_the_headers() -> None:
    async def hello(_: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    client = TestClient(Starlette(routes=[Route("/", hello)], middleware=[Middleware(SecurityHeaders)]))
    for path in ("/", "/nowhere"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_errors_and_pages_are_not_kept_and_files_may_be() -> None:
    async def answer(request: Request) -> Response:
        kept = {"Cache-Control": "max-age=60", CREDENTIALS: "true"}
        return PlainTextResponse("hello", int(request.query_params.get("status", 200)), kept)

    routes = [Route(path, answer) for path in ("/", "/config", "/file")]
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)]))
    kept = {path: client.get(path).headers["cache-control"] for path in ("/", "/config", "/file", "/file?status=404")}
    assert kept == {"/": ASKED_AGAIN, "/config": ASKED_AGAIN, "/file": "max-age=60", "/file?status=404": NOT_STORED}
    assert CREDENTIALS not in client.get("/file").headers


def test_the_policy_names_no_other_site_and_allows_frames() -> None:
    assert "://" not in POLICY
    assert "frame-ancestors" not in POLICY
    assert "default-src 'self'" in POLICY
