"""axe-core finds no fault on any tab: wide and light, narrow and dark, and at 200 % zoom."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import HANDWRITING, ROOT, App, draw, sentence, write_number
from tests.ui.files import write_bad_files

EXAMPLES = ROOT / "assets" / "examples"
pytestmark = pytest.mark.browser

LOOKS: list[tuple[int, int, Literal["light", "dark"]]] = [(1280, 800, "light"), (390, 844, "dark"), (640, 400, "light")]
"""Width, height and scheme; the last is a window of 1280 x 800 at 200 %."""
AT_ONCE = "*, *::before, *::after { transition: none !important; animation: none !important; }"
SETTLED = """dark => {
  const waiting = document.querySelector(".pending, .busy, [data-state=busy], [role=tabpanel][aria-busy]") !== null;
  return !waiting && (document.querySelector("html.dark, body.dark") !== null) === dark;
}"""
"""Gradio's own script changes the look, some time after the browser, and what waits for an answer is pale."""


def complaints(page: Page) -> list[str]:
    """What axe finds in any look, one line for each kind, with the first element.

    The page changes its look where it stands, and ends in the look that it had.
    """
    window, dark = page.viewport_size, page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert window is not None
    page.add_style_tag(content=AT_ONCE)  # axe measures colours, which glide
    found = []
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(SETTLED, arg=scheme == "dark")
        response = Axe().run(page).response
        assert len(response["passes"]) > 20  # it did look
        found += [
            f"{width} {scheme}: {fault['impact']}: {fault['id']}, {len(fault['nodes'])} times, "
            f"first {fault['nodes'][0]['html'][:200]}"
            for fault in response["violations"]
        ]
    page.set_viewport_size(window)
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.wait_for_function(SETTLED, arg=dark)
    return found


def test_draw_before_and_after_an_answer(open_page: OpenPage) -> None:
    page = open_page()
    assert complaints(page) == []
    draw(page, HANDWRITING[7])
    expect(page.locator(sentence())).to_have_text("This looks like a 7")
    assert complaints(page) == []


def test_upload_before_and_after_an_answer(open_page: OpenPage) -> None:
    page = open_page("upload")
    assert complaints(page) == []
    page.locator(".shelf button").first.click()
    expect(page.locator("#tab-upload .steps")).to_be_visible()
    assert complaints(page) == []


def test_number_written_and_as_pictures(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    assert complaints(page) == []
    write_number(page, "12")
    expect(page.locator(".by-drawing .sentence")).to_have_text("This looks like 12")
    assert complaints(page) == []
    page.get_by_role("button", name="Pictures").click()
    page.locator("#number-examples [data-name='two-rows-in-a-shadow.jpg']").click()  # has a doubtful digit
    expect(page.locator("#number-preview .mark")).to_have_count(7)
    assert complaints(page) == []
    files = [EXAMPLES / "drawing-3.png", write_bad_files(tmp_path)["text.png"]]
    page.locator("#number-picture input[type=file]").set_input_files(files)
    expect(page.locator(".batch .said")).to_have_text(re.compile("^2 pictures: 1 with a number, 1 cannot be read"))
    assert complaints(page) == []


def test_evaluation_every_part_and_a_mistake_at_large(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    for tab in page.locator("#evaluation [role=tab]").all():
        tab.click()
        panel = page.locator(f"#{tab.get_attribute('aria-controls')}")
        expect(panel.locator("> *").first).to_be_visible()
        assert complaints(page) == [], tab.inner_text()
    page.locator("#evaluation [role=tab]").first.click()
    page.locator(".mistakes > button").first.click()
    expect(page.locator("dialog.sample")).to_be_visible()
    assert complaints(page) == []


def test_data(open_page: OpenPage, compared: App) -> None:
    page = open_page("data", url=compared.url)
    assert complaints(page) == []
    page.locator("#data summary").first.click()
    assert complaints(page) == []
