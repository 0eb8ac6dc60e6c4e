"""The bundled networks read numbers: rows, slants, separators, papers, places; and read nothing from nothing."""

from __future__ import annotations

import csv
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from digit.artifact import BUNDLED_ARTIFACT, FINDER_TFLITE
from digit.evaluation.numbers import Reading, matched, same_number
from digit.numbers.number import NO_NUMBER
from digit.recognizer import Recognizer
from tests.imaging.drawing import Coverage, grained, jpeg, paint, ruled, with_desk
from tests.numbers.rows import blank, overlap, write

DATA = Path(os.environ.get("DIGIT_DATA_DIR") or Path(__file__).resolve().parents[3] / "shared" / "data")
FOLDERS = (Path(os.environ.get("DIGIT_MODEL") or BUNDLED_ARTIFACT), BUNDLED_ARTIFACT)

pytestmark = pytest.mark.skipif(
    not any((folder / FINDER_TFLITE).is_file() for folder in FOLDERS), reason="the bundled model has no finder yet"
)


def row(text: str, **settings: Any) -> Coverage:
    coverage = blank()
    write(coverage, text, **settings)
    return coverage


@pytest.mark.parametrize("text", ["0123", "4567", "8901", "7", "33"])
def test_a_row_is_read(recognizer: Recognizer, text: str) -> None:
    assert recognizer.read(paint(row(text))).text == text


def test_light_on_dark_is_read(recognizer: Recognizer) -> None:
    assert recognizer.read(paint(row("2358"), (20, 20, 20), (240, 240, 240))).text == "2358"


def test_rows_are_read_from_top_to_bottom(recognizer: Recognizer) -> None:
    """Each row is a line of the text, small and large ones alike."""
    coverage = blank((420, 700))
    write(coverage, "5678", left=60, top=40, height=60)
    write(coverage, "91", left=200, top=150, height=100)
    write(coverage, "234", left=60, top=310, height=50)
    assert recognizer.read(paint(coverage)).text == "5678\n91\n234"


@pytest.mark.parametrize("degrees", [-8, 8])
def test_turned_rows_are_read(recognizer: Recognizer, degrees: float) -> None:
    coverage = blank((360, 700))
    write(coverage, "2580369", left=120, top=150, height=60)
    matrix = cv2.getRotationMatrix2D((350, 180), degrees, 1.0)
    page = np.asarray(cv2.warpAffine(coverage, matrix, (700, 360)), np.float32)
    assert recognizer.read(paint(page)).text == "2580369"


@pytest.mark.parametrize("written", ["24-12-25", "12.50", "1,50", "12:30"])
def test_separators_are_read(recognizer: Recognizer, written: str) -> None:
    """Dates, times and amounts come as they are written; a comma and a point count as the same."""
    answer = recognizer.read(paint(row(written, height=50, pen=4)))
    assert same_number(answer.text, written)
    assert len(answer.digits) == sum(character.isdigit() for character in written)


def test_touching_digits_are_read(recognizer: Recognizer) -> None:
    assert recognizer.read(paint(row("3008", step=0.64))).text == "3008"


@pytest.mark.parametrize("paper", ["ruled", "squared", "desk"])
def test_papers_are_not_read(recognizer: Recognizer, paper: str) -> None:
    """Neither rules nor squares nor the desk around the sheet."""
    size = (378, 504)
    coverage = blank(size)
    write(coverage, "3805", left=110, top=90, height=60)
    write(coverage, "629", left=130, top=220, height=60)
    sheet = (225, 222, 210) if paper == "desk" else ruled(size, 0.1, squared=paper == "squared")
    picture = paint(coverage, sheet, (40, 45, 70))
    picture = with_desk(picture, "lrtb", share=0.1) if paper == "desk" else picture
    assert recognizer.read(jpeg(grained(picture, 2.0), 80)).text == "3805\n629"


def test_boxes_lie_on_the_digits(recognizer: Recognizer) -> None:
    """In a picture that is larger than the working size, too."""
    coverage = blank((900, 2400))
    boxes = write(coverage, "3852", left=300, top=250, height=350, pen=24)
    answer = recognizer.read(paint(coverage))
    assert answer.text == "3852"
    for digit, box in zip(answer.digits, boxes, strict=True):
        assert overlap(digit.box, box) > 0.7


def test_blank_paper_has_no_number(recognizer: Recognizer) -> None:
    answer = recognizer.read(jpeg(grained(np.full((378, 504, 3), (228, 225, 214), np.uint8), 5.0)))
    assert (answer.text, answer.digits, answer.sentence) == ("", (), NO_NUMBER)


@pytest.mark.parametrize("text", ["WAKE MR HAWK", "keep away", "MEXTRAM"])
def test_letters_are_no_number_that_is_sure(recognizer: Recognizer, text: str) -> None:
    """Where something is read at all, the answer says that it is not sure."""
    page = np.full((140, 620), 255, np.uint8)
    cv2.putText(page, text, (20, 90), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 5, cv2.LINE_AA)
    answer = recognizer.read(page)
    assert not answer.rows or answer.doubtful


def test_threads_share_the_networks(recognizer: Recognizer) -> None:
    pictures = [paint(row(text)) for text in ("12", "345", "6789")] * 3
    with ThreadPoolExecutor(4) as pool:
        texts = [answer.text for answer in pool.map(recognizer.read, pictures)]
    assert texts == [recognizer.read(picture).text for picture in pictures]


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "numbers" / "index.csv").is_file(), reason="wants numbers/: set DIGIT_DATA_DIR")
def test_rows_of_real_people_are_read(recognizer: Recognizer) -> None:
    """Nine rows in ten of the photos and drawings that nothing was trained on are read without a mistake."""
    with (DATA / "numbers" / "index.csv").open(encoding="utf-8", newline="") as file:
        listed = [(r["path"], r["text"].split("|")) for r in csv.DictReader(file) if r["path"].startswith("others/")]
    answers = [(path, texts, recognizer.read(DATA / "numbers" / path)) for path, texts in listed]
    readings = [
        Reading(path, tuple(texts), tuple(answer.text.split()), answer.confidence, as_written=False)
        for path, texts, answer in answers
    ]
    assert sum(matched(reading) for reading in readings) >= 0.9 * sum(len(reading.written) for reading in readings)
