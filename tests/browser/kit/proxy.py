"""What is around a Space, on loopback: a proxy that renames hosts, and a page of another site with a frame."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

PUBLIC, INTERNAL, VISITOR = "someone-digit.hf.example", "10.20.30.40:7860", "8.8.8.8"
AROUND = '<!doctype html><title>Around</title><iframe src="/" allow="camera" width="1200" height="760"></iframe>'
DROPPED = (b"host", b"origin", b"connection", b"sec-fetch-site")


@dataclass(frozen=True)
class Space:
    """Addresses of the app behind the proxy, and of a page on another host that shows the app in a frame."""

    url: str
    around: str


@contextmanager
def space_around(app: str) -> Iterator[Space]:
    """Pass requests on to `app` as Hugging Face does, one per connection, until the block ends."""
    there = urlsplit(app)

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                head = [line.rstrip() for line in iter(self.rfile.readline, b"\r\n") if line]
                if head[0].startswith(b"GET /around"):
                    page = AROUND.replace('src="/"', f'src="{space.url}/"').encode()
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + page)
                    return
                with socket.create_connection((there.hostname, there.port)) as upstream:
                    upstream.sendall(b"\r\n".join([head[0], *renamed(head[1:])]) + b"\r\n\r\n")
                    threading.Thread(target=self.send_body, args=(upstream,), daemon=True).start()
                    while part := upstream.recv(65_536):
                        self.wfile.write(part)

        def send_body(self, upstream: socket.socket) -> None:
            with suppress(OSError, ValueError):
                while part := self.rfile.read1(65_536):
                    upstream.sendall(part)
                upstream.shutdown(socket.SHUT_RDWR)  # the browser is gone

    class Server(ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        port = server.server_address[1]
        space = Space(f"http://127.0.0.1:{port}", f"http://localhost:{port}/around")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield space
        finally:
            server.shutdown()


def renamed(lines: list[bytes]) -> list[bytes]:
    """The headers of a request as they arrive in a Space's container."""
    named = {line.partition(b":")[0].lower(): line for line in lines}
    added = {"Host": INTERNAL, "Connection": "close", "X-Forwarded-Host": PUBLIC, "X-Forwarded-Proto": "https"}
    added["X-Forwarded-For"] = VISITOR
    if b"origin" in named:
        added["Origin"] = f"https://{PUBLIC}"
    kept = [line for name, line in named.items() if name not in DROPPED]
    return kept + [f"{name}: {value}".encode() for name, value in added.items()]
