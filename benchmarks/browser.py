"""Latency of the page in a real browser: reading a drawing in the browser against reading it on the server.

    python -m benchmarks.browser [--repeats 3]

Measures the milliseconds from a pen event to the first answer that includes it, the time until the canvas can be drawn
on with and without the reader for the browser, and the bytes that this reader takes, all in one run of Chromium. Needs
the packages of requirements-dev.txt and Chromium.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Request, sync_playwright

from benchmarks.support.options import options_parser
from tests.browser.kit.app import App, open_tab
from tests.browser.kit.chromium import launch
from tests.browser.kit.drawings import READ, make_drawings
from tests.browser.kit.timing import time_movements, use_reader

USABLE = """() => new Promise((done) => {
  const look = () => {
    const canvas = document.querySelector("#paper canvas");
    if (canvas && canvas.width > 300) done(performance.now()); // first paint at its full size
    else requestAnimationFrame(look);
  };
  look();
})"""


def main() -> None:
    parser = options_parser(__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="page loads of each kind, after one that does not count")
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
    """Print one line of the table."""
    print(f"{name:44s} {np.median(times):8.1f} {np.quantile(times, 0.95):8.1f} {len(times):6d}", flush=True)


def pen(browser: Browser, app: App) -> None:
    """Pen event to answer, read in the browser and on the server, on one page."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    open_tab(page, app.url)
    time_movements(page, "browser", "7")  # warm-up: the browser compiles hot code
    for place in ("browser", "server"):
        row(
            f"pen moved -> answer, read {'in the browser' if place == 'browser' else 'on the server'}",
            time_movements(page, place),
        )
    page.close()


def reading(browser: Browser, app: App) -> None:
    """Reading alone, over drawings of every kind: preprocessing, network, verdict."""
    page = browser.new_page()
    page.goto(f"{app.url}/reader/settings.json")
    drawings = [drawing.strokes for drawing in make_drawings(320)]
    page.evaluate(READ, drawings[:80])
    row("a drawing read in the browser, all kinds", [answer["ms"] for answer in page.evaluate(READ, drawings)])
    page.close()


def loading(browser: Browser, app: App, repeats: int) -> None:
    """Time until the canvas can be drawn on, with and without the reader for the browser, and the bytes it takes."""
    load_page(browser, app, True)  # warms the server up
    with_reader, without = [], []
    for _ in range(repeats):
        with_reader.append(load_page(browser, app, True))
        without.append(load_page(browser, app, False)[0])
    usable, ready, fetched = zip(*with_reader, strict=True)
    row("page opened -> canvas usable, with the reader", list(usable))
    row("page opened -> canvas usable, without it", without)
    row("page opened -> drawings read in the browser", list(ready))
    print(f"\n{max(fetched):,.0f} bytes fetched for reading in the browser, headers included")


def load_page(browser: Browser, app: App, reader: bool) -> tuple[float, float, float]:
    """Milliseconds until the canvas is usable and until drawings are read in the browser; bytes fetched for that."""
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
    """Bytes of a response, headers included."""
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


if __name__ == "__main__":
    main()
