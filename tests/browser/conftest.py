"""The running app and a browser for the tests, and the times that they measure, printed at the end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.kit.app import HANDWRITING, App, draw, open_tab, running_app, sentence
from tests.browser.kit.chromium import launch
from tests.ui.comparisons import add_comparison
from tests.ui.made import write_exploration, write_robustness

FIGURES: list[str] = []
ANSWER_TIMES: list[float] = []
"""Milliseconds from lifting the pen until the page shows the answer to the finished stroke."""
UNANSWERED: list[str] = []
"""Strokes whose answer did not come within the time that any page is waited for."""

OpenPage = Callable[..., Page]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ANSWER_TIMES or UNANSWERED:
        times = ANSWER_TIMES or [float("nan")]
        FIGURES.append(
            f"pen lifted -> new answer on the page: median {median(times):.0f} ms, longest {max(times):.0f} ms "
            f"({len(ANSWER_TIMES)} strokes; {len(UNANSWERED)} more without an answer)"
        )
    if FIGURES:
        terminalreporter.section("measured in the browser")
        for line in FIGURES:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture(scope="session")
def app(browser: Browser, model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, started once; how long it took to the first answer is measured on the way.

    When the last test is done, nothing may have failed on the server.
    """
    log = tmp_path_factory.mktemp("app") / "app.log"
    with running_app(log, {"DIGIT_MODEL": str(model_folder.resolve())}) as running:
        served = time.perf_counter() - running.started
        page = browser.new_page()
        open_tab(page, running.url)
        draw(page, HANDWRITING[7])
        expect(page.locator(sentence())).to_have_text("This looks like a 7")
        FIGURES.append(
            f"process start -> page served: {served:.1f} s; -> first answer in a new browser page: "
            f"{time.perf_counter() - running.started:.1f} s"
        )
        page.close()
        yield running


@pytest.fixture(scope="session")
def compared(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app over a copy of the model with all that is optional: a comparison with two invented systems, robustness,
    exploration. Its history is damaged.
    """
    folder = tmp_path_factory.mktemp("compared") / "model"
    shutil.copytree(model_folder, folder, ignore=shutil.ignore_patterns("comparison*"))
    add_comparison(folder)
    write_robustness(folder)
    write_exploration(folder)
    (folder / "history.csv").write_bytes(b"\x00nothing")
    with running_app(folder.parent / "app.log", {"DIGIT_MODEL": str(folder)}) as running:
        yield running


@pytest.fixture
def open_page(app: App, browser: Browser) -> Iterator[OpenPage]:
    """Opens a tab of the page in a window of its own, of another app with `url`; no page may log an error."""
    complaints: list[str] = []
    contexts = []

    def open_it(
        tab: str = "draw",
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        touch: bool = False,
        url: str | None = None,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            has_touch=touch,
            is_mobile=touch,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        open_tab(page, url or app.url, tab)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []
