"""The drawing paper in a real browser: the eraser is given up in time, and two fingers do not draw."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import HANDWRITING, draw, sentence

pytestmark = pytest.mark.browser

Point = tuple[float, float]


@pytest.mark.parametrize("with_keys", [False, True])
def test_clear_gives_up_the_eraser(open_page: OpenPage, with_keys: bool) -> None:
    page = open_page()
    eraser = page.get_by_role("button", name="Eraser")
    draw(page, HANDWRITING[1])
    expect(page.locator(sentence())).to_have_text("This looks like a 1")
    for name, key in (("Eraser", "e"), ("Clear", "c")):
        if with_keys:
            page.keyboard.press(key)
        else:
            page.get_by_role("button", name=name).click()
    expect(eraser).to_have_attribute("aria-pressed", "false")
    draw(page, HANDWRITING[7])
    expect(page.locator(sentence())).to_have_text("This looks like a 7")


def test_a_stroke_on_empty_paper_draws_and_gives_up_the_eraser(open_page: OpenPage) -> None:
    page = open_page()
    eraser = page.get_by_role("button", name="Eraser")
    draw(page, HANDWRITING[1])
    page.get_by_role("button", name="Clear").click()
    eraser.click()
    expect(eraser).to_have_attribute("aria-pressed", "true")
    draw(page, HANDWRITING[7])
    expect(page.locator(sentence())).to_have_text("This looks like a 7")
    expect(eraser).to_have_attribute("aria-pressed", "false")


def touch(finger: CDPSession, kind: str, *points: Point) -> None:
    finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})


def on_paper(page: Page, *points: Point) -> list[Point]:
    """Points of the unit square on the screen."""
    box = page.locator("#paper canvas").bounding_box()
    assert box is not None
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


@pytest.mark.parametrize("together", [True, False])
def test_two_fingers_do_not_draw_and_one_draws_again_afterwards(open_page: OpenPage, together: bool) -> None:
    page = open_page(width=390, height=844, touch=True)
    finger = page.context.new_cdp_session(page)
    one, two, *ways = on_paper(page, (0.4, 0.5), (0.6, 0.5), (0.3, 0.3), (0.7, 0.7), (0.2, 0.2), (0.8, 0.8))
    if not together:
        touch(finger, "touchStart", one)
        touch(finger, "touchMove", (one[0] + 3, one[1]))
    touch(finger, "touchStart", one, two)
    for first, second in (ways[:2], ways[2:]):
        touch(finger, "touchMove", first, second)
    touch(finger, "touchEnd", ways[2])  # one is lifted, the other goes on
    touch(finger, "touchMove", ways[0])
    touch(finger, "touchEnd")
    expect(page.locator("#paper .hint")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    start, *others = on_paper(page, *HANDWRITING[7][0])
    touch(finger, "touchStart", start)
    for point in others:
        touch(finger, "touchMove", point)
    touch(finger, "touchEnd")
    expect(page.locator(sentence())).to_have_text("This looks like a 7")


def test_a_second_finger_does_not_end_a_stroke(open_page: OpenPage) -> None:
    page = open_page(width=390, height=844, touch=True)
    finger = page.context.new_cdp_session(page)
    start, *others = on_paper(page, *HANDWRITING[7][0])
    (palm,) = on_paper(page, (0.9, 0.95))
    touch(finger, "touchStart", start)
    for point in others[:3]:
        touch(finger, "touchMove", point)
    touch(finger, "touchStart", others[2], palm)
    for point in others[3:]:
        touch(finger, "touchMove", point, palm)
    touch(finger, "touchEnd")
    expect(page.locator(sentence())).to_have_text("This looks like a 7")
