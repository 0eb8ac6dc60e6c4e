"""Headers of every HTTP response: what browsers may do with it, and what may be kept of it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # Gradio makes functions of the page's scripts
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
"""Content security policy: nothing from or to other sites. Frames are allowed: Hugging Face shows the page in one."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
NOT_STORED, ASKED_AGAIN = "no-store", "private, no-cache"
"""`Cache-Control` of errors, which may be over in a moment, and of the page, which belongs to one visitor."""
PAGES = ("/", "/config", "/config/")
CREDENTIALS = "access-control-allow-credentials"
"""Header of Gradio that lets scripts of other sites act in a visitor's name."""


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` and `Cache-Control`, and takes away `CREDENTIALS`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                del headers[CREDENTIALS]
                if message["status"] >= 400:
                    headers["Cache-Control"] = NOT_STORED
                elif scope["path"] in PAGES:
                    headers["Cache-Control"] = ASKED_AGAIN
            await send(message)

        await self._app(scope, receive, send_with_headers)
