"""Drawings read in the browser itself: as Python reads them, without the server, and by the server where it must be."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from digit.recognition.prediction import percent
from digit.recognizer import Recognizer
from digit.ui.components.canvas import decode_drawing
from tests.browser.conftest import FIGURES, OpenPage
from tests.browser.kit.app import HANDWRITING, App, draw, open_tab, sentence
from tests.browser.kit.chromium import FLAGS, candidates
from tests.browser.kit.drawings import READ, make_drawings
from tests.browser.kit.timing import time_movements, use_reader

pytestmark = pytest.mark.browser

DRAWINGS = 1040
AT_ONCE = 40
TAKEN = "#tab-draw .source .took"
NOTE = "#tab-draw .source .note"
ANSWER = """() => {
  const answer = document.querySelector("#tab-draw .answer").cloneNode(true);
  const image = answer.querySelector("img");
  for (const row of answer.querySelectorAll("li")) {
    // Weights of 16 bits move the last places: they show in the lengths, and among the least likely digits.
    if (Number(row.style.getPropertyValue("--rank")) > 1) row.querySelector(".value").textContent = "";
    row.removeAttribute("style");
  }
  const { src } = image;
  image.removeAttribute("src");
  return { html: answer.outerHTML, src };
}"""
PIXELS = """async src => {
  const image = new Image();
  image.src = src;
  await image.decode();
  const context = Object.assign(document.createElement("canvas"), { width: 28, height: 28 }).getContext("2d");
  context.drawImage(image, 0, 0);
  return Array.from(context.getImageData(0, 0, 28, 28).data);
}"""


def reader_page(browser: Browser, app: App) -> Page:
    """A page of the reader's address, on which its modules can be called."""
    page = browser.new_page()
    page.goto(f"{app.url}/reader/settings.json")
    return page


def test_a_thousand_drawings_are_read_as_python_reads_them(browser: Browser, app: App, recognizer: Recognizer) -> None:
    page = reader_page(browser, app)
    drawings = make_drawings(DRAWINGS)
    same, differences, verdicts = 0, [], Counter[str]()
    for start in range(0, DRAWINGS, AT_ONCE):
        for here in page.evaluate(READ, [drawing.strokes for drawing in drawings[start : start + AT_ONCE]]):
            content = decode_drawing(here["url"])
            assert content is not None
            there = recognizer.predict(content)
            verdicts[there.verdict] += 1
            same += (here["digit"], here["verdict"]) == (there.digit, there.verdict)
            differences.extend(np.abs(np.array(here["probabilities"]) - there.probabilities).tolist())
    page.close()
    median, most = np.quantile(differences, [0.5, 0.99])
    FIGURES.append(
        f"{DRAWINGS} drawings in the browser and in Python: same digit and verdict {100 * same / DRAWINGS:.2f} %, "
        f"probabilities differ by {median:.1e} (median), {most:.1e} (99th percentile), {max(differences):.1e} (most)"
    )
    assert len(verdicts) >= 3, "the drawings are too easy to compare verdicts on"
    assert same >= 0.998 * DRAWINGS
    assert median <= 0.001
    assert most <= 0.02


def test_probabilities_are_written_as_python_writes_them(browser: Browser, app: App) -> None:
    page = reader_page(browser, app)
    probabilities = [*np.linspace(0, 1, 1001) + 1.3e-4, 0.0, 1.0, 0.0005, 0.9995, 0.01, 0.99]
    written = page.evaluate(
        "async values => values.map((await import('./recognition/prediction.js')).percent)",
        [float(p) for p in probabilities],
    )
    assert written == [percent(float(p)) for p in probabilities]
    page.close()


def test_each_digit_is_read_in_the_browser_and_nothing_is_sent(open_page: OpenPage) -> None:
    page = open_page()
    sent: list[Request] = []
    use_reader(page, "browser")
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    for digit, strokes in HANDWRITING.items():
        draw(page, strokes)
        expect(page.locator(sentence())).to_have_text(f"This looks like {'an' if digit == 8 else 'a'} {digit}")
        expect(page.locator(TAKEN)).to_have_text(re.compile(r"^in your browser, [\d.]+ ms$"))
        expect(page.locator(NOTE)).to_contain_text("Drawings stay in this browser")
        page.get_by_role("button", name="Clear").click()
        expect(page.locator(sentence())).to_have_text("Nothing drawn yet")
    assert sent == []


def test_the_answer_looks_the_same_wherever_it_was_read(open_page: OpenPage) -> None:
    page = open_page()
    for strokes in (HANDWRITING[2], [[(0.1, 0.2), (0.9, 0.25)], [(0.1, 0.8), (0.9, 0.7)]], []):
        use_reader(page, "browser")
        draw(page, strokes)
        if strokes:
            expect(page.locator(TAKEN)).to_contain_text("in your browser")
        here = page.evaluate(ANSWER)
        page.get_by_text("On the server", exact=True).click()
        expect(page.locator(TAKEN)).to_contain_text("on the server")
        there = page.evaluate(ANSWER)
        assert here["html"] == there["html"]
        assert page.evaluate(PIXELS, here["src"]) == page.evaluate(PIXELS, there["src"])
        page.get_by_text("In this browser", exact=True).click()
        if strokes:
            page.get_by_role("button", name="Clear").click()


def test_the_reason_is_worked_out_in_the_browser_as_on_the_server(open_page: OpenPage) -> None:
    page = open_page()
    use_reader(page, "browser")
    draw(page, HANDWRITING[4])
    page.locator("#tab-draw").get_by_label("Show why").check()
    caption = page.locator("#tab-draw .seen figcaption")
    expect(caption).to_have_text(re.compile("speak for the 4|No single part"))
    here = page.evaluate(ANSWER)
    page.get_by_text("On the server", exact=True).click()
    expect(page.locator(TAKEN)).to_contain_text("on the server")
    there = page.evaluate(ANSWER)
    assert here["html"] == there["html"]
    pixels = [np.array(page.evaluate(PIXELS, answer["src"])) for answer in (here, there)]
    assert np.abs(pixels[0] - pixels[1]).mean() < 2


def test_a_digit_image_is_read_as_it_is(open_page: OpenPage, recognizer: Recognizer) -> None:
    page = open_page()
    use_reader(page, "browser")
    page.evaluate(
        """() => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
          const context = canvas.getContext("2d");
          context.fillStyle = "#fff";
          context.fillRect(0, 0, 28, 28);
          context.fillStyle = "#404040";
          context.fillRect(12, 4, 4, 20);
          const detail = { url: canvas.toDataURL("image/png"), name: "a bar" };
          document.dispatchEvent(new CustomEvent("digit-image", { detail }));
        }"""
    )
    bar = np.zeros((1, 28, 28), np.float32)
    bar[:, 4:24, 12:16] = (255 - 0x40) / 255
    prediction = recognizer.predict_digit_images(bar)[0]
    expect(page.locator(sentence())).to_have_text(prediction.sentence)
    expect(page.locator(TAKEN)).to_contain_text("in your browser")


def test_drawing_is_answered_while_the_server_is_away_and_when_it_is_back(
    browser: Browser, model_folder: Path, tmp_path: Path
) -> None:
    app = App(tmp_path / "app.log", DIGIT_MODEL=str(model_folder.resolve()))
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    try:
        app.wait()
        page = context.new_page()
        open_tab(page, app.url)
        use_reader(page, "browser")
        app.stop()
        draw(page, HANDWRITING[7])
        expect(page.locator(sentence())).to_have_text("This looks like a 7")
        expect(page.locator(NOTE)).to_contain_text("The server does not answer. Drawings are still read here")
        page.get_by_role("button", name="Clear").click()
        draw(page, HANDWRITING[3])
        expect(page.locator(sentence())).to_have_text("This looks like a 3")
        port = app.url.rpartition(":")[2]
        again = App(tmp_path / "again.log", DIGIT_MODEL=str(model_folder.resolve()), GRADIO_SERVER_PORT=port)
        again.url, app = app.url, again
        again.wait()
        expect(page.locator(NOTE)).to_contain_text("Drawings stay in this browser")
        expect(page.locator(sentence())).to_have_text("This looks like a 3")
        page.get_by_text("On the server", exact=True).click()
        page.get_by_role("button", name="Clear").click()
        draw(page, HANDWRITING[6])
        expect(page.locator(sentence())).to_have_text("This looks like a 6")
        expect(page.locator(TAKEN)).to_contain_text("on the server")
    finally:
        context.close()
        app.stop()


def test_without_webassembly_the_server_reads_and_one_note_says_so(app: App, browser: Browser) -> None:
    complaints: list[str] = []
    without = launch_without_webassembly(browser)
    page = without.new_page()
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    open_tab(page, app.url)
    assert page.evaluate("typeof WebAssembly") == "undefined"
    expect(page.locator(NOTE)).to_have_text("This browser does not run WebAssembly, so the server reads.")
    expect(page.locator(".source .places")).to_be_hidden()
    draw(page, HANDWRITING[5])
    expect(page.locator(sentence())).to_have_text("This looks like a 5")
    expect(page.locator(TAKEN)).to_contain_text("on the server")
    without.close()
    assert complaints == []


def launch_without_webassembly(browser: Browser) -> Browser:
    path = next(iter(candidates()))
    return browser.browser_type.launch(executable_path=path, args=[*FLAGS, "--js-flags=--jitless"])


def test_the_answer_follows_the_pen_in_both_ways(open_page: OpenPage) -> None:
    page = open_page()
    for place in ("browser", "server"):
        times = time_movements(page, place)
        assert len(times) > 20
        FIGURES.append(
            f"pen moved -> answer on the page, {place}: median {np.median(times):.1f} ms, "
            f"95th percentile {np.quantile(times, 0.95):.1f} ms ({len(times)} movements)"
        )
