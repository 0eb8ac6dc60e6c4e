"""Every file that was sent is a row, and nothing else on the server's disk can be asked for."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from digit.numbers.number import NO_NUMBER, Number, Row
from digit.recognizer import Recognizer
from digit.ui.components.number_batch import NOT_SENT, read_row, uploaded
from tests.ui.files import COMPLAINTS, write_bad_files
from tests.ui.numbers import line


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the page's uploads are."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "sent"))
    (tmp_path / "sent").mkdir()
    return tmp_path / "sent"


def test_a_row_has_text_confidence_and_doubt(recognizer: Recognizer, folder: Path) -> None:
    cv2.imwrite(str(folder / "number.png"), line("372"))
    row = read_row(recognizer, str(folder / "number.png"))
    assert row["text"] == "372"
    assert 0.35 < float(str(row["confidence"])) < 1
    assert str(row["sure"]).endswith("%")
    assert row["doubtful"] in (0, 1)
    assert row["note"] == ""


def test_rows_to_check_are_counted(recognizer: Recognizer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = Number((Row("3.50", 0.5, ()), Row("-7", 0.9, ())))
    monkeypatch.setattr(Recognizer, "read", lambda *_: number)
    cv2.imwrite(str(folder / "number.png"), line("372"))
    row = read_row(recognizer, str(folder / "number.png"))
    assert row == {"text": "3.50\n-7", "confidence": 0.45, "sure": "45 %", "doubtful": 1, "note": ""}


def test_a_picture_without_digits_says_so(recognizer: Recognizer, folder: Path) -> None:
    cv2.imwrite(str(folder / "blank.png"), np.full((200, 300), 240, np.uint8))
    row = read_row(recognizer, str(folder / "blank.png"))
    assert (row["text"], row["sure"], row["note"]) == ("", "", NO_NUMBER)


def test_a_bad_file_is_a_row_with_its_sentence(recognizer: Recognizer, folder: Path) -> None:
    for name, path in write_bad_files(folder).items():
        row = read_row(recognizer, str(path))
        assert list(row) == ["error"]
        assert str(row["error"]).startswith(COMPLAINTS[name])


def test_only_what_was_sent_is_read(recognizer: Recognizer, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "private.png"
    cv2.imwrite(str(outside), line("123"))
    (folder / "link.png").symlink_to(outside)
    paths = (str(outside), f"{folder}/../private.png", str(folder / "link.png"), str(folder / "none.png"), str(folder))
    for path in (*paths, "", "a\0b", "\ud800", f"{folder}/{'a' * 300}", None, 7, {"path": str(outside)}):
        assert uploaded(path) is None
        assert read_row(recognizer, path) == {"error": NOT_SENT}
