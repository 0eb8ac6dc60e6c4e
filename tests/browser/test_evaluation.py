"""The Evaluation tab in a real browser: its figures, its choices, the matrix, the mistakes and the way to Draw."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from digit.evaluation.report import ReportSet, load_report
from digit.ui.evaluation.mistakes import SHOWN as SHOWN_AT_FIRST
from tests.browser.conftest import FIGURES, OpenPage
from tests.browser.kit.app import HANDWRITING, App, draw, sentence

pytestmark = pytest.mark.browser

SHOWN = ".mistakes > button:not([hidden])"


@pytest.fixture(scope="module")
def report(model_folder: Path) -> ReportSet:
    return load_report(model_folder / "report.npz")["mnist_test"]


def cell(page: Page, label: int, guess: int) -> Locator:
    return page.locator(f".confusion button[data-label='{label}'][data-guess='{guess}']")


def counts(page: Page) -> np.ndarray:
    """The counts of the matrix on show."""
    texts = page.locator(".confusion td .count").all_text_contents()
    return np.array(texts, int).reshape(10, 10)


def fullest(report: ReportSet) -> tuple[int, int]:
    """The commonest mistake: what was written, and what it was read as."""
    mistakes = report.confusion.copy()
    np.fill_diagonal(mistakes, 0)
    true, read = np.unravel_index(int(mistakes.argmax()), mistakes.shape)
    return int(true), int(read)


def pairs(page: Page) -> list[tuple[int, int]]:
    """Label and reading of the mistakes on show, in their order."""
    return [tuple(map(int, text.split(" → "))) for text in page.locator(f"{SHOWN} b").all_inner_texts()]  # type: ignore[misc]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_figures_are_those_of_the_artifact(
    open_page: OpenPage, model_folder: Path, report: ReportSet, width: int, scheme: str
) -> None:
    figures = json.loads((model_folder / "metrics.json").read_text())["sets"]["mnist_test"]
    page = open_page("evaluation", width=width, height=844, scheme=scheme)
    expect(page.locator("[data-metric=accuracy]")).to_have_text(f"{100 * figures['accuracy']:.2f} %")
    expect(page.locator("[data-metric=errors]")).to_have_text(f"{figures['errors']:,}")
    assert page.locator("[data-metric=f1]").all_inner_texts() == [f"{100 * r['f1']:.2f}" for r in figures["per_class"]]
    assert np.array_equal(counts(page), report.confusion)
    expect(page.locator(SHOWN)).to_have_count(min(figures["errors"], SHOWN_AT_FIRST))
    assert page.locator("#evaluation .missing").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_opening_the_tab_is_quick(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("tab", name="Evaluation").click()  # the server reads the report once
    expect(page.locator("#evaluation .score")).to_be_visible()
    page.reload()
    started = time.perf_counter()
    page.get_by_role("tab", name="Evaluation").click()
    page.locator("#evaluation .score").wait_for()
    FIGURES.append(
        f"Evaluation tab opened -> its overview on the page: {1000 * (time.perf_counter() - started):.0f} ms"
    )


def test_another_model_changes_matrix_mistakes_and_address(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    before = counts(page)
    page.get_by_label("Model").select_option("mlp_small")
    expect(page.locator("[data-metric=errors]")).to_have_text("6")
    assert not np.array_equal(counts(page), before)
    assert counts(page)[4].tolist() == [0, 0, 0, 0, 24, 0, 0, 0, 0, 6]
    assert pairs(page) == [(4, 9)] * 6
    assert "model=mlp_small" in page.url
    page.reload()
    expect(page.get_by_label("Model")).to_have_value("mlp_small")
    expect(page.locator("[data-metric=errors]")).to_have_text("6")
    page.locator(SHOWN).first.click()
    expect(page.locator("dialog.sample")).to_contain_text("This page's model says")


def test_another_set_changes_the_score(open_page: OpenPage, model_folder: Path) -> None:
    sets = json.loads((model_folder / "metrics.json").read_text())["sets"]
    report_sets = [name for name in load_report(model_folder / "report.npz").sets if name != "mnist_test"]
    if not report_sets:
        pytest.skip("this model's report holds one set only")
    page = open_page("evaluation")
    page.get_by_label("Set", exact=True).select_option(report_sets[0])
    expect(page.locator("[data-metric=errors]")).to_have_text(f"{sets[report_sets[0]]['errors']:,}")
    assert counts(page).sum() == sets[report_sets[0]]["count"]


def test_a_damaged_file_costs_its_part_alone(open_page: OpenPage, compared: App) -> None:
    page = open_page("evaluation", url=compared.url)
    assert page.locator("#evaluation .missing").count() == 0
    page.get_by_role("tab", name="Curves").click()
    expect(page.locator("#part-curves .missing")).to_contain_text("history.csv")
    expect(page.get_by_text("Can its confidence be trusted?")).to_be_visible()
    page.get_by_role("tab", name="Draw").click()
    draw(page, HANDWRITING[7])
    expect(page.locator(sentence())).to_have_text("This looks like a 7")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_cell_shows_its_own_samples(open_page: OpenPage, report: ReportSet, width: int) -> None:
    page = open_page("evaluation", width=width, height=844)
    true, read = fullest(report)
    cell(page, true, read).click()
    expect(page.locator(SHOWN)).to_have_count(int(report.confusion[true, read]))
    assert set(pairs(page)) == {(true, read)}
    expect(page.locator(".amount")).to_contain_text(f"{true} read as {read}")
    expect(page.locator(".gallery")).to_be_in_viewport()
    expect(cell(page, true, read)).to_have_attribute("aria-pressed", "true")
    cell(page, true, read).click()  # once more lets go
    expect(page.locator(SHOWN)).to_have_count(min(len(report.mistake_index), SHOWN_AT_FIRST))


def test_the_matrix_can_be_read_and_used_with_the_keyboard(open_page: OpenPage, report: ReportSet) -> None:
    true, read = fullest(report)
    page = open_page("evaluation")
    cell(page, 0, 0).focus()
    for _ in range(true):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")  # there is nothing further right
    expect(cell(page, true, 9)).to_be_focused()
    for _ in range(9 - read):
        page.keyboard.press("ArrowLeft")
    expect(cell(page, true, read)).to_be_focused()
    expect(page.locator(".says")).to_have_text(re.compile(rf"of [\d,]+ {true}s (was|were) read as {read}"))
    page.keyboard.press("Enter")
    assert set(pairs(page)) == {(true, read)}
    page.keyboard.press("Home")
    expect(cell(page, true, 0)).to_be_focused()


def test_percent_and_a_dimmed_diagonal(open_page: OpenPage, report: ReportSet) -> None:
    page = open_page("evaluation")
    strong = cell(page, 0, 0).evaluate("e => getComputedStyle(e).backgroundColor")
    page.get_by_role("button", name="Percent").click()
    expect(cell(page, 9, 4)).to_have_text(
        f"{100 * report.confusion[9, 4] / report.confusion[9].sum():.1f}", use_inner_text=True
    )
    page.get_by_label("Dim what is right").check()
    assert cell(page, 0, 0).evaluate("e => getComputedStyle(e).backgroundColor") != strong
    page.get_by_role("button", name="Counts").click()
    expect(cell(page, 0, 0)).to_have_text(str(report.confusion[0, 0]), use_inner_text=True)


def test_mistakes_are_filtered_and_sorted(open_page: OpenPage, report: ReportSet) -> None:
    page = open_page("evaluation")
    labels, guesses = report.labels[report.mistake_index], report.predictions[report.mistake_index]
    expected = [(int(a), int(b)) for a, b in zip(labels, guesses, strict=True)]
    assert pairs(page) == expected[:SHOWN_AT_FIRST]
    page.get_by_label("Order").select_option("unsure")
    assert pairs(page) == expected[::-1][:SHOWN_AT_FIRST]
    page.get_by_label("Order").select_option("label")
    assert pairs(page) == sorted(expected)[:SHOWN_AT_FIRST]
    page.get_by_label("Label", exact=True).select_option("9")
    assert pairs(page) == sorted(p for p in expected if p[0] == 9)
    page.get_by_label("Read as", exact=True).select_option("4")
    assert pairs(page) == [p for p in expected if p == (9, 4)]
    expect(cell(page, 9, 4)).to_have_attribute("aria-pressed", "true")
    cell(page, 3, 3).click()  # what is right is shown when it is asked for
    right = [int(index) for index in report.right_index if report.labels[index] == 3]
    assert pairs(page) == [(3, 3)] * len(right)
    expect(page.locator(".gallery .amount")).to_have_text(f"The {len(right)} least sure of those read right")
    page.get_by_role("button", name="Show every mistake").click()
    assert len(pairs(page)) == min(len(expected), SHOWN_AT_FIRST)


def test_one_mistake_at_large_and_its_neighbours(open_page: OpenPage, report: ReportSet) -> None:
    page = open_page("evaluation")
    page.locator(SHOWN).first.click()
    sheet = page.locator("dialog.sample")
    expect(sheet).to_be_visible()
    first, second, third = (int(i) for i in report.mistake_index[:3])
    expect(sheet.locator("h3")).to_have_text(f"MNIST test, digit {first}")
    values = [float(v) for v in sheet.locator("[data-p]").evaluate_all("all => all.map(e => e.dataset.p)")]
    assert values == pytest.approx(report.probabilities[first].astype(float), abs=1e-4)
    expect(sheet.locator("figure")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(sheet.locator("h3")).to_have_text(f"MNIST test, digit {second}")
    page.keyboard.press("ArrowRight")
    expect(sheet.locator("h3")).to_have_text(f"MNIST test, digit {third}")
    page.keyboard.press("ArrowLeft")
    expect(sheet.locator("h3")).to_have_text(f"MNIST test, digit {second}")
    sheet.get_by_label("Previous", exact=True).click()
    expect(sheet.locator("h3")).to_have_text(f"MNIST test, digit {first}")
    expect(sheet.get_by_label("Previous", exact=True)).to_be_disabled()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_tried_in_draw_a_mistake_has_the_probabilities_of_the_report(open_page: OpenPage, report: ReportSet) -> None:
    page = open_page("evaluation")
    for place in (0, len(report.mistake_index) - 1):
        page.get_by_role("tab", name="Evaluation").click()
        page.locator(SHOWN).nth(place).click()
        page.get_by_role("button", name="Try it in Draw").click()
        index = int(report.mistake_index[place])
        expect(page.locator("#paper .given")).to_have_text(f"MNIST test, digit {index}")
        best = int(report.predictions[index])
        expect(page.locator("#tab-draw .bars li[style*='--rank: 0;'] .name")).to_have_text(str(best))
        shares = page.locator("#tab-draw .bars li").evaluate_all(
            "all => all.map(e => [e.dataset.digit, e.style.getPropertyValue('--share')])"
        )
        drawn = {int(digit): float(share) for digit, share in shares}
        assert [drawn[d] for d in range(10)] == pytest.approx(report.probabilities[index].astype(float), abs=1e-3)
    expect(page.locator("#paper .hint")).to_be_hidden()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(sentence())).to_have_text("Nothing drawn yet")
    page.get_by_role("button", name="Undo").click()  # the digit image is on the paper again
    expect(page.locator("#paper .given")).to_have_text(f"MNIST test, digit {index}")
    draw(page, [[(0.1, 0.9), (0.9, 0.9)]])  # from the next stroke on it is a drawing
    expect(page.locator("#paper .given")).to_have_text("")
    page.get_by_role("button", name="Clear").click()
    draw(page, HANDWRITING[3])
    expect(page.locator(sentence())).to_have_text("This looks like a 3")


def test_matrix_and_mistakes_can_be_saved(open_page: OpenPage, report: ReportSet) -> None:
    page = open_page("evaluation")
    with page.expect_download() as caught:
        page.locator(".matrix").get_by_role("button", name="PNG").click()
    assert caught.value.suggested_filename == "confusion-flagship-mnist_test.png"
    picture = Image.open(caught.value.path())
    assert picture.size == (1304, 1304)
    assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 50
    with page.expect_download() as caught:
        page.locator(".matrix").get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(Path(caught.value.path()).read_text())))
    assert np.array_equal(np.array(rows[1:], int)[:, 1:], report.confusion)
    with page.expect_download() as caught:
        page.locator(".gallery").get_by_role("button", name="CSV").click()
    assert caught.value.suggested_filename == "mistakes-flagship-mnist_test.csv"
    records = list(csv.DictReader(io.StringIO(Path(caught.value.path()).read_text())))
    assert [int(record["index"]) for record in records] == report.mistake_index.tolist()


def test_a_part_and_a_set_can_be_linked(open_page: OpenPage) -> None:
    page = open_page("evaluation")
    page.get_by_role("tab", name="Curves").click()
    expect(page.locator("#part-curves .chart").first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Overview")).to_be_focused()
    expect(page.locator("#part-curves")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.reload()
    expect(page.locator("#part-curves .chart").first).to_be_visible()
    expect(page.get_by_role("tab", name="Curves")).to_have_attribute("aria-selected", "true")
