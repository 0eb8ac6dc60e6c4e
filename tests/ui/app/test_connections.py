"""A connection on which no request comes is closed, and one that is used stays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from digit.ui.app import connections
from digit.ui.app.connections import ImpatientConnection

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Any]]
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def hello(scope: Any, _: Any, send: Any) -> None:
    if scope["type"] == "http":
        await asyncio.sleep(0.3)  # longer than the time for a head
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await send({"type": "http.response.body", "body": b"hello"})


def talk(talking: Talk) -> Any:
    """What `talking` returns about a connection to a server."""

    async def run() -> Any:
        config = uvicorn.Config(hello, port=0, http=ImpatientConnection, lifespan="off", log_level="critical")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(*server.servers[0].sockets[0].getsockname())
        try:
            return await talking(reader, writer)
        finally:
            writer.close()
            server.should_exit = True
            await serving

    return asyncio.run(run())


@pytest.mark.parametrize("sent", [b"", b"GET / HT", REQUEST[:-2]])
def test_a_silent_connection_is_closed(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.1)

    async def say_little(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(sent)
        async with asyncio.timeout(60):
            return await reader.read()

    assert talk(say_little) == b""


def test_a_request_is_answered_however_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.1)

    async def ask_twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        answers = []
        for _ in range(2):
            writer.write(REQUEST)
            answers.append((await reader.readuntil(b"hello"))[:15])
        return answers

    assert talk(ask_twice) == [b"HTTP/1.1 200 OK"] * 2


def test_a_second_request_has_its_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.1)

    async def ask_and_begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(REQUEST)
        await reader.readuntil(b"hello")
        writer.write(REQUEST[:-2])
        async with asyncio.timeout(60):
            return await reader.read()

    assert talk(ask_and_begin) == b""
