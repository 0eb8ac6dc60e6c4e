"""Cheques: the parts never change, pictures and boxes are checked, pieces keep their digits."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from digit.data.records.cheques import BOXES_FILE, INDEX_FILE, Cheque, has_cheques, load_cheques, part_of, spliced
from digit.errors import DataError
from tests.digits import draw_digit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with 30 small cheques, each with the number 40 + i of two digits side by side."""
    pictures = tmp_path / "numbers" / "cheques"
    pictures.mkdir(parents=True)
    boxes = {}
    with (tmp_path / INDEX_FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["path", "text"])
        writer.writeheader()
        for i in range(30):
            text = str(40 + i)
            page = np.full((40, 80), 220, np.uint8)
            for place, character in enumerate(text):
                page[6:34, 8 + 32 * place : 36 + 32 * place] -= draw_digit(int(character)) // 2
            cv2.imwrite(str(pictures / f"{i}.png"), page)
            writer.writerow({"path": f"cheques/{i}.png", "text": text})
            boxes[f"{i}.png"] = [
                {"digit": int(c), "x": 12 + 32 * place, "y": 10, "w": 20, "h": 20} for place, c in enumerate(text)
            ]
    (tmp_path / BOXES_FILE).write_text(json.dumps(boxes), encoding="utf-8")
    return tmp_path


def test_the_parts_are_fixed_for_ever() -> None:
    """A changed hash would let held-out cheques into the training of the next model."""
    names = [f"a_car_{i:06}.jpg" for i in range(1000)]
    counts = Counter(part_of(name) for name in names)
    assert counts == {"train": 756, "held_out": 211, "validation": 33}


def test_every_cheque_is_in_one_part_with_its_text_and_boxes(folder: Path) -> None:
    parts = [load_cheques(folder, part) for part in ("train", "validation", "held_out")]
    cheques = [cheque for part in parts for cheque in part]
    assert sorted(int(cheque.text) for cheque in cheques) == list(range(40, 70))
    assert all(part_of(cheque.name) == "held_out" for cheque in parts[2])
    assert all(cheque.boxes.shape == (2, 4) and cheque.ink.shape == (40, 80) for cheque in cheques)


def test_boxes_that_say_another_number_are_refused(folder: Path) -> None:
    boxes = json.loads((folder / BOXES_FILE).read_text())
    train = next(f"{i}.png" for i in range(30) if part_of(f"{i}.png") == "train")
    boxes[train][0]["digit"] = 9
    (folder / BOXES_FILE).write_text(json.dumps(boxes))
    with pytest.raises(DataError, match="another number"):
        load_cheques(folder, "train")


def test_a_folder_without_cheques_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert not has_cheques(tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        load_cheques(tmp_path, "train")


def test_spliced_lines_hold_the_digits_of_their_pieces(folder: Path) -> None:
    cheques = load_cheques(folder, "train")
    for seed in range(20):
        ink, text = spliced(cheques, np.random.default_rng(seed), 5)
        assert len(text) == 5
        assert text.isdigit()
        assert ink.dtype == np.float32
        assert (ink.max(axis=0) > 0.5).sum() > 4 * 5, "fewer inked columns than five digits have"


def test_a_run_is_cut_between_its_own_digits() -> None:
    """Of a cheque with two bars, a piece with one of them never shows the other."""
    ink = np.zeros((40, 60), np.float32)
    ink[8:32, 10:14] = ink[8:32, 40:44] = 1
    cheque = Cheque("bars", "11", ink, np.array([[10, 8, 4, 24], [40, 8, 4, 24]], np.int32))
    for seed in range(10):
        line, text = spliced([cheque], np.random.default_rng(seed), 1)
        inked = line.max(axis=0) > 0.5
        assert text == "1"
        assert int((inked[1:] & ~inked[:-1]).sum()) + int(inked[0]) == 1


@pytest.mark.data
def test_a_fifth_of_the_real_cheques_is_held_out() -> None:
    folder = Path(os.environ.get("DIGIT_DATA_DIR") or Path(__file__).parents[4] / "shared" / "data")
    if not has_cheques(folder if folder.is_dir() else None):
        pytest.skip("no cheques in DIGIT_DATA_DIR or ../shared/data")
    held_out = load_cheques(folder, "held_out")
    assert (len(held_out), sum(len(cheque.text) for cheque in held_out)) == (231, 1046)
