"""A number that was read wrong is mended in a real browser: by keys, by touch, and back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import write_number
from tests.browser.kit.numbers import DRAWN, GIVEN, give, number_file, saying, sentence, text_of

pytestmark = pytest.mark.browser


def test_a_number_is_mended_by_keys_and_given_as_mended(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    give(page, number_file(tmp_path, "372"))
    expect(sentence(page, GIVEN)).to_have_text(saying("372"))
    row, digits, look = text_of(page, GIVEN), page.locator(f"{GIVEN} .read button"), page.locator(f"{GIVEN} .look")
    undo = look.get_by_role("button", name="Undo")
    expect(look.locator(".hint")).to_be_visible()
    expect(undo).to_be_hidden()
    digits.nth(1).click()
    page.keyboard.press("4")
    expect(row).to_have_text("342")
    expect(digits.nth(1)).to_have_attribute("aria-label", "4, mended")
    expect(digits.nth(1)).to_be_focused()
    expect(sentence(page, GIVEN)).to_have_text("Mended: 342")
    expect(page.locator("#number-preview .mark b")).to_have_text(list("342"))
    page.keyboard.press(".")
    expect(row).to_have_text("34.2")
    page.keyboard.press("+")
    page.keyboard.press("5")
    expect(row).to_have_text("345.2")
    expect(digits.nth(2)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Delete")
    expect(row).to_have_text("45.2")
    expect(digits.first).to_be_focused()
    expect(page.locator("#number-preview .mark:visible b")).to_have_text(list("42"))
    look.get_by_role("button", name="Copy").click()
    expect(look.locator(".done")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "45.2"
    with page.expect_download() as download:
        look.get_by_role("button", name="CSV").click()
    lines = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert [(line["row_text"], line["row_confidence"]) for line in lines] == [("45.2", "")] * 3
    assert [(line["place"], line["digit"]) for line in lines] == [("1", "4"), ("2", "5"), ("3", "2")]
    assert [bool(line["confidence"]) for line in lines] == [False, False, True]
    assert [bool(line["x"]) for line in lines] == [True, False, True]
    for text in ("345.2", "344.2", "34.2", "342", "372"):
        undo.click()
        expect(row).to_have_text(text)
    expect(undo).to_be_hidden()
    expect(sentence(page, GIVEN)).to_have_text(saying("372"))
    expect(page.locator(f"{GIVEN} .read button:focus")).to_have_text("7")  # the focus is not lost
    page.keyboard.press("8")
    page.keyboard.press("Control+z")
    expect(row).to_have_text("372")
    page.keyboard.press("1")
    give(page, number_file(tmp_path, "46"))
    expect(sentence(page, GIVEN)).to_have_text(saying("46"))  # another picture is not mended
    expect(undo).to_be_hidden()


def test_a_number_is_mended_by_touch(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number", width=390, height=844, touch=True)
    give(page, number_file(tmp_path, "372"))
    expect(sentence(page, GIVEN)).to_have_text(saying("372"))
    row, look = text_of(page, GIVEN), page.locator(f"{GIVEN} .look")
    page.locator(f"{GIVEN} .read button").nth(2).tap()
    bar = look.locator(".bars [data-mend='5']")
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] >= 30
    bar.tap()
    expect(row).to_have_text("375")
    expect(bar).to_have_attribute("aria-pressed", "true")
    expect(look.locator(".which")).to_have_text("Digit 3 of 3, mended")
    look.get_by_role("button", name="Delete").tap()
    expect(row).to_have_text("37")
    look.get_by_role("button", name="Insert").tap()
    expect(row).to_have_text("377")
    page.locator(f"{GIVEN} .read button").first.tap()
    look.get_by_role("button", name="Slash").tap()
    expect(row).to_have_text("3/77")
    expect(look.get_by_role("button", name="Slash")).to_have_attribute("aria-pressed", "true")
    look.get_by_role("button", name="Undo").tap()
    expect(row).to_have_text("377")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_mending_never_touches_the_drawing(open_page: OpenPage) -> None:
    page = open_page("number")
    write_number(page, "12")
    expect(sentence(page, DRAWN)).to_have_text(saying("12"))
    page.wait_for_timeout(1500)  # the answers to the strokes before are in, too
    page.locator(f"{DRAWN} .read button").first.click()
    for _ in range(3):  # the last digit stays
        page.keyboard.press("Backspace")
    expect(text_of(page, DRAWN)).to_have_text("2")
    expect(page.locator(f"{DRAWN} .done")).to_have_text("The last digit stays")
    write_number(page, "3", 2)
    expect(sentence(page, DRAWN)).to_have_text(saying("123"))


def test_a_late_answer_leaves_what_was_mended(open_page: OpenPage) -> None:
    page = open_page("number")
    write_number(page, "12")
    row, digits = text_of(page, DRAWN), page.locator(f"{DRAWN} .read button")
    expect(row).to_have_text("12")
    late = page.locator(f"{DRAWN} .answer").evaluate("one => one.outerHTML")
    digits.nth(1).click()
    page.keyboard.press("7")
    for answer in (late, late.replace('data-digits="', 'data-digits=" ')):  # the same, and with other figures
        page.locator(f"{DRAWN} .answer").evaluate("(one, html) => { one.outerHTML = html; }", answer)
        expect(row).to_have_text("17")
        expect(sentence(page, DRAWN)).to_have_text("Mended: 17")
    write_number(page, "3", first=2)
    expect(row).to_have_text("123")
