"""The real app as its own process, and a visitor's hand on its page. The tests and the screenshots use both."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

ROOT = Path(__file__).resolve().parents[3]
Stroke = list[tuple[float, float]]

WAIT_MS = 30_000
"""How long to wait for anything on the page: a slow machine is no failure."""
expect.set_options(timeout=WAIT_MS)

HANDWRITING: dict[int, list[Stroke]] = {
    # As written by hand, in the unit square: x to the right, y down, one list per stroke.
    0: [[(0.56, 0.17), (0.42, 0.18), (0.31, 0.33), (0.28, 0.55), (0.34, 0.76), (0.48, 0.85), (0.63, 0.78), (0.71, 0.58),
         (0.69, 0.36), (0.62, 0.21), (0.53, 0.17)]],
    1: [[(0.52, 0.16), (0.51, 0.38), (0.49, 0.62), (0.48, 0.86)]],
    2: [[(0.29, 0.31), (0.36, 0.19), (0.50, 0.15), (0.63, 0.22), (0.65, 0.36), (0.56, 0.51), (0.42, 0.67), (0.28, 0.82),
         (0.44, 0.81), (0.60, 0.82), (0.74, 0.81)]],
    3: [[(0.31, 0.21), (0.46, 0.14), (0.62, 0.20), (0.63, 0.35), (0.52, 0.45), (0.43, 0.48), (0.57, 0.49), (0.68, 0.61),
         (0.64, 0.78), (0.48, 0.86), (0.30, 0.80)]],
    4: [[(0.45, 0.15), (0.38, 0.35), (0.28, 0.56), (0.46, 0.55), (0.73, 0.53)],
        [(0.63, 0.32), (0.61, 0.58), (0.58, 0.87)]],
    5: [[(0.38, 0.18), (0.36, 0.32), (0.34, 0.45), (0.48, 0.41), (0.62, 0.47), (0.67, 0.62), (0.59, 0.79), (0.44, 0.85),
         (0.30, 0.79)], [(0.38, 0.18), (0.52, 0.17), (0.68, 0.16)]],
    6: [[(0.61, 0.14), (0.47, 0.26), (0.36, 0.45), (0.32, 0.66), (0.39, 0.82), (0.53, 0.85), (0.65, 0.75), (0.62, 0.60),
         (0.49, 0.56), (0.35, 0.66)]],
    7: [[(0.28, 0.20), (0.46, 0.19), (0.70, 0.17), (0.62, 0.35), (0.52, 0.59), (0.44, 0.86)]],
    8: [[(0.62, 0.24), (0.51, 0.15), (0.39, 0.21), (0.39, 0.34), (0.51, 0.47), (0.64, 0.61), (0.64, 0.77), (0.50, 0.86),
         (0.36, 0.78), (0.37, 0.62), (0.50, 0.48), (0.61, 0.37), (0.63, 0.25)]],
    9: [[(0.65, 0.28), (0.54, 0.16), (0.40, 0.20), (0.34, 0.35), (0.42, 0.47), (0.56, 0.44), (0.65, 0.29), (0.64, 0.50),
         (0.60, 0.68), (0.54, 0.87)]],
}  # fmt: skip


class App:
    """`python app.py` on a free port.

    Attributes:
        started: `time.perf_counter()` when the process was started.
        url: where it serves.
    """

    def __init__(self, log: Path, *, folder: Path = ROOT, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        settings = {**os.environ, "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port), **environment}
        self.started = time.perf_counter()
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=folder, env=settings, stdout=output, stderr=subprocess.STDOUT
            )

    def wait(self, seconds: float = 300) -> float:
        """Wait until it serves; returns the seconds since its start."""
        while time.perf_counter() - self.started < seconds:
            if self.process.poll() is not None:
                raise RuntimeError(f"app.py ended with status {self.process.returncode}:\n{self.log.read_text()}")
            try:
                with urllib.request.urlopen(self.url, timeout=5):
                    return time.perf_counter() - self.started
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"app.py did not serve within {seconds:.0f} seconds:\n{self.log.read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def running_app(log: Path, environment: Mapping[str, str]) -> Iterator[App]:
    """The app until the block ends; then its log may hold no traceback."""
    app = App(log, folder=ROOT, **environment)
    try:
        app.wait()
        yield app
    finally:
        app.stop()
    assert "Traceback" not in log.read_text()


def smooth(stroke: Stroke, steps: int = 6) -> Stroke:
    """The way of a hand through the points of a stroke: a Catmull-Rom curve."""
    curve = []
    for a, b, c, d in zip([stroke[0], *stroke], stroke, stroke[1:], [*stroke[2:], stroke[-1]], strict=False):
        for t in (i / steps for i in range(steps)):
            x, y = (
                0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
                for p, q, r, s in zip(a, b, c, d, strict=True)
            )
            curve.append((x, y))
    return [*curve, stroke[-1]]


def draw(page: Page, strokes: list[Stroke], canvas: str = "#paper canvas") -> None:
    """Draw on the paper with the mouse, strokes in the unit square."""
    paper = page.locator(canvas)
    paper.scroll_into_view_if_needed()
    box: Any = paper.bounding_box()
    for stroke in strokes:
        # A movement takes a frame, which is some 60 ms where there is no GPU.
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in smooth(stroke, 3)]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def write_number(page: Page, text: str, first: int = 0) -> None:
    """Write digits side by side on the wide paper, which has four places; `first` is that of the first digit."""
    for place, character in enumerate(text, first):
        strokes = [
            [(0.03 + 0.24 * place + 0.4 * (x - 0.25), 0.1 + 0.75 * y) for x, y in stroke]
            for stroke in HANDWRITING[int(character)]
        ]
        draw(page, strokes, "#wide-paper canvas")


def open_tab(page: Page, url: str, tab: str = "draw") -> None:
    """Open the page at a tab, and wait until its content is there."""
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{url}/?tab={tab}")
    content = {
        "draw": "#paper canvas",
        "upload": "#picture .zone",
        "number": "#wide-paper canvas",
        "evaluation": "#part-overview .score",
        "data": "#data .first, #data .missing",
    }[tab]
    expect(page.locator(content)).to_be_visible()


def sentence(tab: str = "draw") -> str:
    """The selector of the answer's sentence in a tab."""
    return f"#tab-{tab} .sentence"
