"""Cheques: the parts never change, pictures and boxes are checked, pieces keep their digits."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from digit.data.records.cheques import (
    BOXES_FILE,
    INDEX_FILE,
    VALIDATION,
    Cheque,
    has_cheques,
    load_cheques,
    spliced,
)
from digit.data.records.parts import part_of
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


def test_every_cheque_is_in_one_part_with_its_text_and_boxes(folder: Path) -> None:
    """As a grey picture, and as ink of the same size."""
    assert has_cheques(folder)
    parts = {part: load_cheques(folder, part) for part in ("train", "validation", "held_out")}
    assert sorted(int(cheque.text) for part in parts.values() for cheque in part) == list(range(40, 70))
    for part, cheques in parts.items():
        assert [cheque.name for cheque in cheques] == sorted(cheque.name for cheque in cheques)
        for cheque in cheques:
            assert part_of(cheque.name, VALIDATION) == part
            assert cheque.boxes.shape == (2, 4)
            assert cheque.grey.shape == cheque.ink.shape == (40, 80)
            assert cheque.grey.dtype == np.uint8
            assert cheque.ink[cheque.grey < 120].min() > 0.5


def test_digits_are_ordered_by_where_they_stand(folder: Path) -> None:
    """The file may list the boxes in any order."""
    boxes = json.loads((folder / BOXES_FILE).read_text())
    (folder / BOXES_FILE).write_text(json.dumps({name: listed[::-1] for name, listed in boxes.items()}))
    assert all(cheque.boxes[0, 0] < cheque.boxes[1, 0] for cheque in load_cheques(folder, "train"))


def test_a_picture_that_is_none_is_named(folder: Path) -> None:
    (cheque, *_) = load_cheques(folder, "train")
    (folder / "numbers" / "cheques" / cheque.name).write_bytes(b"not a picture")
    with pytest.raises(DataError, match=rf"{cheque.name} is not a picture"):
        load_cheques(folder, "train")


def test_boxes_that_say_another_number_are_refused(folder: Path) -> None:
    boxes = json.loads((folder / BOXES_FILE).read_text())
    train = next(f"{i}.png" for i in range(30) if part_of(f"{i}.png", VALIDATION) == "train")
    boxes[train][0]["digit"] = 9
    (folder / BOXES_FILE).write_text(json.dumps(boxes))
    with pytest.raises(DataError, match="another number"):
        load_cheques(folder, "train")


def test_a_folder_without_cheques_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert not has_cheques(tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        load_cheques(tmp_path, "train")


def test_without_a_data_folder_there_are_no_cheques(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGIT_DATA_DIR", raising=False)
    assert not has_cheques(None)
    with pytest.raises(DataError, match="no public loader"):
        load_cheques(None, "train")


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
    grey = np.rint(255 * (1 - ink)).astype(np.uint8)
    cheque = Cheque("bars", "11", grey, ink, np.array([[10, 8, 4, 24], [40, 8, 4, 24]], np.int32))
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
