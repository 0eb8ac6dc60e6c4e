"""The Upload tab in a real browser: chosen, dropped and pasted files, the camera, examples, and bad files."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import sentence
from tests.ui.files import COMPLAINTS, write_bad_files, write_odd_files

pytestmark = pytest.mark.browser

TRANSFER = """([kind, data]) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "given.png", { type: "image/png" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true });
  document.querySelector("#picture .zone").dispatchEvent(event);
}"""


def test_files_of_every_kind_are_read_and_bad_ones_get_a_sentence(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("upload")
    chooser = page.locator("#picture input[type=file]")
    answer = page.locator(sentence("upload"))
    panel = page.locator("#tab-upload .answer")
    for name, bad in write_bad_files(tmp_path).items():
        chooser.set_input_files(bad)
        expect(panel).to_have_attribute("data-verdict", "error")
        expect(answer).to_have_text(re.compile(rf"^{COMPLAINTS[name]}.*\.$"))
        expect(page.locator("#preview img")).to_have_count(0)
        # The app goes on: the next file is read.
        chooser.set_input_files(write_odd_files(tmp_path, 5)["plain.png"])
        expect(answer).to_have_text("This looks like a 5")
    for odd in write_odd_files(tmp_path, 3).values():
        chooser.set_input_files(write_odd_files(tmp_path, 6)["plain.png"])
        expect(answer).to_have_text("This looks like a 6")
        chooser.set_input_files(write_odd_files(tmp_path, 3)[odd.name])
        expect(answer).to_have_text("This looks like a 3")
        expect(page.locator("#steps img")).to_have_count(4)
        expect(page.locator("#preview img")).to_have_count(1)
    assert page.locator(".toast-body").count() == 0


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_can_be_pasted_or_dropped(open_page: OpenPage, tmp_path: Path, kind: str) -> None:
    page = open_page("upload")
    data = base64.b64encode(write_odd_files(tmp_path, 4)["plain.png"].read_bytes()).decode()
    page.evaluate(TRANSFER, [kind, data])
    expect(page.locator(sentence("upload"))).to_have_text("This looks like a 4")


def test_a_tiny_picture_gets_an_answer(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("upload")
    pixel = tmp_path / "pixel.png"
    pixel.write_bytes(base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsYJJEwAAAABJRU5ErkJggg=="
    ))  # fmt: skip
    page.locator("#picture input[type=file]").set_input_files(pixel)
    expect(page.locator(sentence("upload"))).not_to_have_text("No picture yet")
    assert page.locator(".toast-body").count() == 0


def test_a_file_that_is_too_large_is_not_sent(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("upload")
    large = tmp_path / "large.bmp"
    with large.open("wb") as file:
        file.truncate(21_000_000)
    page.locator("#picture input[type=file]").set_input_files(large)
    expect(page.locator(sentence("upload"))).to_have_text(
        "This file is larger than 20 MB, the largest size that can be read here."
    )


def test_a_click_on_an_example_reads_it(open_page: OpenPage) -> None:
    page = open_page("upload", width=390, height=844)
    page.locator(".shelf button[data-name='drawing-3.png']").click()
    expect(page.locator(sentence("upload"))).to_have_text("This looks like a 3")
    page.locator(".shelf button[data-name='star-not-a-digit.png']").click()
    expect(page.locator(sentence("upload"))).to_have_text("This does not look like a digit")
    expect(page.locator("#tab-upload .answer")).to_have_attribute("data-verdict", "not_a_digit")


def test_the_camera_shows_itself_and_takes_a_picture(open_page: OpenPage) -> None:
    page = open_page("upload")
    page.get_by_role("button", name="Camera").click()
    expect(page.locator("#camera video")).to_be_visible()
    page.wait_for_function("document.querySelector('#camera video').videoWidth > 0")
    page.get_by_role("button", name="Take the picture").click()
    expect(page.locator("#preview img")).to_have_count(1)
    expect(page.locator("#camera video")).to_be_hidden()
    expect(page.locator("#tab-upload .answer")).not_to_have_attribute("data-verdict", "error")


def test_the_reason_of_the_last_picture_is_shown_when_it_is_asked_for(open_page: OpenPage) -> None:
    page = open_page("upload")
    why = page.locator("#tab-upload").get_by_label("Show why")
    caption = page.locator("#tab-upload .seen figcaption")
    why.check()  # before there is a picture
    page.locator(".shelf button[data-name='chalk-4-on-a-board.jpg']").click()
    expect(caption).to_have_text(re.compile("speak for the 4|No single part"))
    why.uncheck()
    expect(caption).to_have_text("What the model sees")
    why.check()
    expect(caption).to_have_text(re.compile("speak for the 4|No single part"))
