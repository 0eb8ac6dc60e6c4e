"""Throughput over HTTP, from 1 to 64 concurrent clients, compared with two other servers.

    python -m benchmarks.load [--artifact DIR] [--seconds 4] [--clients 1,4,16,64] [--servers NAMES]

Each client uploads a drawing of 280x280 pixels, calls the endpoint through the queue, waits for the answer and starts
again. `echo` is a bare Gradio handler that returns the name of the same file; `usual demo` is gr.Interface with
`model.predict` on the same weights; `digit, one request` is this app's own route, without Gradio's upload and queue.
All servers run at the same time and take turns; the clients share their machine.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from typing import Any

import httpx

from benchmarks.support.options import options_parser
from benchmarks.support.pictures import drawing
from benchmarks.support.results import percentiles, print_table, save
from benchmarks.support.servers import COMMANDS, AnswerError, Server, ask_directly, ask_file

ROUNDS = 2
WARM_UP = 20


def main() -> None:
    parser = options_parser(__doc__, artifact=True, output=True)
    parser.add_argument("--seconds", type=float, default=4.0, help="for each server and number of clients (default: 4)")
    parser.add_argument("--clients", default="1,4,16,64", metavar="NUMBERS")
    parser.add_argument(
        "--servers", default="digit;echo;usual demo;digit, one request", metavar="NAMES", help="; ".join(COMMANDS)
    )
    options = parser.parse_args()
    names = options.servers.split(";")
    with ExitStack() as running:
        servers = [running.enter_context(Server(name, options.artifact)) for name in names]
        for server in servers:
            server.wait()
        measured = asyncio.run(measure(servers, [int(n) for n in options.clients.split(",")], options.seconds))
    rows, others = [], [name for name in ("echo", "usual demo") if name in names]
    for clients, by_server in measured.items():
        for name, m in by_server.items():
            beside = [m["per_second"] / by_server[other]["per_second"] for other in others]
            rows.append(
                [f"{clients} clients, {name}", f"{m['per_second']:.1f}"]
                + [f"{m[key]:.0f}" for key in ("p50_ms", "p95_ms", "p99_ms", "errors")]
                + [f"{ratio:.2f} x" for ratio in beside]
            )
    print_table(["", "answers/s", "p50 ms", "p95 ms", "p99 ms", "errors", *(f"beside {o}" for o in others)], rows)
    save("load", {"clients": measured}, options.output)


async def measure(servers: list[Server], levels: list[int], seconds: float) -> dict[int, dict[str, dict[str, Any]]]:
    """Answers a second, percentiles and errors by number of clients and server."""
    picture = drawing()
    measured: dict[int, dict[str, dict[str, Any]]] = {}
    for server in servers:
        async with new_client() as client:
            for _ in range(WARM_UP if server.name != "usual demo" else 2):
                await ask(client, server, picture)
    for clients in levels:
        taken: dict[str, tuple[list[float], list[str], float]] = {s.name: ([], [], 0.0) for s in servers}
        for _ in range(ROUNDS):
            for server in servers:
                times, errors, before = taken[server.name]
                async with new_client() as client:
                    lasted = await crowd(client, server, picture, clients, seconds / ROUNDS, times, errors)
                taken[server.name] = (times, errors, before + lasted)
        measured[clients] = {
            name: {"per_second": len(times) / lasted, "errors": len(errors), **percentiles(times)}
            for name, (times, errors, lasted) in taken.items()
        }
    return measured


def new_client() -> httpx.AsyncClient:
    """A client for one server and round: httpx scans every connection it ever opened before each request."""
    return httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=None, max_keepalive_connections=None))


async def ask(client: httpx.AsyncClient, server: Server, picture: bytes) -> None:
    """Get one answer, by the route that belongs to the server."""
    if server.name == "digit, one request":
        await ask_directly(client, server.url, picture)
    else:
        await ask_file(client, server.url, "drawing.png", picture)


async def crowd(
    client: httpx.AsyncClient,
    server: Server,
    picture: bytes,
    clients: int,
    seconds: float,
    times: list[float],
    errors: list[str],
) -> float:
    """Run `clients` concurrent clients for `seconds`; returns the seconds until the last answer."""
    begin = time.perf_counter()

    async def one() -> None:
        while time.perf_counter() - begin < seconds:
            asked = time.perf_counter()
            try:
                await ask(client, server, picture)
                times.append(time.perf_counter() - asked)
            except (AnswerError, httpx.HTTPError) as error:
                errors.append(str(error))

    await asyncio.gather(*(one() for _ in range(clients)))
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
