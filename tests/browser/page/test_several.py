"""What is no single digit: several digits go to Number with what was given, a dot is no 0, tiny writing is told so."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import HANDWRITING, Stroke, draw, sentence
from tests.browser.kit.timing import use_reader

pytestmark = pytest.mark.browser

SEVERAL = "Several digits: read them on Number"
LINK = "a[data-carry]"


def beside(*digits: int) -> list[Stroke]:
    """Digits side by side on the square paper."""
    return [
        [(0.02 + 0.48 * place + 0.5 * (x - 0.05), 0.25 + 0.5 * y) for x, y in stroke]
        for place, digit in enumerate(digits)
        for stroke in HANDWRITING[digit]
    ]


@pytest.mark.parametrize("place", ["browser", "server"])
def test_two_digits_are_carried_from_draw_to_number(open_page: OpenPage, place: str) -> None:
    page = open_page()
    use_reader(page, place)
    draw(page, beside(1, 2))
    expect(page.locator(sentence())).to_have_text(SEVERAL)
    expect(page.locator("#tab-draw .answer")).to_have_attribute("data-verdict", "not_a_digit")
    assert "sure" not in page.locator("#tab-draw .answer").inner_text()
    assert "%" not in page.locator("#tab-draw .bars").inner_text()
    page.locator(f"#tab-draw {LINK}").click()
    expect(page.locator("#tab-number .by-drawing .sentence")).to_have_text("This looks like 12")
    assert page.url.endswith("?tab=number")
    page.go_back()  # the drawing is still there
    expect(page.locator(sentence())).to_have_text(SEVERAL)


def two_digits(folder: Path) -> Path:
    picture = np.full((300, 500), 255, np.uint8)
    cv2.line(picture, (120, 60), (120, 240), 20, 14, cv2.LINE_AA)
    cv2.polylines(picture, [np.array([[250, 70], [370, 70], [300, 240]])], False, 20, 14, cv2.LINE_AA)
    path = folder / "seventeen.png"
    cv2.imwrite(str(path), picture)
    return path


def test_two_digits_are_carried_from_upload_to_number(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("upload")
    page.locator("#picture input[type=file]").set_input_files(two_digits(tmp_path))
    expect(page.locator(sentence("upload"))).to_have_text(SEVERAL)
    page.locator(f"#tab-upload {LINK}").click()
    expect(page.locator("#tab-number .by-picture .answer-panel .sentence")).to_have_text("This looks like 17")
    assert page.url.endswith("?tab=number&way=pictures")
    expect(page.locator("#number-preview .mark")).to_have_count(2)


def dot(page: Page, brush: int) -> None:
    page.get_by_label("Brush size").fill(str(brush))
    page.locator("#paper canvas").click(position={"x": 200, "y": 200})


@pytest.mark.parametrize("place", ["browser", "server"])
@pytest.mark.parametrize("brush", [18, 40])
def test_a_dot_is_no_zero(open_page: OpenPage, place: str, brush: int) -> None:
    page = open_page()
    use_reader(page, place)
    dot(page, brush)
    expect(page.locator(sentence())).to_have_text("Too small to read: draw larger")
    expect(page.locator("#tab-draw .answer")).to_have_attribute("data-verdict", "not_a_digit")
    assert "sure" not in page.locator("#tab-draw .answer").inner_text()


def test_a_tiny_scrawl_is_told_to_be_larger_and_a_large_one_is_not(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Brush size").fill("6")
    scrawl: Stroke = [(0.0, 0.0), (1.0, 1.0), (0.5, 0.0), (0.0, 1.0), (1.0, 0.3), (0.0, 0.5), (0.9, 0.0)]
    draw(page, [[(0.5 + 0.12 * x, 0.5 + 0.12 * y) for x, y in scrawl]])
    expect(page.locator(sentence())).to_have_text("Too small to read: draw larger")
    page.get_by_role("button", name="Clear").click()
    draw(page, [[(0.2 + 0.6 * x, 0.2 + 0.6 * y) for x, y in scrawl]])
    expect(page.locator(sentence())).to_have_text("This does not look like a digit")
