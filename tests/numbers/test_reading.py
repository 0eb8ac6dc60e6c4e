"""Pictures of numbers are read: rows, slants, separators, loose bars, places; and nothing is read from nothing."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest
from PIL import Image

from digit import PictureError
from digit.numbers.line_reader import LineDigit, LineReader, LineReading
from digit.numbers.number import NO_DIGITS, NO_WRITING
from digit.numbers.reading import LINE_SURE, STRIP_LIKENESS, read_number, strip_bound, strip_of
from digit.numbers.row_reader import DigitReader
from digit.numbers.segmentation import find_rows
from digit.recognizer import Recognizer
from tests.imaging.drawing import Coverage, grained, jpeg, paint, ruled, with_desk
from tests.numbers.rows import blank, overlap, write

DATA = Path(os.environ.get("DIGIT_DATA_DIR") or Path(__file__).resolve().parents[3] / "shared" / "data")


def row(text: str, **settings: Any) -> Coverage:
    coverage = blank()
    write(coverage, text, **settings)
    return coverage


@pytest.mark.parametrize("text", ["0123", "4567", "8901", "7", "33"])
def test_a_row_is_read(recognizer: Recognizer, text: str) -> None:
    assert recognizer.read(paint(row(text))).text == text


def test_rows_are_read_from_top_to_bottom(recognizer: Recognizer) -> None:
    """Each row is a line of the text, small and large ones alike."""
    coverage = blank((420, 700))
    write(coverage, "5678", left=60, top=40, height=60)
    write(coverage, "91", left=200, top=150, height=100)
    write(coverage, "234", left=60, top=310, height=50)
    assert recognizer.read(paint(coverage)).text == "5678\n91\n234"


@pytest.mark.parametrize("degrees", [-10, 10])
def test_slanted_rows(recognizer: Recognizer, degrees: int) -> None:
    """A baseline that rises or falls by ten degrees changes nothing."""
    slope = float(np.tan(np.radians(degrees)))
    coverage = blank((360, 700))
    write(coverage, "2580369", top=150 - 250 * slope, height=60, slope=slope)
    assert recognizer.read(paint(coverage)).text == "2580369"


@pytest.mark.parametrize("written", ["24-12-2025", "24.12.25", "555 0123", "12:30", "1,50"])
def test_separators_are_skipped(recognizer: Recognizer, written: str) -> None:
    """Of dates, times and phone numbers only the digits are in the text."""
    digits = "".join(c for c in written if c.isdigit())
    assert recognizer.read(paint(row(written, height=50, pen=4))).text == digits


def test_a_loose_bar_belongs_to_its_digit(recognizer: Recognizer) -> None:
    """A 5 whose bar hangs in the air is one 5."""
    coverage = row("258")
    x = 40 + 0.95 * 70
    cv2.line(coverage, (round(x + 0.36 * 70), 55), (round(x + 0.36 * 70), 68), 0.0, 7)  # a gap in the bar
    assert recognizer.read(paint(coverage)).text == "258"


def test_touching_digits(recognizer: Recognizer) -> None:
    """Rings that touch are taken apart."""
    assert recognizer.read(paint(row("3008", step=0.64))).text == "3008"


@pytest.mark.parametrize("paper", ["ruled", "squared", "desk"])
def test_papers(recognizer: Recognizer, paper: str) -> None:
    """Rules, squares and the desk around the sheet are not read."""
    size = (378, 504)
    coverage = blank(size)
    write(coverage, "3805", left=110, top=90, height=60)
    write(coverage, "629", left=130, top=220, height=60)
    sheet = (225, 222, 210) if paper == "desk" else ruled(size, 0.1, squared=paper == "squared")
    picture = paint(coverage, sheet, (40, 45, 70))
    picture = with_desk(picture, "lrtb", share=0.1) if paper == "desk" else picture
    assert recognizer.read(jpeg(grained(picture, 2.0), 80)).text == "3805\n629"


def test_boxes_are_in_pixels_of_the_picture(recognizer: Recognizer) -> None:
    """A picture larger than the working size has its boxes where the digits are."""
    coverage = blank((900, 2400))
    boxes = write(coverage, "3852", left=300, top=250, height=350, pen=24)
    answer = recognizer.read(paint(coverage))
    assert answer.text == "3852"
    for digit, box in zip(answer.digits, boxes, strict=True):
        assert overlap(digit.box, box) > 0.85


def test_boxes_are_upright(recognizer: Recognizer) -> None:
    """Of a photo that lies on its side by EXIF, the boxes are those of the upright picture."""
    coverage = blank((300, 1400))
    boxes = write(coverage, "385", left=100, top=60, height=160, pen=12)
    lying = Image.fromarray(paint(coverage)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    lying.save(buffer, "PNG", exif=exif)
    answer = recognizer.read(buffer.getvalue())
    assert answer.text == "385"
    assert overlap(answer.digits[2].box, boxes[2]) > 0.85


def test_blank_paper_says_so(recognizer: Recognizer) -> None:
    answer = recognizer.read(jpeg(grained(np.full((378, 504, 3), (228, 225, 214), np.uint8), 5.0)))
    assert (answer.text, answer.digits, answer.sentence) == ("", (), NO_WRITING)


@pytest.mark.parametrize("text", ["WAKE MR HAWK", "keep away", "MEXTRAM"])
def test_printed_words_are_no_number(recognizer: Recognizer, text: str) -> None:
    """Letters give an empty answer that says that something is written."""
    page = np.full((140, 620), 255, np.uint8)
    cv2.putText(page, text, (20, 90), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 5, cv2.LINE_AA)
    answer = recognizer.read(page)
    assert (answer.text, answer.sentence) == ("", NO_DIGITS)


def test_a_number_beside_a_word(recognizer: Recognizer) -> None:
    """Words are left out, and the number that stands beside them is read."""
    coverage = blank()
    write(coverage, "2358", left=360)
    page = (255 * (1 - coverage)).astype(np.uint8)
    cv2.putText(page, "MAW", (30, 128), cv2.FONT_HERSHEY_SIMPLEX, 3.0, 0, 5, cv2.LINE_AA)
    assert recognizer.read(page).text == "2358"


def test_what_is_no_picture_is_refused(recognizer: Recognizer) -> None:
    with pytest.raises(PictureError, match="not a picture"):
        recognizer.read(b"not a picture")


class Lines:
    """Stands for the line reader: says 42, in the halves of the line, and remembers what it was shown."""

    def __init__(self, confidence: float) -> None:
        self.confidence = confidence
        self.shown: list[tuple[int, ...]] = []

    def read_line(self, ink: np.ndarray) -> LineReading:
        self.shown.append(ink.shape)
        flat, half, width = np.full(10, 0.1, np.float32), ink.shape[1] / 2, float(ink.shape[1])
        digits = LineDigit(4, self.confidence, flat, 0.0, half), LineDigit(2, self.confidence, flat, half, width)
        return LineReading(digits, self.confidence**2)


class Later(Lines):
    """Sees nothing in the whole, and 42 in a row of it."""

    def read_line(self, ink: np.ndarray) -> LineReading:
        reading = super().read_line(ink)
        return reading if len(self.shown) > 1 else LineReading()


def answered(recognizer: Recognizer, picture: np.ndarray, lines: Lines) -> Any:
    config = recognizer.artifact.config
    reader = DigitReader(recognizer.logits, config.temperature, config.energy_threshold)
    return read_number(picture, reader, config.unsure_margin, cast(LineReader, lines))


def on_pattern() -> np.ndarray:
    """A strip with the fine lines of a cheque under its digits."""
    coverage = blank((90, 300))
    write(coverage, "385", left=40, top=14, height=60)
    pattern = np.full((90, 300), 215, np.uint8)
    for x in range(-90, 300, 6):
        cv2.line(pattern, (x, 0), (x + 90, 90), 160, 1, cv2.LINE_AA)
    return jpeg(paint(coverage, np.dstack([pattern] * 3), (50, 50, 50)), 90)


def test_a_printed_strip_goes_to_the_line_reader_whole(recognizer: Recognizer) -> None:
    """A line on a pattern is read in one piece, and its boxes are in pixels of the picture."""
    lines = Lines(0.95)
    picture = on_pattern()
    assert strip_bound(picture, find_rows(picture)) == STRIP_LIKENESS
    answer = answered(recognizer, picture, lines)
    assert (answer.text, lines.shown) == ("42", [picture.shape[:2]])
    assert (answer.digits[1].box[0], answer.digits[1].box[2]) == (150, 150)


def test_plain_rows_do_not_ask_the_line_reader(recognizer: Recognizer) -> None:
    """Separated digits on plain paper are the digit reader's."""
    lines = Lines(0.95)
    picture = paint(row("3805"))
    assert strip_bound(picture, find_rows(picture)) is None
    assert answered(recognizer, picture, lines).text == "3805"
    assert lines.shown == []


def test_a_line_that_is_not_sure_is_no_number(recognizer: Recognizer) -> None:
    """Letters are shown to the line reader, and its doubts leave the answer empty."""
    page = np.full((140, 620), 255, np.uint8)
    cv2.putText(page, "WAKE MR HAWK", (20, 90), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 5, cv2.LINE_AA)
    lines = Lines(0.5)
    assert answered(recognizer, page, lines).text == ""
    assert len(lines.shown) == 1


def test_a_strip_without_digits_gives_no_pieces_of_it(recognizer: Recognizer) -> None:
    """Of a printed strip that does not look like digits as a whole, a row has to look very much like them."""
    letters = np.full((90, 300), 215, np.uint8)
    for x in range(-90, 300, 6):
        cv2.line(letters, (x, 0), (x + 90, 90), 160, 1, cv2.LINE_AA)
    cv2.putText(letters, "WAKE", (30, 70), cv2.FONT_HERSHEY_SIMPLEX, 2.4, 40, 6, cv2.LINE_AA)
    picture = np.dstack([letters] * 3)
    assert strip_bound(picture, find_rows(picture)) == STRIP_LIKENESS
    assert answered(recognizer, picture, Lines(0.5)).text == ""
    assert answered(recognizer, picture, Later(0.8)).text == ""
    assert answered(recognizer, picture, Later(0.9)).text == "42"


def test_a_picture_in_which_no_row_is_found_is_asked_as_a_whole(recognizer: Recognizer) -> None:
    """Nothing can be lost then; the line reader has to be surer of a picture that is not shaped like a strip."""
    nothing = paint(blank((200, 220)), (250, 250, 250))
    assert find_rows(nothing) == []
    assert strip_bound(nothing, []) == LINE_SURE
    assert answered(recognizer, nothing, Lines(0.9)).text == "42"
    assert answered(recognizer, nothing, Lines(0.8)).text == ""
    assert strip_bound(nothing[:100], []) == STRIP_LIKENESS


@pytest.mark.parametrize("text", ["8812\n108", "71\n1081"])
def test_rows_on_wide_ruled_paper_are_not_read_as_one(recognizer: Recognizer, text: str) -> None:
    """What is printed under the writing makes no strip of a photo with several rows."""
    coverage = blank((240, 520))
    for line, top in zip(text.split(), (25, 145), strict=True):
        write(coverage, line, left=30, top=top)
    picture = paint(coverage, ruled((240, 520), 0.1, squared=True), (40, 45, 70))
    assert recognizer.read(jpeg(grained(picture, 2.0), 80)).text == text


@pytest.mark.parametrize(("above", "below"), [(90, 90), (40, 120)])
def test_rows_that_fill_ruled_paper_are_not_read_as_one(recognizer: Recognizer, above: int, below: int) -> None:
    """A main row that fills most of the picture makes no strip of it where another one stands beside it."""
    coverage = blank((240, 520))
    write(coverage, "4579", left=25, top=12, height=above)
    write(coverage, "0189", left=25, top=228 - below, height=below)
    picture = paint(coverage, ruled((240, 520), 0.1, squared=True), (40, 45, 70))
    assert recognizer.read(jpeg(grained(picture, 2.0), 85)).text == "4579\n0189"


def test_a_strip_of_light_on_dark_is_turned() -> None:
    """The line reader knows dark ink on light paper."""
    dark = paint(row("38"), (20, 20, 20), (255, 255, 255))
    assert np.median(strip_of(dark).grey) > 200


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "numbers" / "index.csv").is_file(), reason="wants numbers/: set DIGIT_DATA_DIR")
def test_rows_of_real_people(recognizer: Recognizer) -> None:
    """Nine rows in ten of the photos and drawings that nothing was trained on are read without a mistake."""
    with (DATA / "numbers" / "index.csv").open(encoding="utf-8", newline="") as file:
        listed = [(r["path"], r["text"].split("|")) for r in csv.DictReader(file) if r["path"].startswith("others/")]
    read = [list(recognizer.read(DATA / "numbers" / path).texts) for path, _ in listed]
    right = sum(
        found == true
        for (_, texts), rows in zip(listed, read, strict=True)
        for found, true in zip(rows, texts, strict=False)
    )
    assert right >= 0.9 * sum(len(texts) for _, texts in listed)
