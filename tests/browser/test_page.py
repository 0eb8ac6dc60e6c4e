"""Tabs by link, and the API, against the running app."""

from __future__ import annotations

from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import App
from tests.ui.files import COMPLAINTS, write_bad_files, write_odd_files

pytestmark = pytest.mark.browser


def test_every_tab_has_its_link(open_page: OpenPage) -> None:
    page = open_page("upload")
    page.get_by_role("tab", name="Draw").click()
    expect(page.locator("#paper canvas")).to_be_visible()
    assert page.url.endswith("?tab=draw")
    page.locator("#model-line a").click()
    expect(page.locator("#evaluation .score")).to_be_visible()
    assert page.url.endswith("?tab=evaluation")
    page.get_by_role("tab", name="Data").click()
    expect(page.locator("#data .first, #data .missing")).to_be_visible()


def test_on_a_phone_the_tabs_stay_on_one_line(open_page: OpenPage) -> None:
    page = open_page(width=390, height=844)
    tops = {round(box["y"]) for tab in page.locator("#tabs [role=tab]").all() if (box := tab.bounding_box())}
    assert len(tops) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_predict_answers_over_http(app: App, tmp_path: Path) -> None:
    client = Client(app.url, verbose=False)
    answer = client.predict(handle_file(write_odd_files(tmp_path, 7)["plain.png"]), api_name="/predict")
    assert answer["file"] == "plain.png"
    assert (answer["digit"], answer["verdict"]) == (7, "digit")
    assert len(answer["top"]) == 3
    assert answer["top"][0][0] == 7
    for name, bad in write_bad_files(tmp_path).items():
        with pytest.raises(AppError, match=COMPLAINTS[name]):
            client.predict(handle_file(bad), api_name="/predict")


def test_predict_fetches_nothing_from_an_address(app: App) -> None:
    client = Client(app.url, verbose=False)
    with pytest.raises(AppError, match="got an internet address"):
        client.predict(handle_file("http://192.0.2.1/seven.png"), api_name="/predict")
