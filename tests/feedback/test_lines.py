"""A mended number is on the disk with its picture and its text, and nothing else is taken for one."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.errors import FeedbackError
from digit.feedback import store as feedback
from digit.feedback.lines import SIDES, add_line, check_text
from digit.feedback.rate import SESSION_RECORDS, Sender
from digit.feedback.store import LINE_RECORDS, LINES, RECORDS, FeedbackStore, read_feedback
from digit.numbers.number import Number, Row
from digit.recognizer import Recognizer
from tests.ui.numbers import line

NUMBER = Number((Row("17", 0.6, ()), Row("2.50", 0.9, ())))


@pytest.fixture
def store(recognizer: Recognizer, tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "store", recognizer.artifact)


def picture(width: int = 640, height: int = 320) -> NDArray[np.uint8]:
    """RGB, with a red corner."""
    rgb = np.repeat(line("12", width, height)[..., np.newaxis], 3, axis=2)
    rgb[:10, :10] = (255, 0, 0)
    return rgb


def test_a_mended_number_is_stored_with_its_picture(store: FeedbackStore, recognizer: Recognizer) -> None:
    name = add_line(store, NUMBER, "11\n2.50", picture(), sender=Sender("a session"))
    record = json.loads((store.folder / LINE_RECORDS).read_text())
    assert record == {
        "id": name,
        "text": "11\n2.50",
        "answer": {
            "text": "17\n2.50",
            "confidence": 0.54,
            "rows": [{"text": "17", "confidence": 0.6}, {"text": "2.50", "confidence": 0.9}],
        },
        "model": record["model"],
    }
    assert record["model"]["sha256"] == recognizer.artifact.sha256
    stored = cv2.imread(str(store.folder / LINES / f"{name}.png"))
    assert stored is not None
    assert np.array_equal(stored[..., ::-1], picture())
    assert not (store.folder / RECORDS).exists()
    assert read_feedback(store.folder) == []


@pytest.mark.parametrize("noise", [False, True])
def test_a_large_picture_is_scaled_down_until_it_is_small_enough(store: FeedbackStore, noise: bool) -> None:
    large = picture(3000, 1500)
    if noise:
        large = np.random.default_rng(0).integers(0, 256, (1500, 3000, 3), dtype=np.uint8)
    path = store.folder / LINES / f"{add_line(store, NUMBER, '1', large)}.png"
    assert path.stat().st_size <= feedback.MAX_PICTURE_BYTES
    stored = cv2.imread(str(path))
    assert stored is not None
    assert stored.shape[1] in (SIDES[1:] if noise else SIDES[:1])


@pytest.mark.parametrize("text", ["0", "-7", "12.50", "24/12/38", "1\n2", "\n".join(["9" * 80] * 50)])
def test_numbers_are_taken(text: str) -> None:
    assert check_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        ["7"],
        "",
        "\n",
        "1\n",
        "1\n\n2",
        "1 2",
        "a",
        "\u0661",
        "1.",
        "1..2",
        "-",
        "9" * 81,
        "\n".join("9" * 51),
        "1\r\n2",
    ],
)
def test_anything_else_is_refused_and_stores_nothing(store: FeedbackStore, text: object) -> None:
    with pytest.raises(FeedbackError, match="as the right text"):
        add_line(store, NUMBER, text, picture())  # type: ignore[arg-type]
    assert not (store.folder / LINE_RECORDS).exists()
    assert list((store.folder / LINES).iterdir()) == []


def test_the_limits_of_the_store_are_those_of_all_corrections(
    store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "MAX_RECORDS", 1)
    add_line(store, NUMBER, "1", picture())
    with pytest.raises(FeedbackError, match="no room"):
        add_line(store, NUMBER, "2", picture())
    monkeypatch.undo()
    for _ in range(SESSION_RECORDS):
        add_line(store, NUMBER, "1", picture(), sender=Sender("one"))
    with pytest.raises(FeedbackError, match="enough for now"):
        add_line(store, NUMBER, "1", picture(), sender=Sender("one"))


def test_a_picture_whose_line_cannot_be_written_is_not_left_behind(
    store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(FeedbackStore, "_append", full)
    with pytest.raises(FeedbackError, match="could not be stored"):
        add_line(store, NUMBER, "1", picture())
    assert list((store.folder / LINES).iterdir()) == []
