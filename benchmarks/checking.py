"""A clerk's batch: logbook cells given as files, checked by keyboard, and taken home as CSV.

    python -m benchmarks.checking [--cells 30] [--seed 0] [--data-dir DIR]

The script plays the clerk in Chromium: it looks at one row after the other, least sure first, types over each number
that is read wrongly, and saves the table; three times: undisturbed, with a reload in the middle, and with five seconds
without network while the pictures are read. It prints the keys and clicks, and stops where the saved table differs from
the labels. Needs the packages of requirements-dev.txt and Chromium.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.support.numbers import Sample, records
from benchmarks.support.options import data_folder, options_parser
from digit.evaluation.numbers import same_number
from tests.browser.kit.app import App, open_tab
from tests.browser.kit.chromium import launch

FIELDS = ".batch textarea"
CONDITIONS = {"": "undisturbed", "reload": "reload after half of them", "offline": "five seconds without network"}


def main() -> None:
    parser = options_parser(__doc__, data=True)
    parser.add_argument("--cells", type=int, default=30, help="cells of the test part")
    parser.add_argument("--seed", type=int, default=0, help="which cells")
    options = parser.parse_args()
    folder = data_folder(options.data_dir)
    cells = records(folder).get("logbook cells", []) if folder else []
    if len(cells) < options.cells:
        parser.error(f"{options.cells} cells of numbers/logbook are wanted; {len(cells)} were found in {folder}")
    chosen = [cells[i] for i in np.random.default_rng(options.seed).permutation(len(cells))[: options.cells]]
    with tempfile.TemporaryDirectory() as logs, sync_playwright() as playwright:
        app = App(Path(logs) / "app.log")
        try:
            app.wait()
            browser = launch(playwright)
            for disturbance, title in CONDITIONS.items():
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                open_tab(page, app.url, "number")
                print(f"{title:30}  {Clerk(page, chosen).work(disturbance)}", flush=True)
                page.close()
        finally:
            app.stop()


class Clerk:
    """Checks a table, and counts the keys and clicks that it takes."""

    def __init__(self, page: Page, cells: list[Sample]) -> None:
        self._page, self._cells = page, cells
        self._truth = {Path(str(cell.source)).name: cell.written[0] for cell in cells}
        self._keys = self._clicks = self._mended = 0

    def work(self, disturbance: str) -> str:
        """
        Returns:
            What it took.

        Raises:
            AssertionError: the saved table differs from the labels.
        """
        started = time.perf_counter()
        self._give(disturbance == "offline")
        reading = time.perf_counter() - started
        self._click("Least sure first")
        self._page.locator(FIELDS).first.click()
        self._clicks += 1
        half = len(self._cells) // 2
        self._check(range(half))
        if disturbance == "reload":
            self._page.reload()
            self._wait_until_read()
            self._page.locator(FIELDS).nth(half).click()
            self._clicks += 1
        self._check(range(half, len(self._cells)))
        saved = self._saved()
        assert saved.keys() == self._truth.keys(), "the saved table has other files"
        wrong = {name: text for name, text in saved.items() if not same_number(text, self._truth[name], True)}
        assert not wrong, f"the saved table differs from the labels: {wrong}"
        return (
            f"{len(saved)} cells in {reading:.1f} s, {self._mended} mended, {self._keys} keys, {self._clicks} clicks; "
            "saved as labelled"
        )

    def _give(self, without_network: bool) -> None:
        page = self._page
        self._click("Pictures")
        page.context.set_offline(without_network)
        page.locator("#number-picture input[type=file]").set_input_files([str(cell.source) for cell in self._cells])
        if without_network:
            page.wait_for_timeout(5000)
            page.context.set_offline(False)
        self._wait_until_read()

    def _wait_until_read(self) -> None:
        said = self._page.locator(".batch .said")
        expect(said).to_have_text(re.compile(rf"^{len(self._cells)} pictures: "), timeout=120_000)

    def _click(self, name: str) -> None:
        self._page.get_by_role("button", name=name).click()
        self._clicks += 1

    def _press(self, key: str) -> None:
        self._page.keyboard.press(key)
        self._keys += 1

    def _check(self, rows: range) -> None:
        """Look at each row beside its picture; type over the number where it is another one."""
        for row in rows:
            field = self._page.locator(FIELDS).nth(row)
            expect(field).to_be_focused()
            name = self._page.locator(".batch .beside span").inner_text()
            expect(self._page.locator(".batch .beside img")).to_be_visible()
            if not same_number(field.input_value(), self._truth[name], True):
                self._mended += 1
                for character in self._truth[name]:
                    self._press(character)
            self._press("Enter")

    def _saved(self) -> dict[str, str]:
        with self._page.expect_download() as download:
            self._click("CSV of all")
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        return {line["file"]: line["text"] for line in csv.DictReader(io.StringIO(text))}


if __name__ == "__main__":
    main()
