"""What the networks are trained with: digits always, records and letters where the folder has them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from digit.data import mnist
from digit.data.records.cheques import Cheque
from digit.learning.numbers.data import PARTS, load_numbers_data, real_line
from tests.digits import make_digits


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with 200 digits of MNIST."""
    monkeypatch.setattr(mnist, "MNIST_COUNTS", {"train": 200, "test": 20})
    train, test = make_digits(200), make_digits(20, seed=1)
    np.savez(tmp_path / "mnist.npz", x_train=train.images, y_train=train.labels, x_test=test.images, y_test=test.labels)
    return tmp_path


def test_digits_alone_are_enough(folder: Path) -> None:
    data = load_numbers_data(folder, [])
    assert data.letters == []
    for records in (data.cells, data.strips, data.cheques):
        assert records == {part: [] for part in PARTS}
    assert set(data.counts) == {"mnist"}
    assert (data.counts["mnist"]["train"], data.counts["mnist"]["validation"], len(data.test)) == (190, 10, 20)
    assert data.training.sha256 != data.validation.sha256


def test_records_come_by_part_and_are_counted(folder: Path) -> None:
    (folder / "extra").mkdir()
    letters = np.full((2, 40, 32), 235, np.uint8)
    letters[:, 8:30, 10:14] = 30
    names = {"alphabet": np.array(["Korean"] * 2), "character": np.array(["character01"] * 2)}
    np.savez(folder / "extra" / "omniglot.npz", images=letters, **names)
    place = folder / "numbers" / "logbook"
    place.mkdir(parents=True)
    with (place / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "text", "kind"])
        for i in range(40):
            cv2.imwrite(str(place / f"{i}.png"), np.full((20, 30), 200, np.uint8))
            writer.writerow([f"{i}.png", str(i), "integer"])
    data = load_numbers_data(folder, [])
    assert sum(len(records) for records in data.cells.values()) == 40
    assert data.counts["logbook"] == {part: len(data.cells[part]) for part in PARTS}
    assert data.counts["letters"] == {"train": 2}
    assert json.loads(json.dumps(data.counts)) == data.counts


def test_the_line_of_a_cheque_is_around_its_boxes() -> None:
    """A digit that is taller than the others does not make the line higher; one that is 8 pixels high is a line."""
    grey = np.full((60, 200), 220, np.uint8)
    boxes = np.array([[20, 20, 15, 20], [50, 10, 15, 40], [80, 21, 30, 20]], np.int32)
    real = real_line(Cheque("a.png", "123", grey, np.zeros((60, 200), np.float32), boxes))
    assert real.grey is grey
    assert (real.line.x, real.line.length) == (65, 90)
    assert (real.line.y, real.line.height) == (30.5, 21)
    assert real.line.angle == 0
    flat = real_line(Cheque("a.png", "1", grey, np.zeros((60, 200), np.float32), np.array([[5, 30, 9, 3]], np.int32)))
    assert flat.line.height == 8
