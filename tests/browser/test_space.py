"""The page as a Space shows it: in a frame of another site, behind a proxy that renames hosts and origins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from digit.feedback.environment import FOLDER_VARIABLE
from digit.feedback.store import read_feedback
from tests.browser.kit.app import HANDWRITING, WAIT_MS, draw, running_app
from tests.browser.kit.proxy import PUBLIC, Space, space_around
from tests.ui.files import write_odd_files

pytestmark = pytest.mark.browser
IN_FRAME = "iframe >> internal:control=enter-frame >> "


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "store"


@pytest.fixture(scope="module")
def space(model_folder: Path, store: Path) -> Iterator[Space]:
    folders = {"DIGIT_MODEL": str(model_folder.resolve()), FOLDER_VARIABLE: str(store)}
    with running_app(store.parent / "app.log", folders) as app, space_around(app.url) as proxy:
        yield proxy


@pytest.fixture
def around(space: Space, browser: Browser) -> Iterator[Page]:
    """The page around the frame; nothing in either may be an error."""
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(WAIT_MS)
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(space.around)
    expect(page.frame_locator("iframe").locator("#paper canvas")).to_be_visible()
    yield page
    page.close()
    assert complaints == []


def correct(frame: FrameLocator, tab: str, truth: str) -> None:
    frame.locator(f'#tab-{tab} .feedback [data-truth="{truth}"]').click()
    expect(frame.locator(f"#tab-{tab} .feedback .said")).to_have_text(f"Thank you. Stored as a {truth}.")


def test_drawings_are_read_and_corrected(around: Page, store: Path) -> None:
    frame, before = around.frame_locator("iframe"), len(read_feedback(store))
    draw(around, HANDWRITING[7], f"{IN_FRAME}#paper canvas")
    expect(frame.locator("#tab-draw .sentence")).to_have_text("This looks like a 7")
    correct(frame, "draw", "1")
    assert [found.truth for found in read_feedback(store)[before:]] == [1]


def test_uploads_are_read_and_corrected(around: Page, store: Path, tmp_path: Path) -> None:
    frame, before = around.frame_locator("iframe"), len(read_feedback(store))
    frame.get_by_role("tab", name="Upload").click()
    frame.locator("#picture input[type=file]").first.set_input_files(write_odd_files(tmp_path, 5)["plain.png"])
    expect(frame.locator("#tab-upload .sentence").first).to_have_text("This looks like a 5")
    correct(frame, "upload", "6")
    assert [found.truth for found in read_feedback(store)[before:]] == [6]


def test_the_camera_is_allowed_and_its_frames_are_answered(around: Page) -> None:
    frame = around.frame_locator("iframe")
    frame.get_by_role("tab", name="Upload").click()
    frame.get_by_role("button", name="Camera").locator("visible=true").click()
    expect(frame.locator("#camera .took")).to_contain_text("on the server")
    frame.get_by_role("button", name="Stop").locator("visible=true").click()


def test_numbers_are_read_on_the_server(around: Page) -> None:
    frame = around.frame_locator("iframe")
    frame.get_by_role("tab", name="Number").click()
    expect(frame.locator("#wide-paper canvas")).to_be_visible()
    draw(around, [[(0.3, 0.2), (0.3, 0.8)]], f"{IN_FRAME}#wide-paper canvas")
    expect(frame.locator("#tab-number .by-drawing .sentence")).not_to_have_text("Nothing written yet")


def test_the_page_names_no_host(space: Space) -> None:
    for path in ("/", "/config"):
        text = httpx.get(space.url + path, timeout=60).text
        assert PUBLIC not in text
        assert "10.20.30.40" not in text
