"""The Number tab: its two ways, what it says, and pictures to give it."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
from playwright.sync_api import Locator, Page

from tests.browser.kit.app import ROOT
from tests.ui.numbers import line

EXAMPLES = ROOT / "assets" / "examples" / "numbers"
DRAWN, GIVEN = ".by-drawing", ".by-picture"


def sentence(page: Page, way: str) -> Locator:
    return page.locator(f"{way} .sentence")


def saying(text: str) -> re.Pattern[str]:
    """The sentence that says a number and is sure of it."""
    return re.compile(rf"^This looks like {text}($| )")


def text_of(page: Page, way: str) -> Locator:
    return page.locator(f"{way} .read .row")


def give(page: Page, files: Path | list[Path]) -> None:
    """Choose files, as the button does."""
    page.get_by_role("button", name="Pictures").click()
    page.locator("#number-picture input[type=file]").set_input_files(files)


def number_file(folder: Path, text: str) -> Path:
    path = folder / f"number-{text}.png"
    cv2.imwrite(str(path), line(text))
    return path


def two_rows(folder: Path) -> Path:
    """The example of two rows, in which a 4 may be a 9, at half its size."""
    picture = cv2.imread(str(EXAMPLES / "two-rows-in-a-shadow.jpg"))
    assert picture is not None
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    path = folder / "small.png"
    cv2.imwrite(str(path), small)
    return path


def numbers(page: Page) -> list[str]:
    """What the fields of the table say, from top to bottom."""
    return [field.input_value() for field in page.locator(".batch textarea").all()]
