"""Takes the pictures of the page: every tab, wide and narrow, light and dark.

    python -m tests.browser.kit.screenshots             every tab as it opens, into assets/figures
    python -m tests.browser.kit.screenshots --all DIR   every tab and every part of Evaluation, full length, and Draw
                                                        and Upload in low windows, into DIR

Serves the model that `python app.py` would serve (DIGIT_MODEL, else the bundled one).
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.kit.app import HANDWRITING, ROOT, App, draw, open_tab, sentence
from tests.browser.kit.chromium import launch

FIGURES = ROOT / "assets" / "figures"
DESKTOP, PHONE = (1280, 800), (390, 844)
LOW = ((844, 390), (640, 400))
"""A phone held sideways, and a desktop at 200 %."""
TABS = ("draw", "upload", "number", "evaluation", "data")
PARTS = ("curves", "robustness", "numbers", "compare")
"""Parts of the Evaluation tab beside its overview."""
EXAMPLE = "marker-5-on-yellow-note.jpg"


def main() -> None:
    """Start the app, take the pictures, say how large they are."""
    parser = argparse.ArgumentParser(description="Take pictures of the page.")
    parser.add_argument("--all", type=Path, metavar="DIR", help="every tab and part, full length")
    folder: Path | None = parser.parse_args().all
    app = App(Path(tempfile.mkdtemp()) / "app.log")
    try:
        app.wait()
        with sync_playwright() as playwright:
            browser = launch(playwright)
            views = [*TABS, *(PARTS if folder else ())]
            shown = [*product(views, (DESKTOP, PHONE)), *product(("draw", "upload"), LOW if folder else ())]
            for (view, size), scheme in product(shown, ("light", "dark")):
                path = (folder or FIGURES) / f"{view}-{size[0]}-{scheme}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                take(browser, app.url, view, size, scheme, path, full=folder is not None and size not in LOW)
                print(f"{path.stat().st_size:8,} bytes  {path}")
            browser.close()
    finally:
        app.stop()


def take(browser: Browser, url: str, view: str, size: tuple[int, int], scheme: str, path: Path, full: bool) -> None:
    """One picture, with something on the page to see."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    open_tab(page, url, "evaluation" if view in PARTS else view)
    fill(page, view)
    page.wait_for_timeout(600)  # the bars glide
    page.screenshot(path=path, full_page=full)
    context.close()
    # The page has few colours: a palette of 256 makes a third of the size, and no difference to the eye.
    Image.open(path).convert("RGB").quantize(256).save(path, optimize=True)


def fill(page: Page, view: str) -> None:
    """Draw a digit, click an example, or open a part."""
    if view == "draw":
        draw(page, HANDWRITING[7])
        expect(page.locator(sentence())).to_have_text("This looks like a 7")
    elif view == "upload":
        page.locator(f".shelf button[data-name='{EXAMPLE}']").click()
        expect(page.locator(sentence(view))).to_have_text("This looks like a 5")
    elif view == "number":
        page.get_by_role("button", name="Pictures").click()
        page.locator("#number-examples [data-name='two-rows-in-a-shadow.jpg']").click()
        expect(page.locator("#number-preview .mark")).to_have_count(7)
    elif view in PARTS:
        page.locator(f"#part-{view}-tab").click()
        expect(page.locator(f"#part-{view} > *").first).to_be_visible()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")


if __name__ == "__main__":
    main()
