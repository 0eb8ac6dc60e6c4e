"""Charts in a real browser: they answer pointer and keys in words, sort, switch, and give picture and numbers away."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import FIGURES, OpenPage
from tests.browser.kit.app import App

pytestmark = pytest.mark.browser


def open_part(page: Page, part: str) -> Locator:
    """A part of the Evaluation tab, filled."""
    page.locator(f".parts [data-part={part}]").click()
    panel = page.locator(f"#part-{part}")
    expect(panel.locator(".chart").first).to_be_visible()
    return panel


def chart(within: Page | Locator, name: str) -> Locator:
    return within.locator(f".chart[data-name^='{name}']")


def saved(page: Page, figure: Locator, kind: str) -> bytes:
    """The file that a download brings."""
    with page.expect_download() as download:
        figure.locator(f"[data-save={kind}]").click()
    assert download.value.suggested_filename == f"{figure.get_attribute('data-name')}.{kind}"
    return Path(download.value.path()).read_bytes()


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_and_numbers_arrive_and_parse(open_page: OpenPage, compared: App, scheme: str) -> None:
    page = open_page("evaluation", url=compared.url, scheme=scheme)
    found = {}
    for part, name in (
        ("curves", "roc"),
        ("curves", "reliability"),
        ("robustness", "robustness-flagship"),
        ("robustness", "robustness-beside"),
    ):
        figure = chart(open_part(page, part), name)
        found[name] = rows(saved(page, figure, "csv"))
        picture = Image.open(io.BytesIO(saved(page, figure, "png"))).convert("RGB")
        pixels = np.asarray(picture)
        assert pixels.shape[1] == 3 * (400 + 28)
        paper = np.array([255, 255, 255] if scheme == "light" else [0x14, 0x15, 0x18])
        assert np.abs(pixels[2, 2].astype(int) - paper).max() <= 1  # it is drawn on the page's own ground
        inked = np.abs(pixels.astype(int) - paper).max(axis=2) > 60
        assert 0.002 < inked.mean() < 0.7
        assert inked[: 3 * 40].any()  # its title
    assert {row["digit"] for row in found["roc"]} == set("0123456789")
    assert sum(int(row["count"]) for row in found["reliability"]) == 10_000
    for name, systems in (("robustness-flagship", 1), ("robustness-beside", 2)):
        assert len(found[name]) == systems * 4 * 5
        assert len({row["system"] for row in found[name]}) == systems


def test_a_long_title_is_not_cut_off_in_a_saved_picture(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    figure = chart(open_part(page, "curves"), "roc")
    figure.locator(".heading").evaluate("heading => { heading.textContent = 'A title that is very long '.repeat(4); }")
    pixels = np.asarray(Image.open(io.BytesIO(saved(page, figure, "png"))).convert("RGB")).astype(int)
    title = np.abs(pixels[: 3 * 36] - pixels[2, 2]).max(axis=2) > 60
    assert title.any()
    assert not title[:, -3 * 8 :].any()  # it ends before the margin


def test_the_pointer_and_the_arrow_keys_are_answered_in_words(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    plot = chart(open_part(page, "curves"), "reliability").locator(".plot")
    tip = plot.locator(".tip")
    dots = plot.locator("circle.dot")
    dots.last.scroll_into_view_if_needed()
    dots.last.hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("% sure:")
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    plot.focus()
    page.keyboard.press("ArrowRight")
    first = tip.inner_text()
    page.keyboard.press("ArrowRight")
    assert tip.inner_text() != first
    page.keyboard.press("ArrowLeft")
    assert tip.inner_text() == first
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_the_numbers_unfold_as_a_table(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    figure = chart(open_part(page, "curves"), "coverage")
    numbers = rows(saved(page, figure, "csv"))
    figure.locator("summary").click()
    expect(figure.locator("table tbody tr")).to_have_count(len(numbers))
    last = figure.locator("table tbody tr").last.locator("td").all_inner_texts()
    assert last == list(numbers[-1].values())


def test_a_digit_is_picked_out_and_the_axis_switched(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    figure = chart(open_part(page, "curves"), "roc")
    figure.locator("[data-digit='3']").click()
    expect(figure.locator("polyline.on[data-series='3']:visible")).to_have_count(1)
    expect(figure.locator("polyline.on:visible")).to_have_count(1)
    figure.get_by_role("button", name="linear", exact=True).click()
    expect(figure.locator(".plot[data-view=linear]")).to_be_visible()
    expect(figure.locator(".plot[data-view=log]")).to_be_hidden()
    expect(figure.locator("polyline.on[data-series='3']:visible")).to_have_count(1)


def test_the_comparison_sorts_by_click_and_by_key(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    table = open_part(page, "compare").locator("table.sortable")
    head = table.locator("th", has_text="Errors")

    def errors() -> list[float]:
        return [float(c.get_attribute("data-value") or "nan") for c in table.locator("tbody td:nth-child(3)").all()]

    unsorted = errors()
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert errors() == sorted(unsorted)
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert errors() == sorted(unsorted, reverse=True)
    accuracy = table.locator("th", has_text="Accuracy")
    accuracy.get_by_role("button").click()
    assert accuracy.get_attribute("aria-sort") == "descending"  # the best on top
    assert head.get_attribute("aria-sort") == "none"


def test_a_cell_of_the_heat_map_shows_its_example(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    plot = chart(open_part(page, "robustness"), "robustness-flagship").locator(".plot")
    plot.locator("rect.heat").nth(7).hover()
    expect(plot.locator(".tip")).to_contain_text("Severity 3: flagship 1.0 reads")
    picture = plot.locator(".tip span")
    expect(picture).to_be_visible()
    assert "data:image/png" in picture.evaluate("part => getComputedStyle(part).backgroundImage")


def test_the_data_tab_opens_with_its_findings_and_thumbnails(open_page: OpenPage, compared: App) -> None:
    page = open_page(url=compared.url)
    started = time.perf_counter()
    page.get_by_role("tab", name="Data").click()
    expect(page.locator("#data .chart").last).to_be_visible()
    FIGURES.append(f"Data tab opened -> its charts on the page: {1000 * (time.perf_counter() - started):.0f} ms")
    assert page.url.endswith("?tab=data")
    plot = chart(page, "scatter-tsne").locator(".plot")
    plot.scroll_into_view_if_needed()
    plot.locator("text.glyph").nth(5).hover(force=True)  # others may lie over it
    expect(plot.locator(".tip")).to_contain_text("Training digit")
    expect(plot.locator(".tip span")).to_be_visible()
    plot.focus()
    page.keyboard.press("ArrowRight")
    expect(plot.locator(".tip")).to_contain_text("Training digit")
    numbers = rows(saved(page, chart(page, "class-counts"), "csv"))
    assert len(numbers) == 10


@pytest.mark.parametrize("part", ["curves", "robustness", "compare", "data"])
def test_nothing_is_wider_than_a_phone(open_page: OpenPage, compared: App, part: str) -> None:
    page = open_page("data" if part == "data" else "evaluation", width=390, height=844, url=compared.url)
    within = page.locator("#data") if part == "data" else open_part(page, part)
    expect(within.locator("svg:visible").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    smallest = within.locator("svg:visible text").evaluate_all(
        """texts => Math.min(...texts.filter((text) => !text.closest(".glyph") && text.getBoundingClientRect().width)
        .map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
    )
    assert smallest >= 8.5
