"""How the page does in a real browser: the two ways of reading a drawing beside each other, in one run of Chromium.

    python benchmarks/browser.py [--repeats 3]

Milliseconds from a movement of the pen, when the page hears of it, to the first answer on the page that knows of it;
how long until the paper can be drawn on, with the reader for the browser and without; the bytes that it takes. Prints a
table; asserts nothing. Wants the packages of requirements-dev.txt and Chromium.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Request, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.kit.app import App, open_tab
from tests.browser.kit.chromium import launch
from tests.browser.kit.drawings import READ, make_drawings
from tests.browser.kit.timing import time_movements, use_reader

USABLE = """() => new Promise((done) => {
  const look = () => {
    const canvas = document.querySelector("#paper canvas");
    if (canvas && canvas.width > 300) done(performance.now()); // it was painted at its size for the first time
    else requestAnimationFrame(look);
  };
  look();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--repeats", type=int, default=3, help="page loads of each kind, after one that counts for none"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = App(Path(folder) / "app.log")
        try:
            app.wait()
            browser = launch(playwright)
            print(f"Chromium {browser.version}\n\n{'milliseconds':44s} {'p50':>8s} {'p95':>8s} {'count':>6s}")
            pen(browser, app)
            reading(browser, app)
            loading(browser, app, options.repeats)
        finally:
            app.stop()


def row(name: str, times: list[float]) -> None:
    """One line of the table."""
    print(f"{name:44s} {np.median(times):8.1f} {np.quantile(times, 0.95):8.1f} {len(times):6d}", flush=True)


def pen(browser: Browser, app: App) -> None:
    """From a movement of the pen to its answer, both ways, on one page."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    open_tab(page, app.url)
    time_movements(page, "browser", "7")  # the browser compiles what it runs often
    for place in ("browser", "server"):
        row(
            f"pen moved -> answer, read {'in the browser' if place == 'browser' else 'on the server'}",
            time_movements(page, place),
        )
    page.close()


def reading(browser: Browser, app: App) -> None:
    """Reading alone, of drawings of every kind: preprocessing, network, verdict."""
    page = browser.new_page()
    page.goto(f"{app.url}/reader/settings.json")
    drawings = [drawing.strokes for drawing in make_drawings(320)]
    page.evaluate(READ, drawings[:80])
    row("a drawing read in the browser, all kinds", [answer["ms"] for answer in page.evaluate(READ, drawings)])
    page.close()


def loading(browser: Browser, app: App, repeats: int) -> None:
    """Until the paper can be drawn on, with and without the reader for the browser; and what that takes."""
    load_page(browser, app, True)  # the first one warms the server up
    with_reader, without = [], []
    for _ in range(repeats):
        with_reader.append(load_page(browser, app, True))
        without.append(load_page(browser, app, False)[0])
    usable, ready, fetched = zip(*with_reader, strict=True)
    row("page opened -> paper usable, with the reader", list(usable))
    row("page opened -> paper usable, without it", without)
    row("page opened -> drawings read in the browser", list(ready))
    print(f"\n{max(fetched):,.0f} bytes fetched for reading in the browser, headers included")


def load_page(browser: Browser, app: App, reader: bool) -> tuple[float, float, float]:
    """Milliseconds until the paper is usable, and until drawings are read in the browser; bytes fetched for that."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    if not reader:
        page.route("**/reader/**", lambda route: route.abort())
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(f"{app.url}/?tab=draw")
    usable = float(page.evaluate(USABLE))
    ready, fetched = 0.0, 0.0
    if reader:
        use_reader(page, "browser")
        ready = float(page.evaluate("performance.now()"))
        fetched = float(sum(size(request) for request in requests if "/reader/" in request.url))
    context.close()
    return usable, ready, fetched


def size(request: Request) -> int:
    """Bytes of an answer."""
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


if __name__ == "__main__":
    main()
