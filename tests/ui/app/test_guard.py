"""What stands before Gradio: long, slow and foreign requests are refused with a status and one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from digit.ui.app import guard
from digit.ui.app.guard import (
    FOREIGN,
    NO_ADDRESS,
    TOO_LONG_FORM,
    TOO_LONG_JSON,
    TOO_MANY,
    TOO_MANY_VALUES,
    TOO_SLOW,
    Guard,
)
from digit.ui.limits import BUSY, MAX_FORM_BYTES, MAX_JSON_BYTES, MAX_JSON_VALUES

JOIN, UPLOAD, DIRECT = "/gradio_api/queue/join", "/gradio_api/upload", "/api/predict"


class Echo:
    """An app that reads the body, and says how long it is; a client that hangs up is an error, as in Gradio."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        length, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RuntimeError("the client hung up")
            length, more = length + len(message.get("body", b"")), message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(length).encode()})


def ask(app: Any, path: str, content: Any = b"", method: str = "POST", **headers: str) -> httpx.Response:
    """One request to a public host."""

    async def once() -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://digit.example") as client:
            return await client.request(method, path, content=content, headers=named)

    return asyncio.run(once())


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


async def in_parts(size: int, part: int = 65_536) -> AsyncIterator[bytes]:
    """A body whose length is not announced."""
    for at in range(0, size, part):
        yield bytes(min(part, size - at))


@pytest.mark.parametrize(
    ("path", "most", "sentence"), [(JOIN, MAX_JSON_BYTES, TOO_LONG_JSON), (UPLOAD, MAX_FORM_BYTES, TOO_LONG_FORM)]
)
def test_bodies_are_bounded_with_and_without_a_length(path: str, most: int, sentence: str) -> None:
    app = Echo()
    for body in (bytes, in_parts):
        assert ask(Guard(app), path, body(most)).text == str(most)
        assert said(ask(Guard(app), path, body(most + 1))) == (413, sentence)


def test_a_body_that_is_announced_as_too_long_is_not_read() -> None:
    app = Echo()
    ask(Guard(app), UPLOAD, bytes(MAX_FORM_BYTES + 1))
    assert app.asked == 0


def test_direct_routes_bound_their_bodies_themselves() -> None:
    assert ask(Guard(Echo()), DIRECT, bytes(25_000_000)).text == "25000000"


def test_many_small_values_are_not_parsed() -> None:
    """45 MB of empty lists held the event loop for 25 seconds, and 1.5 MB would for one."""
    values = b"[" + b"[]," * (MAX_JSON_VALUES // 2) + b"[]]"
    assert said(ask(Guard(Echo()), JOIN, values)) == (413, TOO_MANY_VALUES)
    assert ask(Guard(Echo()), JOIN, b"[" + b"[]," * 1_000 + b"[]]").status_code == 200


@pytest.mark.parametrize("path", [JOIN, UPLOAD, DIRECT])
def test_a_body_that_does_not_arrive_is_given_up(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)

    async def one_byte_and_nothing_more() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(60)

    assert said(ask(Guard(Echo()), path, one_byte_and_nothing_more())) == (408, TOO_SLOW)


def test_what_arrives_together_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_HELD_JSON", 100)
    guarded = Guard(Echo())
    assert said(ask(guarded, JOIN, bytes(101))) == (503, BUSY)
    assert said(ask(guarded, JOIN, in_parts(1_000, 60))) == (503, BUSY)
    assert guarded._held == 0
    assert ask(guarded, JOIN, bytes(100)).text == "100"


def test_one_address_has_so_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_OF_ONE_ADDRESS", 2)
    release = asyncio.Event()

    async def wait(scope: Scope, receive: Receive, send: Send) -> None:
        await release.wait()
        await Echo()(scope, receive, send)

    async def crowd() -> list[int]:
        guarded, statuses = Guard(wait), []

        async def one(address: str) -> int:
            transport = httpx.ASGITransport(guarded, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="https://digit.example") as client:
                answer = await client.get("/")
                if answer.status_code == 429:
                    assert answer.json()["detail"] == TOO_MANY
                    release.set()
                return answer.status_code

        statuses = await asyncio.gather(*(one(address) for address in ("8.8.8.8", "8.8.8.8", "1.1.1.1", "8.8.8.8")))
        assert not guarded._inside, "nothing is left behind"
        return statuses

    assert asyncio.run(crowd()) == [200, 200, 200, 429]


@pytest.mark.parametrize(
    "way", ["file=http://192.0.2.1/a", "file=https://192.0.2.1/a", "file/http://192.0.2.1/a", "proxy=x"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_address_is_fetched(way: str, method: str) -> None:
    app = Echo()
    answer = ask(Guard(app), f"/gradio_api/{way}", method=method)
    assert (answer.status_code, app.asked) == (403, 0)
    assert method == "HEAD" or said(answer) == (403, NO_ADDRESS)


FOREIGN_ORIGIN = "https://elsewhere.example"


@pytest.mark.parametrize(
    "path", ["/gradio_api/component_server", "/gradio_api/run/predict", "/gradio_api/api/x", "/login"]
)
def test_pages_of_other_sites_may_not_post(path: str) -> None:
    guarded = Guard(Echo())
    assert said(ask(guarded, path, origin=FOREIGN_ORIGIN)) == (403, FOREIGN)
    preflight = ask(guarded, path, method="OPTIONS", origin=FOREIGN_ORIGIN, access_control_request_method="POST")
    assert said(preflight) == (403, FOREIGN)
    assert ask(guarded, path, origin="https://digit.example").status_code == 200
    assert ask(guarded, path).status_code == 200, "no browser"


@pytest.mark.parametrize("path", [DIRECT, "/gradio_api/call/predict", UPLOAD, JOIN])
def test_pages_of_other_sites_may_use_the_public_api(path: str) -> None:
    assert ask(Guard(Echo()), path, origin=FOREIGN_ORIGIN).status_code == 200


def test_the_start_of_the_app_passes() -> None:
    seen: list[str] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: Any) -> Message:
        return {}

    asyncio.run(Guard(app)({"type": "lifespan"}, nothing, nothing))  # type: ignore[arg-type]
    assert seen == ["lifespan"]


def test_an_error_of_the_app_stays_one() -> None:
    async def broken(*_: Any) -> None:
        raise ValueError("broken")

    for path in (JOIN, UPLOAD):
        with pytest.raises(ValueError, match="broken"):
            ask(Guard(broken), path)
