"""What a screen reader is told: names, headings, lists, the title of the window, and each answer once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import HANDWRITING, App, draw, sentence

pytestmark = pytest.mark.browser

LISTEN = """() => {
  window.heard = [];
  const listen = (records) => {
    for (const { target } of records) {
      const status = (target.nodeType === Node.TEXT_NODE ? target.parentElement : target).closest("[role=status]");
      if (status?.closest("#tab-draw .getting")?.querySelector(".answer-panel").contains(status))
        window.heard.push(status.textContent);
    }
  };
  new MutationObserver(listen).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_an_answer_is_announced_once_when_the_pen_is_up(open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate(LISTEN)
    draw(page, HANDWRITING[7])
    expect(page.locator(sentence())).to_have_text("This looks like a 7")
    page.wait_for_function("window.heard.length > 0")
    heard = page.evaluate("window.heard")
    assert len(heard) == 1
    assert heard[0].startswith("This looks like a 7, ")
    assert heard[0].endswith(" sure")
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("window.heard.length > 1")
    assert page.evaluate("window.heard")[1:] == ["Nothing drawn yet"]


def listed(page: Page, tab: str) -> list[str]:
    """What a screen reader reads of the list of digits."""
    items = (
        page.locator(f"#tab-{tab} .answer-panel").get_by_role("list", name="Most likely digits").get_by_role("listitem")
    )
    return items.all_inner_texts()


@pytest.mark.parametrize("tab", ["draw", "upload"])
def test_the_list_of_digits_has_the_likeliest_first_and_as_many_as_are_shown(open_page: OpenPage, tab: str) -> None:
    page = open_page(tab)
    if tab == "draw":
        draw(page, HANDWRITING[7])
    else:
        page.locator(".shelf button[data-name='blue-pen-7-on-ruled-paper.jpg']").click()
    expect(page.locator(sentence(tab))).to_have_text("This looks like a 7")
    items = page.locator(f"#tab-{tab} .answer-panel .ranked li:visible")
    for k in (3, 1, 10):
        page.locator(f"#tab-{tab} .top-k input").fill(str(k))
        expect(items).to_have_count(k)
        assert listed(page, tab) == items.all_inner_texts()
        assert items.first.inner_text().startswith("7: ")


def test_the_tabs_have_a_name_and_arrow_keys_and_the_title_names_the_tab(open_page: OpenPage) -> None:
    page = open_page()
    tabs = page.get_by_role("tablist", name="Tabs")
    expect(page).to_have_title("Draw · digit")
    tabs.get_by_role("tab", name="Draw").focus()
    for key, name in (
        ("ArrowRight", "Upload"),
        ("End", "Data"),
        ("ArrowRight", "Draw"),
        ("ArrowLeft", "Data"),
        ("Home", "Draw"),
    ):
        page.keyboard.press(key)
        tab = tabs.get_by_role("tab", name=name)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(page).to_have_title(f"{name} · digit")
    stops = tabs.get_by_role("tab").evaluate_all("all => all.filter(tab => tab.tabIndex === 0).length")
    assert stops == 1


def test_the_titles_of_charts_are_headings(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    page.locator("#part-robustness-tab").click()
    titles = page.locator("#part-robustness .chart .heading")
    expect(titles.first).to_be_visible()
    for title in titles.all_inner_texts():
        expect(page.locator("#part-robustness").get_by_role("heading", name=title, exact=True)).to_be_visible()
