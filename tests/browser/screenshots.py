"""Takes the pictures of the page: every tab, wide and narrow, light and dark.

    python tests/browser/screenshots.py             the README's pictures, into assets/figures
    python tests/browser/screenshots.py --all DIR   all twelve, full length, into DIR

Serves the model that `python app.py` would serve (DIGIT_MODEL, else the bundled one).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.app import HANDWRITING, ROOT, App, draw, open_tab, sentence
from tests.browser.chromium import launch

FIGURES = ROOT / "assets" / "figures"
DESKTOP, PHONE = (1280, 800), (390, 844)
README = [
    ("draw", DESKTOP, "light"),
    ("upload", DESKTOP, "dark"),
    ("draw", PHONE, "dark"),
    ("evaluation", DESKTOP, "light"),
]
EXAMPLE = "marker-5-on-yellow-note.jpg"


def main() -> None:
    """Start the app, take the pictures, say how large they are."""
    parser = argparse.ArgumentParser(description="Take pictures of the page.")
    parser.add_argument("--all", type=Path, metavar="DIR", help="every tab in every size and scheme, full length")
    folder: Path | None = parser.parse_args().all
    app = App(Path(tempfile.mkdtemp()) / "app.log")
    try:
        app.wait()
        with sync_playwright() as playwright:
            browser = launch(playwright)
            everything = [
                (t, s, c) for t in ("draw", "upload", "evaluation") for s in (DESKTOP, PHONE) for c in ("light", "dark")
            ]
            for tab, size, scheme in everything if folder else README:
                path = (folder or FIGURES) / f"{tab}-{size[0]}-{scheme}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                take(browser, app.url, tab, size, scheme, path, full=folder is not None)
                print(f"{path.stat().st_size:8,} bytes  {path}")
            browser.close()
    finally:
        app.stop()


def take(browser: Browser, url: str, tab: str, size: tuple[int, int], scheme: str, path: Path, full: bool) -> None:
    """One picture, with something on the page to see."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    open_tab(page, url, tab)
    fill(page, tab)
    page.wait_for_timeout(600)  # the bars glide
    page.screenshot(path=path, full_page=full)
    context.close()
    # The page has few colours: a palette of 256 makes a third of the size, and no difference to the eye.
    Image.open(path).convert("RGB").quantize(256).save(path, optimize=True)


def fill(page: Page, tab: str) -> None:
    """Draw a digit, or click an example."""
    if tab == "draw":
        draw(page, HANDWRITING[7])
        expect(page.locator(sentence())).to_have_text("This looks like a 7")
    elif tab == "upload":
        page.locator(f".shelf button[data-name='{EXAMPLE}']").click()
        expect(page.locator(sentence(tab))).to_have_text("This looks like a 5")
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")


if __name__ == "__main__":
    main()
