"""Look inside on the app's page: the same maps whether the drawing is read here or on the server."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import HANDWRITING, draw
from tests.browser.kit.timing import use_reader
from tests.browser.test_access import complaints
from tests.browser.test_static import PAINTED

pytestmark = pytest.mark.browser


def maps(page: Page) -> list[int]:
    found: list[int] = page.evaluate(PAINTED)
    return found


def test_the_maps_are_the_same_wherever_the_drawing_is_read(open_page: OpenPage) -> None:
    page = open_page()
    use_reader(page, "browser")
    draw(page, HANDWRITING[2])
    expect(page.locator("#tab-draw .sentence")).to_have_text("This looks like a 2")
    page.get_by_role("switch", name="Look inside").check()
    expect(page.locator(".inside canvas")).to_have_count(7)
    expect(page.locator(".inside canvas").first).to_be_visible()
    here = maps(page)
    assert complaints(page) == []
    page.get_by_text("On the server", exact=True).click()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".inside .blocks")).to_be_hidden()
    draw(page, HANDWRITING[7])
    expect(page.locator(".inside .blocks")).to_be_visible()
    expect(page.locator("#tab-draw .sentence")).to_have_text("This looks like a 7")
    assert maps(page) != here
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".inside .blocks")).to_be_hidden()
    draw(page, HANDWRITING[2])
    expect(page.locator("#tab-draw .sentence")).to_have_text("This looks like a 2")
    assert maps(page) == here
