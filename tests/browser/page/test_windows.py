"""The page in any window: a phone upright and sideways, and a page at 200 %."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import HANDWRITING, draw, sentence

pytestmark = pytest.mark.browser

WINDOWS = {
    "desktop": (1280, 800),
    "low desktop": (1280, 600),
    "desktop at 200 %": (640, 400),
    "phone sideways": (844, 390),
    "large phone sideways": (932, 430),
    "tablet": (800, 700),
    "phone": (390, 844),
}
LOW = ("desktop at 200 %", "phone sideways", "large phone sideways")


def box(part: Locator) -> dict[str, float]:
    found: Any = part.bounding_box()
    assert found is not None
    return {
        "left": found["x"],
        "top": found["y"],
        "right": found["x"] + found["width"],
        "bottom": found["y"] + found["height"],
    }


def opened(open_page: OpenPage, tab: str, window: str) -> Page:
    width, height = WINDOWS[window]
    return open_page(tab, width=width, height=height, touch="phone" in window)


@pytest.mark.parametrize("window", WINDOWS)
def test_the_paper_fits_into_the_window(open_page: OpenPage, window: str) -> None:
    page = opened(open_page, "draw", window)
    width, height = WINDOWS[window]
    draw(page, HANDWRITING[7])
    expect(page.locator(sentence())).to_have_text("This looks like a 7")
    page.evaluate("scrollTo(0, 0)")
    paper = box(page.locator("#paper canvas"))
    assert paper["right"] - paper["left"] == pytest.approx(paper["bottom"] - paper["top"], abs=1)
    assert paper["right"] - paper["left"] >= 230
    assert paper["bottom"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if window in LOW:  # the answer and the tools are beside it, on show together
        for part in ("#tab-draw .answer .sentence", "#tab-draw .bars", "#paper [data-do=clear]"):
            beside = box(page.locator(part))
            assert beside["left"] > paper["right"], part
            assert beside["bottom"] <= height, part
            assert beside["right"] <= width, part


@pytest.mark.parametrize("window", LOW)
def test_the_page_can_be_scrolled_beside_the_paper(open_page: OpenPage, window: str) -> None:
    page = opened(open_page, "draw", window)
    paper, answer = page.locator("#paper canvas"), page.locator("#tab-draw .answer .headline")
    touched = "e => getComputedStyle(e).touchAction"
    assert (paper.evaluate(touched), answer.evaluate(touched)) == ("none", "auto")
    assert box(answer)["right"] - box(answer)["left"] > 200
    assert page.evaluate("document.documentElement.scrollHeight") > WINDOWS[window][1]


@pytest.mark.parametrize("window", WINDOWS)
def test_every_tab_is_on_show(open_page: OpenPage, window: str) -> None:
    page = opened(open_page, "draw", window)
    for tab in page.locator("#tabs > .tab-wrapper [role=tab]").all():
        place = box(tab)
        assert place["left"] >= box(page.locator("#head h1"))["right"]
        assert place["right"] <= WINDOWS[window][0]


def test_tabs_that_do_not_fit_are_seen_to_go_on(open_page: OpenPage) -> None:
    page = open_page("upload", width=320, height=640)
    strip = page.locator("#tabs .tab-container")
    assert strip.evaluate("e => e.scrollWidth > e.clientWidth")
    assert strip.evaluate("e => getComputedStyle(e).backgroundImage").count("gradient") == 4
    page.get_by_role("tab", name="Data").click()
    expect(page.locator("#data .first, #data .missing")).to_be_visible()
    assert box(page.get_by_role("tab", name="Data"))["right"] <= 320


def test_the_parts_of_the_evaluation_fit_or_are_seen_to_go_on(open_page: OpenPage) -> None:
    page = open_page("evaluation", width=390, height=844)
    strip = page.locator("#evaluation .parts")
    expect(strip).to_be_visible()
    assert strip.evaluate("e => e.scrollWidth <= e.clientWidth")
    page.set_viewport_size({"width": 320, "height": 640})
    assert strip.evaluate("e => e.scrollWidth > e.clientWidth")
    assert strip.evaluate("e => getComputedStyle(e).backgroundImage").count("gradient") == 4


def test_on_a_phone_the_answer_comes_before_the_examples(open_page: OpenPage) -> None:
    page = opened(open_page, "upload", "phone")
    assert box(page.locator("#examples"))["top"] < 844
    page.locator("#examples [data-name='drawing-3.png']").click()
    expect(page.locator(sentence("upload"))).to_have_text("This looks like a 3")
    answer = box(page.locator("#tab-upload .answer-panel .answer"))
    assert box(page.locator("#preview img"))["bottom"] < answer["top"]
    assert answer["bottom"] < box(page.locator("#examples"))["top"]


def test_beside_the_picture_in_a_low_window(open_page: OpenPage) -> None:
    page = opened(open_page, "upload", "phone sideways")
    page.locator("#examples [data-name='drawing-3.png']").click()
    expect(page.locator(sentence("upload"))).to_have_text("This looks like a 3")
    page.evaluate("scrollTo(0, 0)")
    preview, answer = box(page.locator("#preview img")), box(page.locator(sentence("upload")))
    assert preview["bottom"] <= 390
    assert preview["right"] < answer["left"]
    assert answer["bottom"] <= 390


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ("phone", "Choose a picture\nor take one with the camera"),
        ("desktop", "Drop a picture here\nor paste one"),
    ],
)
def test_dropping_is_offered_where_one_can_drop(open_page: OpenPage, window: str, said: str) -> None:
    page = opened(open_page, "upload", window)
    assert page.locator("#picture .zone").inner_text().strip() == said
