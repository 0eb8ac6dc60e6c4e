"""Cells and strips: each in the part of its page, with its number; files are checked."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from digit.data.records.parts import Part, part_of
from digit.data.records.pictures import has_records, load_records
from digit.errors import DataError
from tests.digits import draw_digit

PARTS: tuple[Part, ...] = ("train", "validation", "held_out")
FIELDS = ("path", "text", "kind", "page")


def index(folder: Path, name: str, rows: list[dict[str, str]]) -> Path:
    """`numbers/NAME/index.csv` with these rows."""
    place = folder / "numbers" / name
    place.mkdir(parents=True, exist_ok=True)
    with (place / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS if name == "register" else FIELDS[:3], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """60 cells with the numbers 0.0, 0.1 and so on; 60 strips, three from each page of a register."""
    cells = [{"path": f"{i}.png", "text": f"{i // 10}.{i % 10}", "kind": "decimal"} for i in range(60)]
    strips = [
        {"path": f"row_{i}.png", "text": str(i), "kind": "train", "page": f"page_{i // 3}"} for i in reversed(range(60))
    ]
    for name, rows in (("logbook", cells), ("register", strips)):
        place = index(tmp_path, name, rows)
        for row in rows:
            cv2.imwrite(str(place / row["path"]), 255 - draw_digit(int(row["text"][-1])))
    return tmp_path


def test_every_cell_is_in_one_part_with_its_number(folder: Path) -> None:
    assert has_records(folder, "logbook")
    parts = {part: load_records(folder, "logbook", part) for part in PARTS}
    texts = sorted(record.text for records in parts.values() for record in records)
    assert texts == sorted(f"{i // 10}.{i % 10}" for i in range(60))
    for part, records in parts.items():
        assert [record.name for record in records] == sorted(record.name for record in records)
        for record in records:
            assert part_of(record.name) == part
            assert (record.as_written, record.kind) == (True, "decimal")
            np.testing.assert_array_equal(record.grey, 255 - draw_digit(int(record.text[-1])))
    assert all(parts.values())


def test_strips_of_one_page_stay_together(folder: Path) -> None:
    """A hand that is trained on is not measured with; the separators of strips are not labelled."""
    parts = [load_records(folder, "register", part) for part in PARTS]
    pages = [{int(record.text) // 3 for record in records} for records in parts]
    assert sum(len(records) for records in parts) == 60
    assert sum(len(part) for part in pages) == len(set.union(*pages)) == 20
    assert not any(record.as_written for records in parts for record in records)


def test_a_folder_without_records_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_records(tmp_path, "logbook")
    with pytest.raises(DataError, match=r"The register in .* cannot be read"):
        load_records(tmp_path, "register", "train")
    with pytest.raises(DataError, match="not a folder"):
        has_records(tmp_path / "nowhere", "logbook")
    monkeypatch.delenv("DIGIT_DATA_DIR", raising=False)
    assert not has_records(None, "logbook")
    with pytest.raises(DataError, match="The logbook has no public loader"):
        load_records(None, "logbook", "train")


@pytest.mark.parametrize(("text", "received"), [("12a", "'12a'"), ("", "''"), ("1 2", "'1 2'")])
def test_a_text_that_is_no_number_is_refused(tmp_path: Path, text: str, received: str) -> None:
    place = index(tmp_path, "logbook", [{"path": "6455.png", "text": text, "kind": "integer"}])
    cv2.imwrite(str(place / "6455.png"), draw_digit(3))
    with pytest.raises(DataError, match=f"6455.png: expected a number of .*; received {received}"):
        load_records(tmp_path, "logbook", part_of("6455.png"))


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    place = index(tmp_path, "logbook", [{"path": "6455.png", "text": "12", "kind": "integer"}])
    (place / "6455.png").write_bytes(b"not a picture")
    with pytest.raises(DataError, match=r"6455\.png is not a picture"):
        load_records(tmp_path, "logbook", part_of("6455.png"))


def test_an_index_without_a_column_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "numbers" / "logbook"
    place.mkdir(parents=True)
    (place / "index.csv").write_text("file,number\n1.png,12\n")
    with pytest.raises(DataError, match="cannot be read"):
        load_records(tmp_path, "logbook", "train")
