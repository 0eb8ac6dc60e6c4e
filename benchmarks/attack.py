"""The app under attack: how long others wait, what memory and threads it takes, and what attackers are told.

    python -m benchmarks.attack [--seconds 8] [--attacks NAMES] [--artifact DIR]

Each attack is made by a process of its own, on loopback only, while one visitor uses the other routes in turn. `x idle`
compares a route's median with that of a quiet server. The exit status is 1 when a median is more than three times the
idle one (and above 50 ms), an answer took more than a second or failed, or memory grew by more than 150 MB.
"""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import httpx
import numpy as np

from benchmarks.support.bombs import jpeg_of_scans
from benchmarks.support.options import ROOT, options_parser
from benchmarks.support.pictures import draw, drawing, encode
from benchmarks.support.results import print_table, save
from benchmarks.support.servers import PREFIX, Server, ask_directly, ask_file
from digit.process.files import raise_open_files

MOST_TIMES, QUICK, LONGEST, MOST_MB, THREAD_SECONDS = 3.0, 0.05, 1.0, 150.0, 10.0
PAUSE = 0.05
LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Attack:
    """Requests that many clients repeat.

    Attributes:
        clients: at the same time.
        requests: makes their bytes, in turn, for a server with this configuration and host.
        whole: whether an answer is waited for; otherwise the connection is kept open until the end.
    """

    clients: int
    requests: Callable[[dict[str, Any], str], list[bytes]]
    whole: bool = True


def marks(count: int) -> str:
    """A drawing of so many small marks as the value of the wide paper."""
    paper = np.full((320, 640), 255, np.uint8)
    for number in range(count):
        x, y = 4 + 12 * (number % 50), 4 + 12 * (number // 50)
        cv2.line(paper, (x, y), (x + 4, y + 6), 0, 2)
    return "data:image/png;base64," + base64.b64encode(encode(paper, "RGB", "PNG")).decode()


def frame() -> str:
    """A frame of the camera full of noise."""
    noise = np.random.default_rng(0).integers(0, 256, (540, 960, 3), np.uint8)
    return "data:image/jpeg;base64," + base64.b64encode(cv2.imencode(".jpg", noise)[1].tobytes()).decode()


def post(host: str, path: str, body: bytes, kind: str = "application/json") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def component(config: dict[str, Any], name: str) -> int:
    """The id of the component that has this `elem_id`."""
    return next(int(one["id"]) for one in config["components"] if one["props"].get("elem_id") == name)


def drawn(config: dict[str, Any], host: str, count: int) -> list[bytes]:
    paper = component(config, "wide-paper")
    event = next(one for one in config["dependencies"] if [paper, "input"] in [list(t) for t in one["targets"]])
    body = {"data": [marks(count)], "fn_index": event["id"], "session_hash": "attack"}
    return [post(host, f"{PREFIX}/run/predict", json.dumps(body).encode())]


def filmed(config: dict[str, Any], host: str) -> list[bytes]:
    asked = {"component_id": component(config, "number-camera"), "session_hash": "attack", "data": frame()}
    bodies = [json.dumps({**asked, "fn_name": name}).encode() for name in ("read", "cut")]
    return [post(host, f"{PREFIX}/component_server", body) for body in bodies]


def scanned(_: dict[str, Any], host: str) -> list[bytes]:
    return [post(host, "/api/predict", jpeg_of_scans(2_000), "image/jpeg")]


def listed(_: dict[str, Any], host: str) -> list[bytes]:
    lists = b'{"data": [' + b"[]," * 480_000 + b'[]], "session_hash": "a"}'
    return [post(host, f"{PREFIX}/queue/join", lists), post(host, f"{PREFIX}/queue/join", b"[]," * 15_000_000)]


def unsent(_: dict[str, Any], host: str) -> list[bytes]:
    return [post(host, path, bytes(1000))[:-900] for path in ("/api/predict", f"{PREFIX}/queue/join")]


ATTACKS = {
    "scans of a JPEG": Attack(12, scanned),
    "1,250 marks": Attack(60, lambda config, host: drawn(config, host, 1_250)),
    "95 marks": Attack(60, lambda config, host: drawn(config, host, 95)),
    "camera": Attack(40, filmed),
    "lists in JSON": Attack(8, listed),
    "bodies that never end": Attack(200, unsent, whole=False),
    "silent connections": Attack(1_500, lambda _, __: [b""], whole=False),
}


def main() -> int:
    parser = options_parser(__doc__, artifact=True, output=True)
    parser.add_argument("--seconds", type=float, default=8.0, help="for each attack (default: 8)")
    parser.add_argument("--attacks", default=";".join(ATTACKS), metavar="NAMES", help="; ".join(ATTACKS))
    parser.add_argument("--against", metavar="URL", help="make the attack from this process, on loopback")
    options = parser.parse_args()
    if options.against:
        print(json.dumps(asyncio.run(make(ATTACKS[options.attacks], options.against, options.seconds))))
        return 0
    with Server("digit", options.artifact) as server:
        server.wait()
        measured = asyncio.run(measure(server, options.attacks.split(";"), options.seconds))
    return report(measured, options)


def attacking(url: str, name: str, seconds: float) -> subprocess.Popen[bytes]:
    """Start a process that attacks a server, and prints as JSON what it was told."""
    command = [sys.executable, "-m", "benchmarks.attack", "--attacks", name, "--against", url]
    return subprocess.Popen([*command, "--seconds", str(seconds)], cwd=ROOT, stdout=subprocess.PIPE)


async def make(attack: Attack, url: str, seconds: float) -> dict[str, int]:
    """Attack a server on this machine; returns how often the attackers were told what."""
    address = urlsplit(url)
    if address.hostname not in LOOPBACK:
        raise SystemExit("Only servers on loopback are attacked.")
    config = httpx.get(f"{url}/config", timeout=60).json()
    requests = attack.requests(config, address.netloc)
    raise_open_files()
    told: Counter[str] = Counter()
    end = time.monotonic() + seconds

    async def client(number: int) -> None:
        while time.monotonic() < end:
            number += 1
            try:
                reader, writer = await asyncio.open_connection(address.hostname, address.port)
                try:
                    writer.write(requests[number % len(requests)])
                    async with asyncio.timeout(60 if attack.whole else end - time.monotonic()):
                        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
                    told[f"{head[9:12].decode()} {body[:70].decode(errors='replace')}".strip() or "closed"] += 1
                finally:
                    writer.close()
            except TimeoutError:
                told["nothing"] += 1
            except OSError as error:
                told[type(error).__name__] += 1
                await asyncio.sleep(PAUSE)

    await asyncio.gather(*(client(number) for number in range(attack.clients)))
    return dict(told)


@dataclass
class Measured:
    """One attack: seconds of each answer by route, memory in MB, threads, and what the attackers were told."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    megabytes: float = 0.0
    threads: int = 0
    threads_after: int = 0
    told: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


async def measure(server: Server, names: list[str], seconds: float) -> dict[str, Measured]:
    """A quiet server first, under the name "", then each attack."""
    measured = {}
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(keepalive_expiry=2.0)) as client:
        await visit(server, client, Measured(), 2.0)
        before = server.megabytes()
        for name in ["", *names]:
            found = measured[name] = Measured(threads_after=threads(server))
            if not name:
                await visit(server, client, found, seconds)
                continue
            with attacking(server.url, name, seconds) as attack:
                await asyncio.sleep(1.5)  # it starts
                await visit(server, client, found, seconds - 1)
                found.told = json.loads((await asyncio.to_thread(attack.communicate))[0])
            found.megabytes -= before
            allowed, end = measured[""].threads, time.monotonic() + THREAD_SECONDS
            while (running := threads(server)) > allowed and time.monotonic() < end:
                await asyncio.sleep(0.5)
            found.threads_after = running - allowed
    return measured


async def visit(server: Server, client: httpx.AsyncClient, found: Measured, seconds: float) -> None:
    """Use each route in turn until the time is over."""
    one, row = drawing(), encode(np.concatenate([draw(120, 90, 9, 255, 0)] * 3, axis=1), "RGB", "PNG")
    routes: dict[str, Callable[[], Any]] = {
        "page": lambda: client.get(server.url),
        "style": lambda: client.get(f"{server.url}/theme.css"),
        "direct, digit": lambda: ask_directly(client, server.url, one),
        "direct, number": lambda: ask_directly(client, server.url, row, "read_number"),
        "queue, digit": lambda: ask_file(client, server.url, "a.png", one),
    }
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name, ask in routes.items():
            begin = time.perf_counter()
            try:
                answer = await ask()
                if isinstance(answer, httpx.Response):
                    answer.raise_for_status()
            except Exception as error:  # whatever keeps a visitor from an answer
                found.failed.append(f"{name}: {error!r}")
            found.waits.setdefault(name, []).append(time.perf_counter() - begin)
        found.megabytes = max(found.megabytes, server.megabytes())
        found.threads = max(found.threads, threads(server))
        await asyncio.sleep(PAUSE)


def threads(server: Server) -> int:
    """Threads of the server's process; 0 on systems without /proc."""
    tasks = Path(f"/proc/{server.process.pid}/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 0


def report(measured: dict[str, Measured], options: Any) -> int:
    idle = {name: float(np.median(waits)) for name, waits in measured[""].waits.items()}
    rows, faults = [], []
    for attack, found in measured.items():
        for route, waits in found.waits.items():
            middle, worst = float(np.median(waits)), max(waits)
            rows.append(
                [attack or "none", route, f"{1000 * middle:.0f}", f"{middle / idle[route]:.1f}", f"{1000 * worst:.0f}"]
            )
            if attack and (middle > max(MOST_TIMES * idle[route], QUICK) or worst > LONGEST):
                faults.append(f"{attack}: {route} took {middle:.2f} s, at worst {worst:.2f} s")
        if attack and found.megabytes > MOST_MB:
            faults.append(f"{attack}: {found.megabytes:.0f} MB more")
        faults += [f"{attack or 'none'}: {failed}" for failed in found.failed[:3]]
    print_table(["attack", "route of others", "median ms", "x idle", "worst ms"], rows)
    print()
    told = []
    for attack, found in measured.items():
        if attack:
            answers = "; ".join(f"{number} x {what}" for what, number in found.told.items())
            told.append([attack, f"{found.megabytes:+.0f}", found.threads, found.threads_after, answers])
    print_table(["attack", "MB", "threads", "left after", "attackers were told"], told)
    for fault in faults:
        print(fault, file=sys.stderr)
    save("attack", {name or "none": vars(found) for name, found in measured.items()}, options.output)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
