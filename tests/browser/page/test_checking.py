"""The table of many pictures is checked by keyboard, keeps what is in it, and goes out as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import App, open_tab
from tests.browser.kit.numbers import GIVEN, give, number_file, numbers, sentence
from tests.documents import document
from tests.ui.numbers import line

pytestmark = pytest.mark.browser

SAID, FIELD = ".batch .said", ".batch textarea"


def saved(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of all").click()
    return list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))


def three(page: Page, folder: Path) -> None:
    give(page, [number_file(folder, text) for text in ("372", "64", "10")])
    expect(page.locator(SAID)).to_have_text(re.compile("^3 pictures: 3 with a number"))


def test_numbers_are_mended_by_keyboard_beside_their_pictures(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    three(page, tmp_path)
    fields = page.locator(FIELD)
    fields.first.focus()
    expect(page.locator(".batch .beside span")).to_have_text("number-372.png")
    page.keyboard.press("Enter")
    expect(fields.nth(1)).to_be_focused()
    expect(page.locator(".batch .beside span")).to_have_text("number-64.png")
    expect(page.locator(".batch .beside img")).to_have_attribute("src", re.compile("^data:image/jpeg"))
    page.keyboard.type("6.5")  # the number is selected, so that it is typed over
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("-7")
    page.keyboard.press("Enter")
    page.keyboard.type("99")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowUp")
    expect(fields.nth(1)).to_be_focused()
    assert numbers(page) == ["372", "6.5\n-7", "10"]
    expect(page.locator(".batch tr.mended")).to_have_count(1)
    lines = saved(page)
    assert [(each["file"], each["row"], each["text"], each["mended"]) for each in lines] == [
        ("number-372.png", "1", "372", "no"),
        ("number-64.png", "1", "6.5", "yes"),
        ("number-64.png", "2", "-7", "yes"),
        ("number-10.png", "1", "10", "no"),
    ]
    assert lines[1]["confidence"] == ""
    page.get_by_role("button", name="Copy table").click()
    expect(page.locator(SAID)).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied == ["number-372.png\t372", "number-64.png\t6.5", "number-64.png\t-7", "number-10.png\t10"]


def test_the_least_sure_come_first_when_asked(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    three(page, tmp_path)
    confidences = {each["text"]: float(each["confidence"]) for each in saved(page)}
    button = page.get_by_role("button", name="Least sure first")
    button.click()
    assert numbers(page) == sorted(confidences, key=lambda text: confidences[text])
    page.reload()
    expect(page.locator(SAID)).to_have_text(re.compile("^3 pictures: 3 with a number"))
    assert numbers(page) == sorted(confidences, key=lambda text: confidences[text])
    button.click()
    assert numbers(page) == ["372", "64", "10"]


def test_the_table_outlives_a_reload_until_it_is_cleared(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    three(page, tmp_path)
    page.locator(FIELD).nth(1).fill("65")
    page.reload()
    expect(page.locator(SAID)).to_have_text(re.compile("^3 pictures: 3 with a number"))
    assert numbers(page) == ["372", "65", "10"]
    give(page, number_file(tmp_path, "25"))  # a single file joins them
    expect(page.locator(SAID)).to_have_text(re.compile("^4 pictures"))
    assert numbers(page) == ["372", "65", "10", "25"]
    page.get_by_role("button", name="Clear").last.click()
    page.reload()
    expect(page.locator("#number-picture .zone")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator(".batch")).to_be_hidden()
    give(page, number_file(tmp_path, "25"))
    expect(sentence(page, GIVEN)).to_have_text(re.compile("25"))
    expect(page.locator(".batch")).to_be_hidden()


def test_what_is_not_read_yet_is_read_after_a_reload(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    page.route(re.compile("/component_server"), lambda _: None)  # no answer ever comes
    give(page, [number_file(tmp_path, text) for text in ("372", "64", "10")])
    expect(page.locator(SAID)).to_have_text("0 of 3 read")
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.locator(SAID)).to_have_text(re.compile("^3 pictures: 3 with a number"))
    assert numbers(page) == ["372", "64", "10"]


@pytest.fixture
def faulty(app: App, browser: Browser) -> Iterator[Page]:
    """The Number tab in a window that may log errors: the browser itself logs requests that fail."""
    page = browser.new_page()
    open_tab(page, app.url, "number")
    yield page
    page.context.close()


def test_five_seconds_without_network_lose_nothing(faulty: Page, tmp_path: Path) -> None:
    page = faulty
    page.get_by_role("button", name="Pictures").click()
    page.context.set_offline(True)
    files = [number_file(tmp_path, text) for text in ("372", "64", "10")]
    page.locator("#number-picture input[type=file]").set_input_files(files)
    expect(page.locator(SAID)).to_have_text(re.compile("The server does not answer"))
    page.wait_for_timeout(5000)
    page.context.set_offline(False)
    expect(page.locator(SAID)).to_have_text(re.compile("^3 pictures: 3 with a number"))
    assert numbers(page) == ["372", "64", "10"]


def test_a_file_that_failed_is_tried_again(faulty: Page, tmp_path: Path) -> None:
    page = faulty
    failed: list[Route] = []

    def refuse(route: Route) -> None:
        failed.append(route)
        route.fulfill(status=500)

    page.route(re.compile("/upload"), refuse)
    give(page, [number_file(tmp_path, "372"), number_file(tmp_path, "64")])
    expect(page.locator(SAID)).to_have_text("2 pictures: 0 with a number, 2 cannot be read")
    assert len(failed) == 2
    page.unroute_all(behavior="wait")
    page.get_by_role("button", name="Try again").first.click()
    expect(page.locator(SAID)).to_have_text(re.compile("^2 pictures: 1 with a number, 1 cannot be read"))
    assert numbers(page) == ["372"]


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_the_pages_of_a_document_are_rows(open_page: OpenPage, tmp_path: Path, kind: str) -> None:
    page = open_page("number")
    path = tmp_path / f"pages.{kind.lower()}"
    path.write_bytes(document([line("372"), line("64"), line("10")], kind))
    give(page, path)
    expect(page.locator(SAID)).to_have_text(re.compile("^3 pictures: 3 with a number"))
    assert numbers(page) == ["372", "64", "10"]
    names = [f"pages.{kind.lower()}, page {number}" for number in (1, 2, 3)]
    expect(page.locator(".batch tbody th")).to_have_text(names)
    assert [each["page"] for each in saved(page)] == ["1", "2", "3"]


def test_two_files_on_upload_go_to_number(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("upload")
    page.locator("#picture .zone").evaluate(
        """zone => {
          const data = new DataTransfer();
          for (const name of ["a.png", "b.png"]) data.items.add(new File(["no picture"], name, { type: "image/png" }));
          zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator(SAID)).to_have_text("2 pictures: 0 with a number, 2 cannot be read")
    assert page.url.endswith("?tab=number&way=pictures")
