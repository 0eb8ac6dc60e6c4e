"""The Draw tab in a real browser: every digit, every tool, mouse, finger and keyboard."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, Request, Response, TimeoutError, expect

from tests.browser.conftest import ANSWER_TIMES, UNANSWERED, OpenPage
from tests.browser.kit.app import HANDWRITING, Stroke, draw, sentence
from tests.browser.kit.timing import use_reader

pytestmark = pytest.mark.browser

WATCH = """() => {
  const panel = document.querySelector("#tab-draw .answer-panel");
  window.lifted = 0; window.changed = 0;
  document.addEventListener("pointerup", () => { window.lifted = performance.now(); }, true);
  new MutationObserver(() => { window.changed = performance.now(); })
    .observe(panel, { subtree: true, childList: true, attributes: true, characterData: true });
}"""
SHOWN = """answered => new Promise(done => {
  // An answer equal to the one on show changes nothing: it is there when it arrives. Another one is painted soon.
  const arrived = answered - performance.timeOrigin;
  let frames = 20;
  const look = () => {
    if (window.changed >= arrived) done(window.changed - window.lifted);
    else if (frames-- === 0) done(arrived - window.lifted);
    else requestAnimationFrame(look);
  };
  look();
})"""
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let ink = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 127) ink++;
  return ink / (canvas.width * canvas.height);
}"""


def ink(page: Page) -> float:
    """Share of the paper that is inked."""
    page.evaluate(PAINTED)
    return float(page.locator("#paper canvas").evaluate(INK))


def asks_about_a_finished_stroke(request: Request) -> bool:
    return "data:image/png;base64," in (request.post_data or "")


def draw_and_time(page: Page, stroke: Stroke) -> None:
    """Draw one stroke, and record how long after lifting the pen its answer is on the page."""

    def answers_it(response: Response) -> bool:
        return asks_about_a_finished_stroke(response.request)

    try:
        with page.expect_response(answers_it) as caught:
            draw(page, [stroke])
        caught.value.finished()
    except TimeoutError:
        UNANSWERED.append(page.url)
        return
    timing = caught.value.request.timing
    ANSWER_TIMES.append(page.evaluate(SHOWN, timing["startTime"] + timing["responseEnd"]))


def test_each_digit_drawn_with_the_mouse_is_read_on_the_server(open_page: OpenPage) -> None:
    page = open_page()
    use_reader(page, "server")
    page.evaluate(WATCH)
    for digit, strokes in HANDWRITING.items():
        for stroke in strokes:
            draw_and_time(page, stroke)
        expect(page.locator(sentence())).to_have_text(f"This looks like {'an' if digit == 8 else 'a'} {digit}")
        expect(page.locator("#tab-draw .glyph")).to_have_text(str(digit))
        expect(page.locator("#tab-draw .bars li[style*='--rank: 0;'] .name")).to_have_text(str(digit))
        page.get_by_role("button", name="Clear").click()
        expect(page.locator(sentence())).to_have_text("Nothing drawn yet")


def test_the_answer_follows_the_pen_before_it_is_lifted(open_page: OpenPage) -> None:
    page = open_page()
    box = page.locator("#paper canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.15 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.48 * box["width"], box["y"] + 0.85 * box["height"], steps=12)
    expect(page.locator(sentence())).to_have_text("This looks like a 1")
    page.mouse.up()


def test_before_the_first_stroke_nothing_is_claimed(open_page: OpenPage) -> None:
    page = open_page()
    expect(page.locator(sentence())).to_have_text("Nothing drawn yet")
    expect(page.locator("#paper .hint")).to_be_visible()
    assert page.locator("#tab-draw .bars").inner_text().strip() == ""


def test_undo_redo_and_clear_change_picture_and_answer(open_page: OpenPage) -> None:
    page = open_page()
    answer = page.locator(sentence())
    draw(page, [HANDWRITING[1][0]])
    expect(answer).to_have_text("This looks like a 1")
    one = ink(page)
    draw(page, [[(0.1, 0.9), (0.9, 0.9)], [(0.1, 0.1), (0.9, 0.1)]])
    assert ink(page) > 2 * one
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(answer).to_have_text("This looks like a 1")
    assert ink(page) == one
    page.get_by_role("button", name="Clear").click()
    expect(answer).to_have_text("Nothing drawn yet")
    assert ink(page) == 0
    page.get_by_role("button", name="Undo").click()  # clearing can be undone too
    expect(answer).to_have_text("This looks like a 1")
    page.get_by_role("button", name="Redo").click()
    expect(answer).to_have_text("Nothing drawn yet")


def test_the_slider_says_how_many_digits_are_listed(open_page: OpenPage) -> None:
    page = open_page()
    draw(page, HANDWRITING[3])
    expect(page.locator(sentence())).to_have_text("This looks like a 3")
    for k in (3, 1, 5, 10):
        page.locator("#tab-draw .top-k input").fill(str(k))
        page.wait_for_function(
            """k => {
              const rows = [...document.querySelectorAll("#tab-draw .bars li")];
              const seen = rows.map(row => getComputedStyle(row).opacity);
              return seen.filter(o => o === "1").length === k && seen.filter(o => o === "0").length === 10 - k;
            }""",
            arg=k,
        )


def test_the_brush_is_as_thick_as_its_slider_says(open_page: OpenPage) -> None:
    page = open_page()
    line = [(0.5, 0.2), (0.5, 0.8)]
    shares = []
    for size in (8, 32):
        page.get_by_label("Brush size").fill(str(size))
        draw(page, [line])
        shares.append(ink(page))
        page.get_by_role("button", name="Clear").click()
    assert 3.5 < shares[1] / shares[0] < 5


def test_the_eraser_takes_ink_away(open_page: OpenPage) -> None:
    page = open_page()
    draw(page, [[(0.5, 0.3), (0.5, 0.7)]])
    expect(page.locator(sentence())).to_have_text("This looks like a 1")
    page.get_by_role("button", name="Eraser").click()
    page.get_by_label("Brush size").fill("40")
    draw(page, [[(0.5, 0.2), (0.5, 0.8)]])
    expect(page.locator(sentence())).to_have_text("Nothing drawn yet")
    assert ink(page) == 0


def test_a_tool_used_during_a_stroke_ends_it_and_the_pen_goes_on_working(open_page: OpenPage) -> None:
    page = open_page()
    box = page.locator("#paper canvas").bounding_box()
    assert box is not None
    left, top, side = box["x"], box["y"], box["width"]
    for tool in ("Control+z", "c", "Delete", "e", "button"):
        page.mouse.move(left + 0.2 * side, top + 0.2 * side)
        page.mouse.down()
        page.mouse.move(left + 0.2 * side, top + 0.6 * side, steps=5)
        if tool == "button":  # a second finger
            page.locator("#paper [data-do=clear]").dispatch_event("click")
        else:
            page.keyboard.press(tool)
        before = ink(page)
        page.mouse.move(left + 0.8 * side, top + 0.6 * side, steps=5)
        page.mouse.up()
        assert ink(page) == before, tool
        assert (before > 0) == (tool == "e"), tool
        if tool == "e":
            page.keyboard.press("e")
            page.keyboard.press("c")
        draw(page, HANDWRITING[7])
        expect(page.locator(sentence())).to_have_text("This looks like a 7")
        page.keyboard.press("c")
        expect(page.locator(sentence())).to_have_text("Nothing drawn yet")


def test_a_digit_can_be_drawn_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page()
    paper = page.locator("#paper canvas")
    for _ in range(12):
        page.keyboard.press("Tab")
        if paper.evaluate("canvas => document.activeElement === canvas"):
            break
    page.keyboard.press("Space")
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(sentence())).to_have_text("This looks like a 1")
    page.keyboard.press("c")
    expect(page.locator(sentence())).to_have_text("Nothing drawn yet")
    page.keyboard.press("Control+z")
    expect(page.locator(sentence())).to_have_text("This looks like a 1")
    page.keyboard.press("Delete")
    expect(page.locator(sentence())).to_have_text("Nothing drawn yet")


def test_a_finger_draws_on_a_phone_and_the_page_stays_where_it_is(open_page: OpenPage) -> None:
    page = open_page(width=390, height=844, touch=True)
    box = page.locator("#paper canvas").bounding_box()
    assert box is not None
    assert box["width"] > 340
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in HANDWRITING[7][0]]
    touch("touchStart", points[0])
    for (x1, y1), (x2, y2) in pairwise(points):
        for step in range(1, 6):
            touch("touchMove", (x1 + (x2 - x1) * step / 5, y1 + (y2 - y1) * step / 5))
    touch("touchEnd")
    expect(page.locator(sentence())).to_have_text("This looks like a 7")
    assert page.evaluate("scrollY") == 0


def test_the_paper_stays_light_in_the_dark(open_page: OpenPage) -> None:
    page = open_page(scheme="dark")
    colour = "e => getComputedStyle(e).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    assert min(page.locator("#paper .paper").evaluate(colour)) > 240
    assert max(page.locator("gradio-app").evaluate(colour)) < 40
    draw(page, HANDWRITING[2])
    expect(page.locator(sentence())).to_have_text("This looks like a 2")


def test_the_paper_does_not_move_when_an_answer_comes(open_page: OpenPage) -> None:
    page = open_page()
    before = page.locator("#paper canvas").bounding_box()
    draw(page, HANDWRITING[8])
    expect(page.locator(sentence())).to_have_text("This looks like an 8")
    assert page.locator("#paper canvas").bounding_box() == before


def test_the_reason_can_be_switched_on_and_off(open_page: OpenPage) -> None:
    page = open_page()
    draw(page, HANDWRITING[4])
    caption = page.locator("#tab-draw .seen figcaption")
    expect(page.locator(sentence())).to_have_text("This looks like a 4")
    expect(caption).to_have_text("What the model sees")
    page.locator("#tab-draw").get_by_label("Show why").check()
    expect(caption).to_have_text(re.compile("speak for the 4|No single part"))
    page.locator("#tab-draw").get_by_label("Show why").uncheck()
    expect(caption).to_have_text("What the model sees")


def test_the_reason_waits_until_the_pen_is_lifted(open_page: OpenPage) -> None:
    page = open_page()
    caption = page.locator("#tab-draw .seen figcaption")
    page.locator("#tab-draw").get_by_label("Show why").check()
    box = page.locator("#paper canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.15 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.48 * box["width"], box["y"] + 0.85 * box["height"], steps=12)
    expect(page.locator(sentence())).to_have_text("This looks like a 1")
    expect(caption).to_have_text("What the model sees")
    page.mouse.up()
    expect(caption).to_have_text(re.compile("speak for the 1|No single part"))
