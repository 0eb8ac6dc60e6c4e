"""Connections that are not kept for ever: uvicorn gives clients any time for the head of a request."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from digit.ui.limits import HEAD_SECONDS

_Protocol: Any = AutoHTTPProtocol  # of two classes, depending on what is installed


class ImpatientConnection(_Protocol):  # type: ignore[misc]
    """A connection that is closed when no request has begun within `HEAD_SECONDS`."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, error: Exception | None) -> None:
        self._forget()
        super().connection_lost(error)

    def _watch(self) -> None:
        """Start the time when a request is awaited, and stop it when one is there."""
        awaited = self.cycle is None or self.cycle.response_complete
        if not awaited:
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
