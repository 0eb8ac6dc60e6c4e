"""Own pictures become digits with their labels, a part of them held out; what cannot be used is listed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from digit.data.own import HELD_OUT_OF, load_numbers, load_pictures, names_numbers
from digit.errors import DataError
from digit.recognizer import Recognizer
from tests.digits import draw_digit, make_digits
from tests.ui.numbers import line

OTHERS = make_digits(20, seed=9).images


def photo(digit: int, rng: np.random.Generator) -> np.ndarray:
    """A digit in pencil on grey paper, uint8 (H, W)."""
    ink = cv2.resize(draw_digit(digit, rng), None, fx=5, fy=5, interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255
    paper = np.pad(200 - 150 * ink, 30, constant_values=200) + rng.normal(0, 3, (200, 200))
    return np.asarray(np.clip(paper, 0, 255), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five pictures of each digit by each of three writers, and some that cannot be used."""
    rng = np.random.default_rng(0)
    for digit in range(10):
        for writer in ("ann", "ben", "cem"):
            place = tmp_path / str(digit) / writer
            place.mkdir(parents=True)
            for number in range(5):
                cv2.imwrite(str(place / f"{number}.png"), photo(digit, rng))
    cv2.imwrite(str(tmp_path / "3" / "blank.png"), np.full((200, 200), 200, np.uint8))
    cv2.imwrite(str(tmp_path / "4" / "two.png"), np.hstack([photo(4, rng), photo(7, rng)]))
    (tmp_path / "5" / "notes.txt").write_text("no picture")
    (tmp_path / "5" / ".hidden").write_text("no picture")
    return tmp_path


def test_a_writer_is_trained_on_or_held_out(folder: Path, recognizer: Recognizer) -> None:
    own = load_pictures(folder, OTHERS)
    assert {len(own.train), len(own.test)} in ({100, 50}, {50, 100})
    for part in (own.train, own.test):
        assert set(np.bincount(part.labels).tolist()) <= {5, 10}
        answers = recognizer.probabilities(part.images.astype(np.float32) / np.float32(255)).argmax(axis=1)
        assert (answers == part.labels).mean() > 0.9
    again = load_pictures(folder, OTHERS)
    np.testing.assert_array_equal(own.test.images, again.test.images)


def test_what_cannot_be_used_is_listed(folder: Path) -> None:
    left_out = load_pictures(folder, OTHERS).left_out
    assert len(left_out) == 3
    assert "3/blank.png shows nothing" in left_out
    assert "4/two.png shows several digits" in left_out
    assert any(line.startswith("5/notes.txt cannot be read (This file is not a picture") for line in left_out)


def test_copies_of_test_digits_are_left_out(folder: Path) -> None:
    own = load_pictures(folder, OTHERS)
    known = own.train.images[:3]
    fewer = load_pictures(folder, np.concatenate([OTHERS, known]))
    assert len(fewer.left_out) >= 6
    assert all(not (image == known).all(axis=(1, 2)).any() for image in fewer.train.images)
    assert any(line.endswith("is a digit of the test set") for line in fewer.left_out)


def test_single_pictures_are_held_out_by_their_names(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    lines = ["path,label"]
    for number in range(40):
        cv2.imwrite(str(tmp_path / f"{number}.png"), photo(number % 10, rng))
        lines.append(f"{number}.png,{number % 10}")
    table = tmp_path / "digits.csv"
    table.write_text("\n".join(lines))
    own = load_pictures(table, OTHERS)
    assert len(own.train) + len(own.test) == 40
    assert 2 <= len(own.test) <= 2 * 40 / HELD_OUT_OF + 4
    table.write_text("\n".join(lines[:31]))  # others that come or go change nothing for the rest
    fewer = load_pictures(table, OTHERS)
    assert {image.tobytes() for image in fewer.test.images} <= {image.tobytes() for image in own.test.images}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("path,label\na.png,12\n", "line 2: expected the columns path and label"),
        ("file;digit\na.png;1\n", "line 2: expected the columns path and label"),
        ("path,label\n", "has no picture of a digit: it is empty"),
        ("path,label\nabsent.png,3\n", r"has no picture of a digit: absent\.png cannot be read"),
    ],
)
def test_a_faulty_table_is_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    table = tmp_path / "digits.csv"
    table.write_text(content)
    with pytest.raises(DataError, match=sentence):
        load_pictures(table, OTHERS)


def test_numbers_come_with_their_rows(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), line("12"))
    table = tmp_path / "numbers.csv"
    table.write_text("path,text\na.png,12\na.png,1.2|3\n")
    assert names_numbers(table)
    assert not names_numbers(tmp_path)
    numbers = load_numbers(table)
    assert [rows for _, rows in numbers] == [("12",), ("1.2", "3")]
    assert all(grey.dtype == np.uint8 and grey.ndim == 2 for grey, _ in numbers)
    for faulty in ("path,text\na.png,twelve\n", "path,text\nabsent.png,12\n"):
        table.write_text(faulty)
        with pytest.raises(DataError, match="line 2"):
            load_numbers(table)
