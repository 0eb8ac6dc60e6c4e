"""Process start to page and to first good answer, and peak memory, beside a bare Gradio page with one textbox.

    python benchmarks/startup.py [--artifact DIR] [--rounds 5]

Both are started in turn, `rounds` times; the medians and their ratio are printed. The app's first answer is a drawing
of a 3 that is sent to `/predict` and must be read as one, the bare page's is its text sent back. The first round, which
finds the disk's cache cold, is not counted. Asserts nothing.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from statistics import median

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from latency import drawing
from results import options_parser, print_table, save
from servers import Server, ask_file, call


def main() -> None:
    parser = options_parser(__doc__)
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
    """Start a server, get one answer, stop it."""
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
            raise SystemExit(f"{name} answered something else")
        return {"served_s": served, "answered_s": answered, "peak_mb": server.peak_megabytes()}


if __name__ == "__main__":
    main()
