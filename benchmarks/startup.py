"""Start-up time to the page and to the first answer, and peak memory, compared with a bare Gradio page.

    python -m benchmarks.startup [--artifact DIR] [--rounds 5]

Both start in turn, `rounds` times; the table has medians and their ratio. The app must read a drawing of a 3 sent to
`/predict`; the bare page, a single textbox, returns its text. The first round does not count: the disk cache is cold.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from statistics import median

import httpx

from benchmarks.support.options import options_parser
from benchmarks.support.pictures import drawing
from benchmarks.support.results import print_table, save
from benchmarks.support.servers import Server, ask_file, call


def main() -> None:
    parser = options_parser(__doc__, artifact=True, output=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    runs: dict[str, list[dict[str, float]]] = {"textbox": [], "digit": []}
    for number in range(options.rounds + 1):
        for name in runs:
            figures = asyncio.run(measure(name, options.artifact))
            if number:
                runs[name].append(figures)
    medians = {name: {key: median(run[key] for run in taken) for key in taken[0]} for name, taken in runs.items()}
    ours, bare = medians["digit"], medians["textbox"]
    print_table(
        ["", "page served", "first good answer", "peak memory"],
        [
            *(
                [title, f"{m['served_s']:.2f} s", f"{m['answered_s']:.2f} s", f"{m['peak_mb']:.0f} MB"]
                for title, m in (("digit", ours), ("bare Gradio page", bare))
            ),
            [
                "digit / bare page",
                f"{ours['served_s'] / bare['served_s']:.2f} x",
                f"{ours['answered_s'] / bare['answered_s']:.2f} x",
                f"{ours['peak_mb'] - bare['peak_mb']:+.0f} MB",
            ],
        ],
    )
    save("startup", {"runs": runs, "medians": medians}, options.output)


async def measure(name: str, artifact: Path | None) -> dict[str, float]:
    """Start a server, get one answer, stop the server."""
    picture = drawing()
    with Server(name, artifact) as server:
        served = server.wait()
        async with httpx.AsyncClient(timeout=60) as client:
            if name == "digit":
                answer = await ask_file(client, server.url, "drawing.png", picture)
                good = answer["digit"] == 3
            else:
                good = await call(client, server.url, ["hello"]) == "hello"
        answered = time.perf_counter() - server.started
        if not good:
            raise SystemExit(f"{name} gave a wrong answer")
        return {"served_s": served, "answered_s": answered, "peak_mb": server.peak_megabytes()}


if __name__ == "__main__":
    main()
