"""Every file that was sent is a row, and nothing else on the server's disk can be asked for."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from digit.numbers.number import NO_NUMBER, Number, Row
from digit.recognizer import Recognizer
from digit.ui.components.number_batch import NOT_SENT, PICTURE_SIDE, read_row, uploaded
from tests.documents import document
from tests.ui.files import COMPLAINTS, write_bad_files
from tests.ui.numbers import line


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the page's uploads are."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "sent"))
    (tmp_path / "sent").mkdir()
    return tmp_path / "sent"


def read(recognizer: Recognizer, path: Path, page: int = 1) -> dict[str, Any]:
    return read_row(recognizer, [str(path), page])


def test_a_row_has_text_confidence_doubt_and_a_small_picture(recognizer: Recognizer, folder: Path) -> None:
    cv2.imwrite(str(folder / "number.png"), line("372"))
    answer = read(recognizer, folder / "number.png")
    [row] = answer["rows"]
    assert row["text"] == "372"
    assert 0.35 < row["confidence"] < 1
    assert row["sure"].endswith("%")
    assert row["doubtful"] in (False, True)
    assert (answer["note"], answer["pages"]) == ("", 1)
    picture = Image.open(io.BytesIO(base64.b64decode(answer["picture"].removeprefix("data:image/jpeg;base64,"))))
    assert max(picture.size) <= PICTURE_SIDE


def test_rows_come_with_their_doubts(recognizer: Recognizer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = Number((Row("3.50", 0.5, ()), Row("-7", 0.9, ())))
    monkeypatch.setattr(Recognizer, "read", lambda *_: number)
    cv2.imwrite(str(folder / "number.png"), line("372"))
    assert read(recognizer, folder / "number.png")["rows"] == [
        {"text": "3.50", "confidence": 0.5, "sure": "50 %", "doubtful": True},
        {"text": "-7", "confidence": 0.9, "sure": "90 %", "doubtful": False},
    ]


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_each_page_is_asked_for_by_its_number(recognizer: Recognizer, folder: Path, kind: str) -> None:
    path = folder / f"pages.{kind.lower()}"
    path.write_bytes(document([line("372"), line("64")], kind))
    answers = [read(recognizer, path, page) for page in (1, 2)]
    assert [answer["pages"] for answer in answers] == [2, 2]
    assert [[row["text"] for row in answer["rows"]] for answer in answers] == [["372"], ["64"]]
    assert list(read(recognizer, path, 3)) == ["error"]


def test_a_picture_without_digits_says_so(recognizer: Recognizer, folder: Path) -> None:
    cv2.imwrite(str(folder / "blank.png"), np.full((200, 300), 240, np.uint8))
    answer = read(recognizer, folder / "blank.png")
    assert (answer["rows"], answer["note"]) == ([], NO_NUMBER)


def test_a_bad_file_is_a_row_with_its_sentence(recognizer: Recognizer, folder: Path) -> None:
    for name, path in write_bad_files(folder).items():
        row = read(recognizer, path)
        assert list(row) == ["error"]
        assert str(row["error"]).startswith(COMPLAINTS[name])


def test_only_what_was_sent_is_read(recognizer: Recognizer, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "private.png"
    cv2.imwrite(str(outside), line("123"))
    (folder / "link.png").symlink_to(outside)
    paths = (str(outside), f"{folder}/../private.png", str(folder / "link.png"), str(folder / "none.png"), str(folder))
    for path in (*paths, "", "a\0b", "\ud800", f"{folder}/{'a' * 300}", None, 7, {"path": str(outside)}):
        assert uploaded(path) is None
        assert read_row(recognizer, [path, 1]) == {"error": NOT_SENT}
    for asked in ("", None, [], [str(folder / "link.png")], [str(folder), "1"], {"path": 1}, 7):
        assert read_row(recognizer, asked) == {"error": NOT_SENT}
