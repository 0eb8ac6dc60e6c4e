"""Timing, percentiles, Markdown tables, and results saved as JSON together with the machine they come from."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

LIBRARIES = ("gradio", "ai-edge-litert", "numpy", "opencv-python-headless", "pillow")


def machine() -> dict[str, Any]:
    """Processor, cores, load, versions and time."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def save(name: str, figures: dict[str, Any], folder: Path) -> None:
    """Write `<folder>/<name>.json`; its path goes to standard error."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"machine": machine(), **figures}, indent=2) + "\n", encoding="utf-8")
    print(f"\nfigures: {path}", file=sys.stderr)


def timed(work: Callable[[], object], repeats: int, warm_up: int = 5) -> list[float]:
    """Seconds of each of `repeats` calls, after `warm_up` calls that do not count."""
    for _ in range(warm_up):
        work()
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return seconds


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile in milliseconds, and the number of calls."""
    if not len(seconds):
        return {"p50_ms": float("nan"), "p95_ms": float("nan"), "p99_ms": float("nan"), "runs": 0}
    p50, p95, p99 = (1000 * float(value) for value in np.percentile(seconds, [50, 95, 99]))
    return {"p50_ms": round(p50, 3), "p95_ms": round(p95, 3), "p99_ms": round(p99, 3), "runs": len(seconds)}


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table, its first column aligned left and the others, which hold figures, aligned right."""
    cells = [[str(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    for number, row in enumerate(cells):
        print("| " + " | ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) + " |")
        if number == 0:
            print("|" + "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]) + "|")
