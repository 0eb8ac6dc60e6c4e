"""A picture that is given while the server is away waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kit.app import App, open_tab, sentence
from tests.ui.files import write_odd_files

pytestmark = pytest.mark.browser

AWAY = "The server does not answer. This picture is kept here and read as soon as the server is back."


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may log that the network is away."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_an_upload_waits_for_the_server(app: App, page: Page, tmp_path: Path) -> None:
    open_tab(page, app.url, "upload")
    page.context.set_offline(True)
    chooser = page.locator("#picture input[type=file]")
    chooser.set_input_files(write_odd_files(tmp_path, 5)["plain.png"])
    answer = page.locator(sentence("upload"))
    expect(answer).to_have_text(AWAY)
    expect(page.locator("#tab-upload .answer-panel .answer")).to_have_attribute("data-verdict", "error")
    page.context.set_offline(False)
    expect(answer).to_have_text("This looks like a 5")


def test_only_the_newest_picture_is_read_when_the_server_is_back(app: App, page: Page, tmp_path: Path) -> None:
    open_tab(page, app.url, "upload")
    page.context.set_offline(True)
    chooser = page.locator("#picture input[type=file]")
    for digit in (5, 6):
        chooser.set_input_files(write_odd_files(tmp_path, digit)["plain.png"])
        expect(page.locator(sentence("upload"))).to_have_text(AWAY)
    page.context.set_offline(False)
    expect(page.locator(sentence("upload"))).to_have_text("This looks like a 6")


def test_a_picture_of_a_number_waits_too(app: App, page: Page, tmp_path: Path) -> None:
    open_tab(page, app.url, "number")
    page.get_by_role("button", name="Pictures").click()
    page.context.set_offline(True)
    page.locator("#number-picture input[type=file]").set_input_files(write_odd_files(tmp_path, 7)["plain.png"])
    answer = page.locator("#tab-number .by-picture .answer-panel .sentence")
    expect(answer).to_have_text(AWAY)
    page.context.set_offline(False)
    expect(answer).to_have_text("This looks like 7")
