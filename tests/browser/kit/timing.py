"""How long after a movement of the pen the page shows an answer that takes it into account."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.kit.app import HANDWRITING, draw

WATCH = """() => {
  // A movement waits, from when the page hears of it, until an answer comes to a picture that was taken after it.
  let waiting = [], inside = [];
  window.moved = [];
  const tab = document.querySelector("#tab-draw");
  const shown = (moves) => {
    const now = performance.now();
    window.moved.push(...moves.map((time) => now - time));
  };
  tab.querySelector("#paper canvas").addEventListener("pointermove", (event) => {
    if (event.buttons) waiting.push(performance.now());
  }, true);
  tab.addEventListener("sent", () => { inside.push(...waiting); waiting = []; });
  tab.addEventListener("answered", () => { shown(inside); inside = []; });
  tab.querySelector(".answer-panel :has(> .answer)").addEventListener("answer", () => {
    const moves = waiting;
    waiting = [];
    queueMicrotask(() => queueMicrotask(() => shown(moves))); // the panel changes in a microtask of its own
  });
}"""


def use_reader(page: Page, place: str) -> None:
    """Have drawings read in the "browser" or on the "server", and wait until it is so."""
    choice = page.locator(f".source input[value={place}]")
    if place == "browser":
        expect(choice).to_be_checked()
        return
    expect(
        page.locator(".source input[value=browser]")
    ).to_be_checked()  # the page would switch to it once it is loaded
    page.get_by_text("On the server", exact=True).click()
    expect(choice).to_be_checked()


def time_movements(page: Page, place: str, digits: str = "2385") -> list[float]:
    """Milliseconds from each movement of the pen to the first answer that knows of it, while digits are drawn."""
    use_reader(page, place)
    if not page.evaluate("'moved' in window"):
        page.evaluate(WATCH)
    page.evaluate("() => { window.moved.length = 0; }")
    for digit in digits:
        draw(page, HANDWRITING[int(digit)])
        page.wait_for_timeout(300)
        page.get_by_role("button", name="Clear").click()
        page.wait_for_timeout(100)
    times: list[float] = page.evaluate("window.moved")
    return times
