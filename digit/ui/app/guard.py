"""Stands before Gradio: bounds what a request may send and how slowly, and refuses what other sites may not ask for.

Gradio reads bodies of any length, hands internet addresses to its own client, and answers scripts of every site.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digit.imaging.loading import MAX_BYTES
from digit.ui.limits import (
    BODY_SECONDS,
    BUSY,
    BUSY_SECONDS,
    MAX_FORM_BYTES,
    MAX_HELD_JSON,
    MAX_JSON_BYTES,
    MAX_JSON_VALUES,
    MAX_OF_ONE_ADDRESS,
    SLOWEST,
)
from digit.ui.visitors import is_foreign, visitor_address

API = "/gradio_api"
OPEN = ("/api/", f"{API}/call/", f"{API}/upload", f"{API}/queue/join", f"{API}/cancel", f"{API}/reset")
"""What pages of other sites may post to: the public API, and what Gradio's client in their pages needs for it.
`digit.ui.gradio_patches` refuses them the functions that are not public."""
FOREIGN = "Pages of other sites may use the public API only."
NO_ADDRESS = "Expected a file of this server, got an internet address."
TOO_LONG_FORM = f"This is too large: up to {MAX_BYTES // 10**6} MB can be sent."
TOO_LONG_JSON = f"This is too large: up to {MAX_JSON_BYTES / 10**6:g} MB can be sent, files apart."
TOO_MANY_VALUES = f"This is too large: up to {MAX_JSON_VALUES:,} values can be sent."
TOO_SLOW = "This did not arrive in time. Please try again."
TOO_MANY = "Too many requests come from this address at the same time. Please try again in a moment."


class RefusedError(Exception):
    """An answer in place of Gradio's: a status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Guard:
    """ASGI middleware, to be the outermost."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._inside: Counter[str] = Counter()
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        client = scope.get("client")
        address = visitor_address(client[0] if client else None, headers)
        self._inside[address] += 1
        try:
            if self._inside[address] > MAX_OF_ONE_ADDRESS:
                raise RefusedError(429, TOO_MANY)
            _check_asker(scope, headers)
            await self._pass_on(scope, headers, receive, send)
        except RefusedError as refusal:
            if refusal.status == 503:
                await asyncio.sleep(BUSY_SECONDS)
            again = {"Retry-After": "1"} if refusal.status in (429, 503) else None
            await JSONResponse({"detail": refusal.sentence}, refusal.status, again)(scope, receive, send)
        finally:
            self._inside[address] -= 1
            if not self._inside[address]:
                del self._inside[address]

    async def _pass_on(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
        elif path.startswith("/api/"):  # these bound their bodies themselves
            await _pass_stream(self._app, scope, _Body(receive), send)
        elif path.rstrip("/") == f"{API}/upload":
            body = _Body(receive, MAX_FORM_BYTES, TOO_LONG_FORM)
            body.check_length(headers)
            await _pass_stream(self._app, scope, body, send)
        else:
            await self._pass_whole(scope, headers, receive, send)

    async def _pass_whole(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        """Pass on what is parsed at once only when it has arrived and is known to be small."""
        body = _Body(receive, MAX_JSON_BYTES, TOO_LONG_JSON)
        body.check_length(headers)
        content, busy = bytearray(), False
        messages: list[Message] = []
        held = 0
        try:
            while body.more:
                message = await body.receive()
                if message["type"] == "http.disconnect":
                    return
                if not busy:
                    content += message.get("body", b"")
                    self._held += len(content) - held
                    held = len(content)
                    busy = self._held > MAX_HELD_JSON
                if busy and held:  # the rest is read and dropped: some clients listen only when they have spoken
                    content.clear()
                    self._held -= held
                    held = 0
            if busy:
                raise RefusedError(503, BUSY)
            if sum(content.count(sign) for sign in (b",", b"[", b"{")) > MAX_JSON_VALUES:
                raise RefusedError(413, TOO_MANY_VALUES)
            messages.append({"type": "http.request", "body": bytes(content), "more_body": False})
            content.clear()

            async def receive_whole() -> Message:
                return messages.pop() if messages else await receive()

            await self._app(scope, receive_whole, send)
        finally:
            self._held -= held


class _Body:
    """The body of a request while it arrives.

    Attributes:
        more: whether its end has not been seen.
    """

    def __init__(self, receive: Receive, most: int | None = None, sentence: str = "") -> None:
        self._receive = receive
        self._most = most
        self._sentence = sentence
        self._arrived = 0
        self._begin = asyncio.get_running_loop().time()
        self.more = True

    def check_length(self, headers: Headers) -> None:
        """Refuse what says that it is too long, before anything is read."""
        length = headers.get("content-length", "")
        if self._most is not None and length.isdecimal() and int(length) > self._most:
            raise RefusedError(413, self._sentence)

    async def receive(self) -> Message:
        """The next part.

        Raises:
            RefusedError: it is too long, or too late: `BODY_SECONDS` and one more for each `SLOWEST` bytes are allowed.
        """
        if not self.more:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._begin + BODY_SECONDS + self._arrived / SLOWEST):
                message = await self._receive()
        except TimeoutError:
            raise RefusedError(408, TOO_SLOW) from None
        self._arrived += len(message.get("body", b""))
        self.more = message["type"] == "http.request" and message.get("more_body", False)
        if self._most is not None and self._arrived > self._most:
            raise RefusedError(413, self._sentence)
        return message


async def _pass_stream(app: ASGIApp, scope: Scope, body: _Body, send: Send) -> None:
    """Pass on a body part by part; to the app, a refusal looks like a client that hung up."""
    refusal: RefusedError | None = None
    begun = False

    async def receive() -> Message:
        nonlocal refusal
        try:
            return await body.receive()
        except RefusedError as error:
            refusal = error
            return {"type": "http.disconnect"}

    async def send_unless_refused(message: Message) -> None:
        nonlocal begun
        if refusal is None or begun:
            begun = True
            await send(message)

    try:
        await app(scope, receive, send_unless_refused)
    except Exception:
        if refusal is None:
            raise
    if refusal is not None and not begun:
        raise refusal


def _check_asker(scope: Scope, headers: Headers) -> None:
    """Refuse downloads of internet addresses, and what pages of other sites may not do."""
    method, path = scope["method"], scope["path"]
    if path.startswith((f"{API}/file", f"{API}/proxy=")) and ("://" in path or path.startswith(f"{API}/proxy=")):
        raise RefusedError(403, NO_ADDRESS)
    acts = method not in ("GET", "HEAD") and (method != "OPTIONS" or "access-control-request-method" in headers)
    if acts and not path.startswith(OPEN) and is_foreign(headers):
        raise RefusedError(403, FOREIGN)
