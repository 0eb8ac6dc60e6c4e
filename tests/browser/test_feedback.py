"""The row under an answer in a real browser: one click stores, Undo takes back, and the keyboard does both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from digit.feedback.environment import FOLDER_VARIABLE
from digit.feedback.store import LINE_RECORDS, LINES, read_feedback
from tests.browser.conftest import OpenPage
from tests.browser.kit.app import HANDWRITING, App, draw, running_app, sentence, write_number
from tests.browser.test_access import complaints

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "store"


@pytest.fixture(scope="module")
def asking(model_folder: Path, store: Path) -> Iterator[App]:
    """The app with a store."""
    folders = {"DIGIT_MODEL": str(model_folder.resolve()), FOLDER_VARIABLE: str(store)}
    with running_app(store.parent / "app.log", folders) as running:
        yield running


def row(part: str, tab: str = "draw") -> str:
    """Selector of a part of the row in a tab."""
    return f"#tab-{tab} .feedback {part}"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_click_stores_a_drawing_and_undo_takes_it_back(
    open_page: OpenPage, asking: App, store: Path, width: int
) -> None:
    before = len(read_feedback(store))
    page = open_page(width=width, height=844, url=asking.url)
    question, said = page.locator(row(".question")), page.locator(row(".said"))
    expect(question).to_be_hidden()  # nothing to correct yet
    draw(page, HANDWRITING[7])
    expect(page.locator(sentence())).to_have_text("This looks like a 7")
    expect(question).to_be_visible()
    expect(page.locator(row(".stores"))).to_contain_text("No address, no account.")
    assert complaints(page) == []
    assert len(read_feedback(store)) == before, "an answer stores nothing"
    for button in page.locator(row(".truths button")).all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 32
        assert box["x"] + box["width"] <= width

    page.locator(row("[data-truth='1']")).click()
    expect(said).to_have_text("Thank you. Stored as a 1.")
    expect(question).to_be_hidden()
    assert [(f.truth, f.answer["digit"]) for f in read_feedback(store)[before:]] == [(1, 7)]
    assert complaints(page) == []
    page.locator(row("[data-truth='undo']")).click()
    expect(said).to_have_text("Undone.")
    expect(question).to_be_visible()
    assert len(read_feedback(store)) == before


def test_the_next_drawing_is_asked_about_anew(open_page: OpenPage, asking: App, store: Path) -> None:
    page = open_page(url=asking.url)
    said = page.locator(row(".said"))
    draw(page, HANDWRITING[3])
    expect(page.locator(sentence())).to_have_text("This looks like a 3")
    page.locator(row("[data-truth='none']")).click()
    expect(said).to_have_text("Thank you. Stored as no digit.")
    page.keyboard.press("Escape")
    page.locator("#paper [data-do='clear']").click()
    expect(said).to_have_text("")
    expect(page.locator(row(".question"))).to_be_hidden()
    draw(page, HANDWRITING[5])
    expect(page.locator(row(".question"))).to_be_visible()


def test_the_keyboard_alone_corrects_and_takes_back(open_page: OpenPage, asking: App, store: Path) -> None:
    before = len(read_feedback(store))
    page = open_page(url=asking.url)
    draw(page, HANDWRITING[2])
    expect(page.locator(sentence())).to_have_text("This looks like a 2")
    page.locator(row("[data-truth='0']")).focus()
    for _ in range(8):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(row(".said"))).to_have_text("Thank you. Stored as an 8.")
    expect(page.locator(row("[data-truth='undo']"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(row(".said"))).to_have_text("Undone.")
    expect(page.locator(row("[data-truth='8']"))).to_be_focused()
    assert len(read_feedback(store)) == before


def test_a_picture_is_corrected_on_upload(open_page: OpenPage, asking: App, store: Path) -> None:
    page = open_page("upload", url=asking.url)
    question = page.locator(row(".question", "upload"))
    expect(question).to_be_hidden()
    page.locator(".shelf button[data-name='drawing-3.png']").click()
    expect(page.locator(sentence("upload"))).to_have_text("This looks like a 3")
    page.locator(row("[data-truth='8']", "upload")).click()
    expect(page.locator(row(".said", "upload"))).to_have_text("Thank you. Stored as an 8.")
    last = read_feedback(store)[-1]
    assert (last.truth, last.answer["digit"]) == (8, 3)
    page.locator(".shelf button[data-name='star-not-a-digit.png']").click()
    expect(question).to_be_visible()


def test_a_mended_number_is_sent(open_page: OpenPage, asking: App, store: Path) -> None:
    page = open_page("number", url=asking.url)
    send, said = page.get_by_role("button", name="Send correction"), page.locator(".by-drawing .send-mended .said")
    write_number(page, "12")
    expect(page.locator(".by-drawing .read button")).to_have_text(["1", "2"])
    expect(send).to_be_hidden()
    page.locator(".by-drawing .read button").nth(1).click()
    page.keyboard.press("7")
    expect(send).to_be_visible()
    assert complaints(page) == []
    send.click()
    expect(said).to_have_text("Thank you. Stored as you mended it.")
    [record] = map(json.loads, (store / LINE_RECORDS).read_text().splitlines())
    assert (record["text"], record["answer"]["text"]) == ("17", "12")
    assert (store / LINES / f"{record['id']}.png").is_file()
    page.keyboard.press("Enter")  # the same again is not
    page.locator(".by-drawing .read button").first.click()
    page.keyboard.press("4")
    expect(said).to_have_text("")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(send).to_be_hidden()
    assert len((store / LINE_RECORDS).read_text().splitlines()) == 1


def test_without_a_store_nothing_asks(open_page: OpenPage) -> None:
    page = open_page()
    draw(page, HANDWRITING[7])
    expect(page.locator(sentence())).to_have_text("This looks like a 7")
    assert page.locator(".feedback").count() == 0
