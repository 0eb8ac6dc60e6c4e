"""The address: everything on show has its link, Back goes where one was, and a reload stays there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import App, open_tab

pytestmark = pytest.mark.browser


def query(page: Page) -> str:
    return page.url.partition("?")[2]


def choose_tab(page: Page, name: str) -> None:
    page.locator("#tabs > .tab-wrapper").get_by_role("tab", name=name).click()


def test_back_and_forth_between_tabs(open_page: OpenPage) -> None:
    page = open_page()
    for name in ("Upload", "Number", "Data"):
        choose_tab(page, name)
    expect(page.locator("#data .first, #data .missing")).to_be_visible()
    for tab, content in (("number", "#wide-paper canvas"), ("upload", "#picture .zone"), ("draw", "#paper canvas")):
        page.go_back()
        expect(page.locator(content)).to_be_visible()
        assert query(page) == f"tab={tab}"
    page.go_forward()
    expect(page.locator("#picture .zone")).to_be_visible()
    page.reload()
    expect(page.locator("#picture .zone")).to_be_visible()


def test_the_ways_of_number_have_links(open_page: OpenPage) -> None:
    page = open_page("number")
    page.get_by_role("button", name="Pictures").click()
    assert query(page) == "tab=number&way=pictures"
    page.locator("#number-picture").get_by_role("button", name="Camera").click()
    expect(page.locator("#number-camera video")).to_be_visible()
    assert query(page) == "tab=number&way=camera"
    page.reload()  # it stays where it was
    expect(page.locator("#number-camera video")).to_be_visible()
    page.go_back()
    expect(page.locator("#number-picture .zone")).to_be_visible()
    expect(page.locator("#number-camera video")).to_be_hidden()
    assert query(page) == "tab=number&way=pictures"
    page.reload()
    expect(page.locator("#number-picture .zone")).to_be_visible()
    page.go_back()
    expect(page.locator("#wide-paper canvas")).to_be_visible()
    assert query(page) == "tab=number"


def test_the_camera_that_is_stopped_leaves_the_address(open_page: OpenPage) -> None:
    page = open_page("upload")
    page.get_by_role("button", name="Camera").click()
    expect(page.locator("#camera video")).to_be_visible()
    assert query(page) == "tab=upload&way=camera"
    page.locator("#camera").get_by_role("button", name="Stop").click()
    assert query(page) == "tab=upload"


def test_a_tab_keeps_its_address_while_another_is_open(open_page: OpenPage) -> None:
    page = open_page("number")
    page.get_by_role("button", name="Pictures").click()
    choose_tab(page, "Draw")
    assert query(page) == "tab=draw"
    choose_tab(page, "Number")
    expect(page.locator("#number-picture .zone")).to_be_visible()
    assert query(page) == "tab=number&way=pictures"
    page.go_back()
    page.go_back()
    expect(page.locator("#number-picture .zone")).to_be_visible()


def test_parts_models_filters_and_cells_of_evaluation_have_links(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    part = "#part-overview"
    page.locator(f"{part} .confusion td:not(.none) [data-label][aria-label*='read as']").first.wait_for()
    page.locator(f"{part} [data-filter=label]").select_option("4")
    amount = page.locator(f"{part} .gallery .amount")
    expect(amount).to_contain_text("label 4")
    assert "label=4" in query(page)
    page.locator(f"{part} .confusion [data-label='9'][data-guess='4']").click()
    expect(amount).to_contain_text("9 read as 4")
    assert "label=9&read=4" in query(page)
    page.locator("#part-curves-tab").click()
    expect(page.locator("#part-curves .charts").first).to_be_visible()
    page.go_back()
    expect(amount).to_contain_text("9 read as 4")
    page.go_back()
    expect(amount).to_contain_text("label 4")
    page.go_forward()
    expect(amount).to_contain_text("9 read as 4")
    expect(page.locator(f"{part} .confusion [data-label='9'][data-guess='4']")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.reload()
    expect(amount).to_contain_text("9 read as 4")
    page.go_back()
    page.go_back()
    expect(amount).to_contain_text("digits")


def test_back_returns_to_the_model_that_was_chosen(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    model = page.locator("#pick-system")
    first, second = (option.get_attribute("value") or "" for option in model.locator("option").all()[:2])
    model.select_option(second)
    assert f"model={second}" in query(page)
    page.go_back()
    expect(model).to_have_value(first)
    page.go_forward()
    expect(model).to_have_value(second)
    address = page.url
    open_tab(page, compared.url, "draw")
    page.goto(address)
    expect(model).to_have_value(second)
