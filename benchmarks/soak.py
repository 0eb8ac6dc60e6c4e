"""Soak test: good and hostile requests mixed for minutes. Good ones must be answered right and memory stay flat.

    python -m benchmarks.soak [--minutes 10] [--clients 16] [--attacks NAMES] [--artifact DIR]

Each client picks requests at random. Good ones send a drawing, a photo or a row of digits to `/predict` or
`/read_number`, through Gradio's queue or the app's own route. Hostile ones send text, half a picture, a decompression
bomb, a path on the server, invalid JSON, an unknown endpoint, or leave before the answer. An answer is right when it
equals, bit for bit, that of a recognizer in this process. The server's memory is sampled every few seconds; its slope
is fitted to the second half, after everything has been used once. `--attacks` are those of `benchmarks.attack`, made by
processes of their own meanwhile. The exit status is 1 when a good request fails or is answered wrongly.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
from PIL import Image

from benchmarks.attack import attacking
from benchmarks.support.options import options_parser
from benchmarks.support.pictures import draw, encode
from benchmarks.support.results import percentiles, print_table, save
from benchmarks.support.servers import PREFIX, AnswerError, Server, ask_directly, ask_file, call
from digit.recognizer import Recognizer, load_recognizer

GOOD_SHARE = 0.7
DIRECT_SHARE = 0.4
SAMPLE_SECONDS = 2.0
BOMB_SIDE = 20_000


@dataclass
class Tally:
    """Counts and samples so far."""

    good: int = 0
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    hostile: Counter[str] = field(default_factory=Counter)
    not_refused: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)


def main() -> int:
    parser = options_parser(__doc__, artifact=True, output=True)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--attacks", default="", metavar="NAMES", help="separated by semicolons (default: none)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    recognizer = load_recognizer(options.artifact)
    questions = [(endpoint, *one, answer(recognizer, endpoint, *one)) for endpoint in ENDPOINTS for one in pictures()]
    tally = Tally()
    with Server("digit", options.artifact) as server:
        server.wait()
        with ExitStack() as attacks:
            for name in filter(None, options.attacks.split(";")):
                attacks.callback(attacking(server.url, name, 60 * options.minutes).communicate)
            asyncio.run(soak(server, questions, tally, 60 * options.minutes, options.clients, options.seed))
    return report(tally, options)


ENDPOINTS = ("predict", "read_number")
Question = tuple[str, str, bytes, Any]
"""Endpoint, file name, file content and the right answer."""


def pictures() -> list[tuple[str, bytes]]:
    """Pictures with digits, and a blank one, in several formats and sizes."""
    files = [(f"pen{pen}.png", encode(draw(280, 280, pen, 255, 0), "RGBA", "PNG")) for pen in (8, 16, 24)]
    files += [("dark.webp", encode(draw(200, 300, 12, 20, 230), "RGB", "WEBP"))]
    files += [("photo.jpg", encode(draw(900, 1200, 24, 225, 60), "RGB", "JPEG"))]
    row = np.concatenate([draw(120, 90, 9, 255, 0)] * 4, axis=1)
    files += [
        ("row.png", encode(row, "RGB", "PNG")),
        ("blank.gif", encode(np.full((60, 60), 255, np.uint8), "L", "GIF")),
    ]
    return files


def answer(recognizer: Recognizer, endpoint: str, name: str, content: bytes) -> Any:
    """The expected answer, after a round trip through JSON."""
    read = recognizer.predict(content).as_dict() if endpoint == "predict" else recognizer.read(content).as_dict()
    return json.loads(json.dumps({"file": name, **read}))


async def soak(
    server: Server, questions: list[Question], tally: Tally, seconds: float, clients: int, seed: int
) -> None:
    """Run `clients` concurrent clients until the time is over."""
    begin = time.perf_counter()
    bomb = bomb_file()

    async def watch() -> None:
        while time.perf_counter() - begin < seconds:
            tally.memory.append((time.perf_counter() - begin, server.megabytes()))
            await asyncio.sleep(SAMPLE_SECONDS)

    async def visitor(number: int, client: httpx.AsyncClient) -> None:
        chance = random.Random(f"{seed} {number}")
        while time.perf_counter() - begin < seconds:
            if chance.random() < GOOD_SHARE:
                await ask(client, server.url, chance.choice(questions), chance.random() < DIRECT_SHARE, tally)
            else:
                await attack(client, server.url, chance, bomb, tally)

    # The server closes idle connections after five seconds; a client reusing one at that moment would fail.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=2.0)
    async with httpx.AsyncClient(timeout=120, limits=limits) as client:
        await asyncio.gather(watch(), *(visitor(number, client) for number in range(clients)))
    tally.memory.append((time.perf_counter() - begin, server.megabytes()))


async def ask(client: httpx.AsyncClient, url: str, question: Question, directly: bool, tally: Tally) -> None:
    endpoint, name, content, expected = question
    begin = time.perf_counter()
    try:
        if directly:
            said = {"file": name, **await ask_directly(client, url, content, endpoint)}
        else:
            said = await ask_file(client, url, name, content, endpoint)
    except (AnswerError, httpx.HTTPError) as error:
        tally.failed.append(f"{endpoint} {name}: {error!r}")
        return
    tally.seconds.append(time.perf_counter() - begin)
    tally.good += 1
    if said != expected:
        tally.wrong.append(f"{endpoint} {name}: {said} instead of {expected}")


async def attack(client: httpx.AsyncClient, url: str, chance: random.Random, bomb: bytes, tally: Tally) -> None:
    """Send one hostile request, and record one that is wrongly accepted."""
    endpoint = chance.choice(ENDPOINTS)
    kind = chance.choice(["text", "half", "noise", "bomb", "path", "nonsense", "nowhere", "left"])
    tally.hostile[kind] += 1
    drawing = encode(draw(280, 280, 16, 255, 0), "RGBA", "PNG")
    files = {
        "text": b"This is no picture.",
        "half": drawing[: len(drawing) // 3],
        "noise": chance.randbytes(chance.randrange(1, 5000)),
        "bomb": bomb,
    }
    try:
        if kind in files and chance.random() < DIRECT_SHARE:
            await ask_directly(client, url, files[kind], endpoint)
        elif kind in files:
            await ask_file(client, url, f"{kind}.png", files[kind], endpoint)
        elif kind == "path":
            await call(client, url, [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}], endpoint)
        elif kind == "nowhere":
            await call(client, url, [None], "nowhere")
        elif kind == "nonsense":
            sent = await client.post(f"{url}{PREFIX}/call/{endpoint}", content=b'{"data": [[[')
            if sent.status_code < 400:
                tally.not_refused.append(kind)
            elif sent.status_code >= 500:
                tally.failed.append(f"{kind}: {sent.status_code}")
            return
        else:  # the answer is never fetched
            sent = await client.post(f"{url}{PREFIX}/upload", files={"files": ("a.png", drawing)})
            data = [{"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}}]
            await client.post(f"{url}{PREFIX}/call/{endpoint}", json={"data": data})
            return
    except AnswerError as error:
        if not is_a_refusal(kind, error):
            tally.failed.append(f"{kind}: {error.status} {error}")
        return
    except httpx.HTTPError as error:
        tally.failed.append(f"{kind}: {error!r}")
        return
    tally.not_refused.append(kind)


def is_a_refusal(kind: str, error: AnswerError) -> bool:
    """True when the server refused on purpose; any other failure is a crash inside of it."""
    if error.status != 200:
        return 400 <= error.status < 500
    # Gradio answers null for an exception without a message, and for a path outside its folders before any event.
    return kind == "path" or '"error": null' not in str(error)


def bomb_file() -> bytes:
    """A valid PNG of 400 megapixels in 50 kB."""
    buffer = io.BytesIO()
    Image.new("1", (BOMB_SIDE, BOMB_SIDE)).save(buffer, "PNG")
    return buffer.getvalue()


def slope(memory: list[tuple[float, float]]) -> float:
    """Slope in MB a minute over the second half of the samples."""
    half = np.array(memory[len(memory) // 2 :])
    return 60 * float(np.polyfit(half[:, 0], half[:, 1], 1)[0]) if len(half) > 2 else float("nan")


def report(tally: Tally, options: Any) -> int:
    times = percentiles(tally.seconds)
    first, last = tally.memory[len(tally.memory) // 2][1], tally.memory[-1][1]
    print_table(
        [f"{options.minutes:g} minutes, {options.clients} clients", ""],
        [
            ["good requests answered", f"{tally.good:,}"],
            ["... answered wrongly", len(tally.wrong)],
            ["requests that failed", len(tally.failed)],
            ["hostile requests", f"{tally.hostile.total():,}"],
            ["... not refused", len(tally.not_refused)],
            ["p50, p95, p99 of good ones", " / ".join(f"{times[key]:.0f}" for key in list(times)[:3]) + " ms"],
            ["memory at half time, at the end", f"{first:.0f}, {last:.0f} MB"],
            ["slope of the memory", f"{slope(tally.memory):+.2f} MB a minute"],
        ],
    )
    for line in (tally.wrong + tally.failed + tally.not_refused)[:10]:
        print(line, file=sys.stderr)
    figures = {
        "good": tally.good,
        "wrong": tally.wrong[:100],
        "failed": tally.failed[:100],
        "hostile": dict(tally.hostile),
        "not_refused": tally.not_refused[:100],
        "times": times,
        "memory": tally.memory,
        "slope_mb_per_minute": slope(tally.memory),
    }
    save("soak", figures, options.output)
    return 1 if tally.wrong or tally.failed or tally.not_refused else 0


if __name__ == "__main__":
    sys.exit(main())
