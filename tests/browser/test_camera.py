"""The live camera in a real browser, on films: sheets are followed, one frame at a time, while the tab is visible."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FIGURES
from tests.browser.kit.app import ROOT, App, open_tab
from tests.browser.kit.chromium import FLAGS, candidates
from tests.browser.kit.films import MARK, Box, write_film
from tests.browser.test_access import complaints
from tests.browser.test_number import overlap

pytestmark = pytest.mark.browser

LIVE = ".live-answer .sentence"
WAITING = re.compile("^Hold a sheet with")
WATCH = """mark => {
  // Which sheet the camera sees, and when an answer is shown: the film says it with the grey of its corner.
  window.reads = [];
  window.sheets = [];
  window.answers = [];
  document.addEventListener("frame-read", ({ detail }) => window.reads.push(detail));
  const pixel = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const corner = pixel.getContext("2d", { willReadFrequently: true });
  const video = [...document.querySelectorAll("video")].find((one) => one.closest("[role=tabpanel]").offsetParent);
  const look = () => {
    if (video.videoWidth) {
      corner.drawImage(video, mark / 4, mark / 4, mark / 2, mark / 2, 0, 0, 1, 1);
      const grey = corner.getImageData(0, 0, 1, 1).data[0];
      const place = Math.round(grey / 60);
      if (window.sheets.at(-1)?.place !== place) window.sheets.push({ place, time: performance.now() });
    }
    const said = document.querySelector("[role=tabpanel]:not([style*=none]) .live-answer .sentence")?.textContent ?? "";
    if (window.answers.at(-1)?.said !== said) window.answers.push({ said, time: performance.now() });
    requestAnimationFrame(look);
  };
  look();
}"""
COUNT = """delay => {
  // How many frames are on their way at once. A delay of -1 is a server that is away.
  window.delay = delay;
  window.flying = window.most = window.sent = 0;
  const send = window.fetch;
  window.fetch = async (address, options) => {
    if (!String(address?.url ?? address).includes("component_server")) return send(address, options);
    window.sent++;
    window.most = Math.max(window.most, ++window.flying);
    try {
      if (window.delay < 0) throw new TypeError("away");
      await new Promise((go) => setTimeout(go, window.delay));
      return await send(address, options);
    } finally {
      window.flying--;
    }
  };
}"""
OFF = """() => {
  const [video] = [...document.querySelectorAll("video")].filter((v) => v === window.watched);
  return video.srcObject === null && window.tracks.every((track) => track.readyState === "ended");
}"""
REMEMBER = """selector => {
  window.watched = document.querySelector(selector);
  window.tracks = window.watched.srcObject.getTracks();
}"""
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
MARKS = """scene => {
  const { left, top, width, height } = scene.getBoundingClientRect();
  return [...scene.querySelectorAll(".live-marks span")].map(mark => {
    const box = mark.getBoundingClientRect();
    const frame = 6; // padding and border
    return [(box.left + frame - left) / width, (box.top + frame - top) / height,
            (box.width - 2 * frame) / width, (box.height - 2 * frame) / height];
  });
}"""

OpenCamera = Callable[..., Page]


@pytest.fixture
def open_camera(app: App, browser: Browser) -> Iterator[OpenCamera]:
    """Opens a tab in a browser of its own whose camera shows a film; without one, there is no camera."""
    browsers = []

    def open_it(
        tab: str, film: Path | None = None, *, allowed: bool = True, delay: int = 0, width: int = 1280, scheme: str = ""
    ) -> Page:
        flags = [flag for flag in FLAGS if "media-stream" not in flag]
        if allowed:
            flags.append("--use-fake-ui-for-media-stream")
        if film is not None:
            flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        # What the camera sees is no matter of the first browser that starts: it is the one that runs already.
        path = next(path for path in candidates() if path is None or Path(path).is_file())
        running = browser.browser_type.launch(executable_path=path, args=flags)
        browsers.append(running)
        page = running.new_page(
            viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page.add_init_script(f"({COUNT})({delay})")
        open_tab(page, app.url, tab)
        if tab == "number":
            page.get_by_role("button", name="Pictures").click()
        page.evaluate(WATCH, MARK)
        return page

    yield open_it
    for running in browsers:
        running.close()


@pytest.fixture(scope="module")
def digits_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "digits.mjpeg"
    write_film(path, ["7", "3"])
    return path


@pytest.fixture(scope="module")
def number_film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Box]]:
    path = tmp_path_factory.mktemp("film") / "numbers.mjpeg"
    return path, write_film(path, ["4711", "2385"], seconds=6, width=760, height=330)


def switch_on(page: Page) -> None:
    page.get_by_role("button", name="Camera").locator("visible=true").click()


def tell_times(page: Page, what: str, sentences: list[str]) -> None:
    """Add to the figures how long frames took, and how long after a sheet came its answer was on the page."""
    reads = [one["ms"] for one in page.evaluate("window.reads")]
    sheets, answers = page.evaluate("[window.sheets, window.answers]")
    waits = []
    for sheet in sheets:
        if not sheet["place"]:
            continue
        said = sentences[sheet["place"] - 1]
        later = [one["time"] - sheet["time"] for one in answers if one["said"] == said and one["time"] > sheet["time"]]
        waits += later[:1]
    FIGURES.append(
        f"camera, {what}: p50 {median(reads):.0f} ms a frame ({len(reads)} frames); a sheet is held up -> its answer: "
        + ", ".join(f"{wait / 1000:.1f} s" for wait in waits)
    )


def test_a_digit_is_read_and_the_next_sheet_changes_it(open_camera: OpenCamera, digits_film: Path) -> None:
    page = open_camera("upload", digits_film)
    switch_on(page)
    sentences = ["This looks like a 7", "This looks like a 3"]
    for said in [*sentences, *sentences]:
        expect(page.locator(LIVE)).to_have_text(said)
        expect(page.locator("#camera .live-marks b")).to_have_text([said[-1]])
    tell_times(page, "one digit", sentences)
    # An empty room is not read, and says what to do.
    expect(page.locator(LIVE)).to_have_text(WAITING)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#camera")).to_be_hidden()
    expect(page.locator(LIVE)).to_have_count(0)
    expect(page.locator("#tab-upload .sentence")).to_have_text("No picture yet")


def test_a_number_has_a_box_around_each_digit(open_camera: OpenCamera, number_film: tuple[Path, list[Box]]) -> None:
    film, truth = number_film
    page = open_camera("number", film)
    switch_on(page)
    sentences = ["This looks like 4711", "This looks like 2385"]
    for said in sentences:
        expect(page.locator(LIVE)).to_have_text(said)
        expect(page.locator("#number-camera .live-marks b")).to_have_text(list(said[-4:]))
    page.wait_for_timeout(800)  # the boxes glide
    boxes = sorted(page.locator("#number-camera .scene").evaluate(MARKS))
    for box, true in zip(boxes, truth, strict=True):
        assert overlap(tuple(box), true) > 0.5
    tell_times(page, "four digits", sentences)


def test_frames_never_wait_behind_each_other(open_camera: OpenCamera, digits_film: Path) -> None:
    page = open_camera("upload", digits_film, delay=700)
    switch_on(page)
    expect(page.locator(LIVE)).not_to_have_count(0)
    page.wait_for_function("window.sent >= 5")
    assert page.evaluate("window.most") == 1


def test_a_server_that_is_away_is_said_and_asked_again(open_camera: OpenCamera, digits_film: Path) -> None:
    page = open_camera("upload", digits_film, delay=-1)
    switch_on(page)
    note = page.locator("#camera .note")
    expect(note).to_have_text(re.compile("^The server does not answer"))
    page.evaluate("window.delay = 0")
    expect(page.locator(LIVE)).to_have_text(re.compile("^This looks like a"))
    expect(note).to_have_text(re.compile("are not stored"))


def test_the_picture_that_is_taken_goes_the_way_of_a_file(open_camera: OpenCamera, digits_film: Path) -> None:
    page = open_camera("upload", digits_film)
    switch_on(page)
    expect(page.locator(LIVE)).to_have_text("This looks like a 7")
    page.get_by_role("button", name="Take the picture").click()
    expect(page.locator("#camera")).to_be_hidden()
    expect(page.locator("#tab-upload .sentence")).to_have_text("This looks like a 7")
    expect(page.locator("#steps img")).to_have_count(4)


def test_nothing_is_filmed_that_nobody_looks_at(open_camera: OpenCamera, digits_film: Path) -> None:
    page = open_camera("upload", digits_film)

    def on() -> None:
        switch_on(page)
        expect(page.locator(LIVE)).to_have_text(re.compile("^This looks like a"))
        page.evaluate(REMEMBER, "#camera video")

    def is_off() -> None:
        page.wait_for_function(OFF)
        page.wait_for_function("window.flying === 0")
        sent = page.evaluate("window.sent")
        page.wait_for_timeout(700)
        assert page.evaluate("window.sent") == sent

    on()
    page.evaluate(HIDE, True)
    is_off()
    page.evaluate(HIDE, False)
    note = page.locator("#camera .note")
    expect(note).to_have_text(re.compile("switched off while the page was hidden"))
    expect(note).to_be_visible()
    on()
    page.get_by_role("tab", name="Draw").click()
    is_off()
    page.get_by_role("tab", name="Upload").click()
    on()
    page.locator("#picture input[type=file]").set_input_files(ROOT / "assets" / "examples" / "drawing-3.png")
    is_off()
    expect(page.locator("#tab-upload .sentence")).to_have_text("This looks like a 3")


@pytest.mark.parametrize(
    ("allowed", "there", "words"),
    [(False, True, "permission was denied"), (True, False, "No camera was found on this device")],
    ids=["refused", "none"],
)
@pytest.mark.parametrize("tab", ["upload", "number"])
def test_a_camera_that_cannot_be_used_gives_its_sentence(
    open_camera: OpenCamera, digits_film: Path, tab: str, allowed: bool, there: bool, words: str
) -> None:
    page = open_camera(tab, digits_film if there else None, allowed=allowed)
    switch_on(page)
    expect(page.locator(f"#tab-{tab} .sentence").locator("visible=true")).to_have_text(re.compile(words))
    expect(page.locator("video").locator("visible=true")).to_have_count(0)


@pytest.mark.parametrize(("tab", "film"), [("upload", "digits_film"), ("number", "number_film")])
def test_axe_finds_nothing_serious_while_it_is_on(
    open_camera: OpenCamera, request: pytest.FixtureRequest, tab: str, film: str
) -> None:
    made = request.getfixturevalue(film)
    page = open_camera(tab, made if isinstance(made, Path) else made[0])
    switch_on(page)
    expect(page.locator(LIVE)).to_have_text(re.compile("^This looks like"))
    assert complaints(page) == []
