"""Answers a second through the real HTTP API and queue, from 1 to 64 clients at once, beside two other servers.

    python benchmarks/load.py [--artifact DIR] [--seconds 4] [--clients 1,4,16,64] [--servers digit,echo,"usual demo"]

Every client sends a drawing of 280x280 pixels, waits for its answer, and sends the next: an upload and a call through
the queue. `echo` is a bare Gradio handler that gets the same file and gives its name back; `usual demo` is gr.Interface
with `model.predict` on the same weights. All run at the same time and are asked in turn. The clients share the
machine with the servers. Prints a table; asserts nothing.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from latency import drawing
from results import options_parser, percentiles, print_table, save
from servers import COMMANDS, AnswerError, Server, ask_file

ROUNDS = 2
WARM_UP = 20


def main() -> None:
    parser = options_parser(__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="for each server at each number of clients")
    parser.add_argument("--clients", default="1,4,16,64", metavar="NUMBERS")
    parser.add_argument("--servers", default="digit,echo,usual demo", metavar="NAMES", help=", ".join(COMMANDS))
    options = parser.parse_args()
    names = options.servers.split(",")
    with ExitStack() as running:
        servers = [running.enter_context(Server(name, options.artifact)) for name in names]
        for server in servers:
            server.wait()
        measured = asyncio.run(measure(servers, [int(n) for n in options.clients.split(",")], options.seconds))
    rows = []
    for clients, by_server in measured.items():
        for name, m in by_server.items():
            beside = m["per_second"] / by_server[names[1]]["per_second"] if len(names) > 1 else float("nan")
            rows.append(
                [f"{clients} clients, {name}", f"{m['per_second']:.1f}"]
                + [f"{m[key]:.0f}" for key in ("p50_ms", "p95_ms", "p99_ms", "errors")]
                + [f"{beside:.2f} x"]
            )
    beside_name = names[1] if len(names) > 1 else "-"
    print_table(["", "answers/s", "p50 ms", "p95 ms", "p99 ms", "errors", f"beside {beside_name}"], rows)
    save("load", {"clients": measured}, options.output)


async def measure(servers: list[Server], levels: list[int], seconds: float) -> dict[int, dict[str, dict[str, Any]]]:
    """Answers a second, percentiles and errors by number of clients and server."""
    picture = drawing()
    measured: dict[int, dict[str, dict[str, Any]]] = {}
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(timeout=120, limits=limits) as client:
        for server in servers:
            for _ in range(WARM_UP if server.name != "usual demo" else 2):
                await ask_file(client, server.url, "drawing.png", picture)
        for clients in levels:
            taken: dict[str, tuple[list[float], list[str], float]] = {s.name: ([], [], 0.0) for s in servers}
            for _ in range(ROUNDS):
                for server in servers:
                    times, errors, before = taken[server.name]
                    lasted = await crowd(client, server, picture, clients, seconds / ROUNDS, times, errors)
                    taken[server.name] = (times, errors, before + lasted)
            measured[clients] = {
                name: {"per_second": len(times) / lasted, "errors": len(errors), **percentiles(times)}
                for name, (times, errors, lasted) in taken.items()
            }
    return measured


async def crowd(
    client: httpx.AsyncClient,
    server: Server,
    picture: bytes,
    clients: int,
    seconds: float,
    times: list[float],
    errors: list[str],
) -> float:
    """`clients` that ask one after the other for `seconds`; returns the seconds until the last has its answer."""
    begin = time.perf_counter()

    async def one() -> None:
        while time.perf_counter() - begin < seconds:
            asked = time.perf_counter()
            try:
                await ask_file(client, server.url, "drawing.png", picture)
                times.append(time.perf_counter() - asked)
            except (AnswerError, httpx.HTTPError) as error:
                errors.append(str(error))

    await asyncio.gather(*(one() for _ in range(clients)))
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
