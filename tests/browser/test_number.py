"""The Number tab in a real browser: written with the mouse, given as pictures, looked at, copied, and many at once."""

from __future__ import annotations

import base64
import csv
import io
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.kit.app import write_number
from tests.browser.kit.numbers import DRAWN, GIVEN, give, number_file, numbers, saying, sentence, text_of, two_rows
from tests.ui.files import COMPLAINTS, write_bad_files
from tests.ui.numbers import photo

pytestmark = pytest.mark.browser

BOXES = """sheet => {
  const { left, top, width, height } = sheet.querySelector("img").getBoundingClientRect();
  return [...sheet.querySelectorAll(".mark")].map(mark => {
    const box = mark.getBoundingClientRect();
    const { paddingLeft, borderLeftWidth } = getComputedStyle(mark);
    const frame = parseFloat(paddingLeft) + parseFloat(borderLeftWidth);
    return [(box.left + frame - left) / width, (box.top + frame - top) / height,
            (box.width - 2 * frame) / width, (box.height - 2 * frame) / height];
  });
}"""
TRANSFER = """([kind, data]) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "given.png", { type: "image/png" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.querySelector("#wide-paper canvas").dispatchEvent(event);
}"""
INKED = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const dark = i => data[i] + data[i + 1] + data[i + 2] < 300;
  let ink = 0;
  for (let i = 0; i < data.length; i += 4) ink += dark(i);
  return ink / (canvas.width * canvas.height);
}"""


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union of two boxes (x, y, width, height)."""
    sides = [
        min(one[i] + one[i + 2], other[i] + other[i + 2]) - max(one[i], other[i])  # the shared part of each axis
        for i in (0, 1)
    ]
    shared = max(0.0, sides[0]) * max(0.0, sides[1])
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def test_a_number_written_with_the_mouse_is_read_as_it_grows(open_page: OpenPage) -> None:
    page = open_page("number")
    for place, text in enumerate(("1", "12", "123")):
        write_number(page, text[-1], place)
        expect(sentence(page, DRAWN)).to_have_text(saying(text))
    expect(text_of(page, DRAWN)).to_have_text(["123"])
    expect(page.locator("#number-marks .mark b")).to_have_text(["1", "2", "3"])
    page.locator("#wide-paper [data-do=undo]").click()
    expect(sentence(page, DRAWN)).to_have_text(saying("12"))
    page.locator("#wide-paper [data-do=clear]").click()
    expect(sentence(page, DRAWN)).to_have_text("Nothing written yet")
    expect(page.locator("#number-marks .mark")).to_have_count(0)
    expect(page.locator(f"{DRAWN} .look")).to_be_hidden()


def test_the_keyboard_writes_and_the_eraser_erases(open_page: OpenPage) -> None:
    page = open_page("number")
    page.locator("#wide-paper canvas").focus()
    pen = (" ", 1)
    down_and_right = [pen, ("ArrowDown", 20), ("ArrowRight", 18), pen]
    stem = [("ArrowUp", 18), ("ArrowLeft", 5), pen, ("ArrowDown", 34), pen]
    for key, steps in down_and_right + stem:
        for _ in range(steps):
            page.keyboard.press(key)
    expect(sentence(page, DRAWN)).to_have_text(re.compile("^This looks like 4"))
    page.locator("#wide-paper [data-do=eraser]").click()
    expect(page.locator("#wide-paper [data-do=eraser]")).to_have_attribute("aria-pressed", "true")


def test_the_boxes_on_a_photo_lie_around_its_digits(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    truth: list[tuple[int, int, int, int]] = []
    (tmp_path / "photo.jpg").write_bytes(photo("47203", truth))
    give(page, tmp_path / "photo.jpg")
    expect(sentence(page, GIVEN)).to_have_text(saying("47203"))
    expect(page.locator("#number-preview .mark b")).to_have_text(list("47203"))
    boxes = page.locator("#number-preview .sheet").evaluate(BOXES)
    for (x, y, width, height), box in zip(truth, boxes, strict=True):
        assert overlap((x / 1200, y / 800, width / 1200, height / 800), tuple(box)) > 0.75


def test_a_digit_that_is_chosen_shows_its_bars_and_its_crop(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    give(page, two_rows(tmp_path))
    expect(text_of(page, GIVEN)).to_have_count(2)
    look = page.locator(f"{GIVEN} .look")
    expect(look.locator(".which")).to_have_text(re.compile("^Digit [1-7] of 7, (doubtful|the least sure)$"))
    for mark in page.locator("#number-preview .mark").all():
        doubtful = "doubtful" in (mark.get_attribute("class") or "")
        expect(mark).to_have_css("border-top-style", "dashed" if doubtful else "solid")
    page.locator("#number-preview .mark").nth(1).click()
    expect(look.locator(".which")).to_have_text(re.compile("^Digit 2 of 7"))
    first = look.locator(".bars li[style*='--rank: 0;']")
    expect(first.locator(".name")).to_have_text("7")
    assert len({text for text in look.locator(".bars .name").all_inner_texts() if text}) == 10
    page.keyboard.press("End")
    expect(look.locator(".which")).to_have_text(re.compile("^Digit 7 of 7"))
    expect(first.locator(".name")).to_have_text("5")
    page.keyboard.press("ArrowLeft")
    expect(first.locator(".name")).to_have_text("0")
    expect(page.locator(f"{GIVEN} .read button:focus")).to_have_text("0")
    expect(page.locator("#number-preview .mark.on")).to_have_text("0")
    page.keyboard.press("ArrowUp")  # the same place of the other row
    expect(page.locator(f"{GIVEN} .read button:focus")).to_have_text("7")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"{GIVEN} .read button:focus")).to_have_text("0")


def test_the_crop_shows_the_ink_of_the_digit(open_page: OpenPage) -> None:
    page = open_page("number")
    write_number(page, "17")
    expect(sentence(page, DRAWN)).to_have_text(saying("17"))
    page.locator(f"{DRAWN} .read button").nth(1).click()
    page.wait_for_function(f"({INKED})(document.querySelector('{DRAWN} .crop canvas')) > 0.04")
    assert float(page.locator(f"{DRAWN} .crop canvas").evaluate(INKED)) < 0.4


def test_the_text_is_copied_with_its_rows_and_the_digits_are_saved(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    give(page, two_rows(tmp_path))
    expect(text_of(page, GIVEN)).to_have_count(2)
    look = page.locator(f"{GIVEN} .look")
    look.get_by_role("button", name="Copy").click()
    expect(look.locator(".done")).to_have_text("Copied")
    assert re.fullmatch("17[49]6\n205", page.evaluate("navigator.clipboard.readText()"))
    with page.expect_download() as download:
        look.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "number.csv"
    lines = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert list(lines[0])[:2] == ["row_text", "row_confidence"]
    assert [line["row"] for line in lines] == ["1"] * 4 + ["2"] * 3
    assert [line["row_text"] for line in lines[4:]] == ["205"] * 3
    assert "".join(line["digit"] for line in lines[4:]) == "205"
    doubtful = page.locator("#number-preview .mark.doubtful").count()
    assert [line["doubtful"] for line in lines].count("yes") == doubtful


def test_separators_stand_between_the_digits(open_page: OpenPage) -> None:
    page = open_page("number")
    page.get_by_role("button", name="Pictures").click()
    page.locator("#number-examples [data-name='date-on-squared-paper.jpg']").click()
    expect(text_of(page, GIVEN)).to_have_text(re.compile("^24[.,]12[.,]38$"))
    expect(page.locator(f"{GIVEN} .read button")).to_have_text(list("241238"))
    expect(page.locator(f"{GIVEN} .read .separator")).to_have_count(2)
    expect(page.locator("#number-preview .mark b")).to_have_text(list("241238"))


def test_many_pictures_become_a_table_and_a_bad_one_a_row(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    blank = tmp_path / "blank.png"
    cv2.imwrite(str(blank), np.full((200, 300), 240, np.uint8))
    large = tmp_path / "large.bmp"
    with large.open("wb") as file:
        file.truncate(21_000_000)
    bad = write_bad_files(tmp_path)["text.png"]
    odd = number_file(tmp_path, "64").rename(tmp_path / '=1+"1".png')
    give(page, [number_file(tmp_path, "372"), bad, odd, blank, large])
    said = re.compile("^5 pictures: 2 with a number, 1 without, 2 cannot be read")
    expect(page.locator(".batch .said")).to_have_text(said)
    expect(page.locator(".batch progress")).to_be_hidden()
    assert numbers(page) == ["372", "64", ""]
    expect(page.locator(".batch td.error").first).to_have_text(re.compile(f"^{COMPLAINTS['text.png']}"))
    expect(page.locator(".batch td.error").last).to_have_text(re.compile("^This file is larger than 20 MB"))
    expect(page.locator(".batch textarea").last).to_have_attribute("placeholder", "No number")
    expect(sentence(page, GIVEN)).to_have_text(saying("372"))  # the first opens by itself
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of all").click()
    lines = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert [line["text"] for line in lines] == ["372", "", "64", "", ""]
    assert lines[2]["file"] == '\'=1+"1".png', "no formula"
    assert 0.35 < float(lines[0]["confidence"]) < 1
    assert lines[1]["note"].startswith(COMPLAINTS["text.png"])
    page.locator(".batch tbody th", has_text="=1+").click()
    page.get_by_role("button", name="Digit by digit").click()
    expect(sentence(page, GIVEN)).to_have_text(saying("64"))
    give(page, [number_file(tmp_path, "10"), number_file(tmp_path, "25")])
    expect(page.locator(".batch tbody tr")).to_have_count(7)
    expect(page.locator(".batch .said")).to_have_text(re.compile("^7 pictures: 4 with a number"))
    page.get_by_role("button", name="Clear").last.click()
    expect(page.locator(".batch")).to_be_hidden()


def test_files_given_right_after_clear_are_read(open_page: OpenPage, tmp_path: Path) -> None:
    """Though those of the list before are still on their way."""
    page = open_page("number")
    held: list[Route] = []
    page.route(
        re.compile("/component_server"), lambda route: held.append(route) if len(held) < 2 else route.continue_()
    )
    give(page, [number_file(tmp_path, "372"), number_file(tmp_path, "10"), number_file(tmp_path, "25")])
    for _ in range(300):
        if len(held) == 2:
            break
        page.wait_for_timeout(50)
    assert len(held) == 2
    page.get_by_role("button", name="Clear").last.click()
    give(page, [number_file(tmp_path, "64"), number_file(tmp_path, "372")])
    for route in held:
        route.continue_()
    expect(page.locator(".batch .said")).to_have_text(re.compile("^2 pictures: 2 with a number"))
    assert numbers(page) == ["64", "372"]


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_pasted_or_dropped_anywhere_is_taken(open_page: OpenPage, tmp_path: Path, kind: str) -> None:
    page = open_page("number")
    page.evaluate(TRANSFER, [kind, base64.b64encode(number_file(tmp_path, "508").read_bytes()).decode()])
    expect(sentence(page, GIVEN)).to_have_text(saying("508"))
    expect(page.get_by_role("button", name="Pictures")).to_have_attribute("aria-pressed", "true")


def test_a_bad_file_gets_its_sentence_and_the_next_one_is_read(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    for name, bad in write_bad_files(tmp_path).items():
        give(page, bad)
        expect(sentence(page, GIVEN)).to_have_text(re.compile(rf"^{COMPLAINTS[name]}.*\.$"))
        expect(page.locator("#number-preview img")).to_have_count(0)
        give(page, number_file(tmp_path, "46"))
        expect(sentence(page, GIVEN)).to_have_text(saying("46"))
    assert page.locator(".toast-body").count() == 0


def test_the_camera_takes_a_picture(open_page: OpenPage) -> None:
    page = open_page("number")
    page.get_by_role("button", name="Pictures").click()
    page.locator("#number-picture").get_by_role("button", name="Camera").click()
    page.wait_for_function("document.querySelector('#number-camera video').videoWidth > 0")
    page.get_by_role("button", name="Take the picture").click()
    expect(page.locator("#number-preview img")).to_have_count(1)
    expect(page.locator(f"{GIVEN} .answer")).not_to_have_attribute("data-verdict", "error")


def test_each_way_keeps_its_answer(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("number")
    write_number(page, "12")
    expect(sentence(page, DRAWN)).to_have_text(saying("12"))
    give(page, number_file(tmp_path, "34"))
    expect(sentence(page, GIVEN)).to_have_text(saying("34"))
    expect(page.locator(DRAWN)).to_be_hidden()
    page.locator(".ways button", has_text="Draw").click()
    expect(sentence(page, DRAWN)).to_have_text(saying("12"))
    expect(page.locator(GIVEN)).to_be_hidden()


def test_the_paper_is_as_wide_as_a_phone_and_fits_when_it_is_turned(open_page: OpenPage) -> None:
    page = open_page("number", width=390, height=844)
    upright = page.locator("#wide-paper .paper").bounding_box()
    assert upright is not None
    assert upright["width"] > 350
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    write_number(page, "123")
    expect(sentence(page, DRAWN)).to_have_text(saying("123"))
    page.set_viewport_size({"width": 844, "height": 390})
    turned = page.locator("#wide-paper .paper").bounding_box()
    tools = page.locator("#wide-paper .tools").bounding_box()
    assert turned is not None
    assert tools is not None
    assert turned["width"] > upright["width"]
    assert tools["y"] + tools["height"] - turned["y"] <= 390, "the paper and its tools are seen together"
    marks = page.locator("#number-marks").bounding_box()
    assert marks is not None
    assert abs(marks["width"] - turned["width"]) < 1
    expect(sentence(page, DRAWN)).to_have_text(saying("123"))
