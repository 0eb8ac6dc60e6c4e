"""The static site on a plain file server: reads every digit, goes on without a network, looks inside, shows the
evaluation, and is open to everybody."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from digit.learning.export.layers import activations
from digit.recognizer import Recognizer
from digit.ui.site.build import build_site
from tests.browser.kit.app import HANDWRITING, WAIT_MS, draw
from tests.browser.test_access import complaints
from tests.browser.test_local import launch_without_webassembly
from tests.digits import make_digits

pytestmark = pytest.mark.browser

SENTENCE = "#tab-draw .sentence"
OFFLINE = "#model-line .offline"
KEPT = "This page works without a network now."
OUTPUTS = """async images => {
  const { loadOutputs } = await import("./reader/recognition/litert.js");
  const at = file => new URL(`reader/${file}`, document.baseURI);
  const { runtime, glue, wasm, inside } = (await (await fetch(at("settings.json"))).json()).files;
  const outputs = await loadOutputs({ runtime: at(runtime), glue: at(glue), wasm: at(wasm), model: at(inside) });
  const answers = [];
  for (const image of images) answers.push((await outputs(Float32Array.from(image))).map(o => Array.from(o)));
  return answers;
}"""
PAINTED = """() => [...document.querySelectorAll(".inside canvas")].map(canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, i) => i % 4 === 3 ? sum + value : sum, 0);
})"""


class FileServer:
    """`python -m http.server`: knows nothing of this project."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                with urllib.request.urlopen(self.url, timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("python -m http.server does not serve")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="module")
def folder(recognizer: Recognizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("static") / "site"
    build_site(recognizer.artifact, place)
    return place


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[FileServer]:
    server = FileServer(folder)
    yield server
    server.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A new visitor; nothing on the page may log an error or ask another host."""
    found: list[str] = []
    visitor = browser.new_context(viewport={"width": 1280, "height": 900})
    visitor.on("console", lambda m: found.append(m.text) if m.type == "error" else None)
    visitor.on("weberror", lambda e: found.append(str(e.error)))
    visitor.on(
        "request", lambda r: None if "//127.0.0.1" in r.url or r.url[:5] in ("data:", "blob:") else found.append(r.url)
    )
    yield visitor
    visitor.close()
    assert found == []


def visit(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(url)
    expect(page.locator("#paper canvas")).to_be_attached()
    return page


def look_inside(page: Page) -> None:
    page.get_by_role("switch", name="Look inside").check()
    expect(page.locator(".inside canvas").first).to_be_visible()


def test_every_digit_is_read(context: BrowserContext, site: FileServer) -> None:
    page = visit(context, site.url)
    for digit, strokes in HANDWRITING.items():
        draw(page, strokes)
        expect(page.locator(SENTENCE)).to_have_text(f"This looks like {'an' if digit == 8 else 'a'} {digit}")
        page.get_by_role("button", name="Clear").click()
        expect(page.locator(SENTENCE)).to_have_text("Nothing drawn yet")
    expect(page.locator(".source .note")).to_have_text("Drawings stay in this browser.")
    expect(page.locator(".source .places")).to_be_hidden()


def test_what_is_drawn_before_the_reader_is_here_is_answered(context: BrowserContext, site: FileServer) -> None:
    """Page and service worker both ask for the model; both are kept waiting."""
    held: list[Route] = []
    waits = True
    context.route("**/model.tflite", lambda route: held.append(route) if waits else route.continue_())
    page = visit(context, site.url)
    draw(page, HANDWRITING[3])
    expect(page.locator(".source .note")).to_contain_text("The reader is being loaded")
    expect(page.locator(SENTENCE)).to_have_text("Nothing drawn yet")
    waits = False
    for route in held:
        route.continue_()
    expect(page.locator(SENTENCE)).to_have_text("This looks like a 3")


def test_it_goes_on_without_a_network_and_without_its_server(context: BrowserContext, folder: Path) -> None:
    server = FileServer(folder)
    page = visit(context, server.url)
    expect(page.locator(OFFLINE)).to_have_text(KEPT)
    page.close()
    server.stop()
    context.set_offline(True)
    page = visit(context, f"{server.url}?tab=draw")
    draw(page, HANDWRITING[5])
    expect(page.locator(SENTENCE)).to_have_text("This looks like a 5")
    look_inside(page)
    page.get_by_label("Show why").check()
    expect(page.locator("#tab-draw .seen figcaption")).to_have_text(re.compile("speak for the 5|No single part"))
    page.get_by_role("link", name="see Evaluation").click()
    expect(page.locator("#part-overview .figure")).to_contain_text("%")
    for part in ("Curves", "Robustness", "Compare"):
        page.get_by_role("tab", name=part).click()
        expect(page.locator("#evaluation [role=tabpanel]:not([hidden]) .chart").first).to_be_visible()


def test_a_new_version_takes_over_when_no_page_of_the_old_one_is_open(
    context: BrowserContext, folder: Path, tmp_path: Path
) -> None:
    place = Path(shutil.copytree(folder, tmp_path / "site"))
    server = FileServer(place)
    try:
        page = visit(context, server.url)
        expect(page.locator(OFFLINE)).to_have_text(KEPT)
        for name, old, new in (
            ("index.html", "<h1>digit</h1>", "<h1>later</h1>"),
            ("service-worker.js", 'const VERSION = "', 'const VERSION = "later-'),
        ):
            text = (place / name).read_text(encoding="utf-8")
            (place / name).write_text(text.replace(old, new), encoding="utf-8")
        page.reload()
        expect(page.locator("h1")).to_have_text("digit")
        page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")
        page.wait_for_function("navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))")
        page.close()
        for _ in range(20):  # the browser changes them over when it has seen the page go
            page = visit(context, server.url)
            title = page.locator("h1").inner_text()
            page.close()
            if title == "later":
                break
            time.sleep(0.5)
        assert title == "later"
    finally:
        server.stop()


def test_the_maps_are_those_of_python(context: BrowserContext, site: FileServer, recognizer: Recognizer) -> None:
    page = visit(context, site.url)
    images = make_digits(10).images.astype(np.float32) / 255
    assert recognizer.artifact.inside is not None
    expected = activations(recognizer.artifact.inside, images)
    found = page.evaluate(OUTPUTS, [image.ravel().tolist() for image in images])
    for block, theirs in enumerate(expected):
        ours = np.array([answer[block] for answer in found], np.float32).reshape(theirs.shape)
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_the_strongest_maps_stand_first(context: BrowserContext, site: FileServer) -> None:
    page = visit(context, site.url)
    order = page.evaluate(
        """async () => {
          const { strongestMaps } = await import("./reader/components/layers.js");
          // three maps of two places: the second is high everywhere, and responds least
          return strongestMaps(Float32Array.from([0, 9, 1, 2, 9.5, 5]), { maps: 3, height: 1, width: 2 });
        }"""
    )
    assert order == [2, 0, 1]


def test_the_maps_follow_the_pen(context: BrowserContext, site: FileServer) -> None:
    page = visit(context, site.url)
    page.get_by_role("switch", name="Look inside").check()
    expect(page.locator(".inside .note")).to_contain_text("Draw a digit")
    paper = page.locator("#paper canvas")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    seen = []
    for step in range(1, 6):
        page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + (0.2 + 0.12 * step) * box["height"])
        page.mouse.move(box["x"] + (0.3 + 0.02 * step) * box["width"], box["y"] + (0.2 + 0.12 * step) * box["height"])
        page.wait_for_timeout(300)
        seen.append(tuple(page.evaluate(PAINTED)))
    assert len(seen[0]) == 7
    assert len(set(seen)) >= 4, "the pen is down all the time, and the maps change"
    page.mouse.up()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".inside .blocks")).to_be_hidden()


def test_mistakes_at_large_of_its_own_model_and_of_another_and_their_way_to_draw(
    context: BrowserContext, site: FileServer
) -> None:
    page = visit(context, f"{site.url}?tab=evaluation")
    for system in (0, 1):
        page.locator("#pick-system").select_option(index=system)
        first = page.locator("#part-overview:not([aria-busy]) .mistakes > button").first
        expect(first).to_be_visible()
        page.wait_for_timeout(300)
        label, guess = first.get_attribute("data-label"), first.get_attribute("data-guess")
        first.click()
        verdict = page.locator("dialog.sample .verdict")
        expect(verdict).to_contain_text(f"The label says {label}. It was read as {guess}")
        shares = page.locator("dialog.sample .ten li").evaluate_all("rows => rows.map(row => Number(row.dataset.p))")
        assert int(np.argmax(shares)) == int(guess or -1)
        assert sum(shares) == pytest.approx(1, abs=0.01)
        if system == 0:
            page.locator("dialog.sample [data-do=close]").click()
    page.get_by_role("button", name="Try it in Draw").click()
    expect(page.locator("#paper .given")).to_contain_text("MNIST test, digit")
    expect(page.locator(".source .took")).to_contain_text("in your browser")


def test_without_webassembly_it_says_so(browser: Browser, site: FileServer) -> None:
    without = launch_without_webassembly(browser)
    page = visit(without.new_context(), site.url)
    expect(page.locator(".source .note")).to_contain_text("drawings cannot be read here")
    without.close()


def test_nothing_keeps_anybody_out(context: BrowserContext, site: FileServer) -> None:
    page = visit(context, site.url)
    draw(page, HANDWRITING[7])
    expect(page.locator(SENTENCE)).to_have_text("This looks like a 7")
    look_inside(page)
    assert complaints(page) == []
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#tab-evaluation-button").click()
    for tab in page.locator("#evaluation [role=tab]").all():
        tab.click()
        expect(page.locator(f"#{tab.get_attribute('aria-controls')} > *").first).to_be_visible()
        assert complaints(page) == [], tab.inner_text()
