"""`python -m digit read` keeps its contract: one JSON object a line, rows in the text, bad files on standard error."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import digit.cli.main as command_line
from digit.artifact import BUNDLED_ARTIFACT
from digit.cli.output import print_number
from digit.numbers.number import Number, Row
from tests.documents import document, encrypted_pdf
from tests.imaging.drawing import paint
from tests.numbers.rows import blank, write
from tests.ui.numbers import line

ARTIFACT = Path(os.environ.get("DIGIT_MODEL") or BUNDLED_ARTIFACT).resolve()


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, made the working one, with a note of two rows, a blank page and a text."""
    coverage = blank((300, 500))
    write(coverage, "5678", top=40)
    write(coverage, "91", left=60, top=170)
    Image.fromarray(paint(coverage)).save(tmp_path / "note.png")
    Image.fromarray(np.full((90, 120), 250, np.uint8)).save(tmp_path / "blank.png")
    (tmp_path / "a.txt").write_text("This is not a picture.")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(*arguments: str) -> int:
    """Run `read` in this process with the artifact of the test."""
    return command_line.main(["read", "--artifact", str(ARTIFACT), *arguments])


def test_json_in_the_order_of_the_arguments(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line with file, text, rows and digits; a row is a line of the text, a blank page has none."""
    assert read("--json", "blank.png", "note.png") == 0
    empty, note = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert empty == {"file": "blank.png", "text": "", "confidence": 0.0, "rows": [], "digits": []}
    assert list(note) == ["file", "text", "confidence", "rows", "digits"]
    assert note["text"] == "5678\n91"
    assert [row["text"] for row in note["rows"]] == ["5678", "91"]
    assert 0 < note["confidence"] <= min(row["confidence"] for row in note["rows"]) < 1
    assert [digit["digit"] for digit in note["digits"]] == [5, 6, 7, 8, 9, 1]
    assert list(note["digits"][0]) == ["digit", "confidence", "box"]
    assert all(0 < digit["confidence"] < 1 for digit in note["digits"])


def test_bad_files_do_not_stop_the_others(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A text and a missing file are one line each on standard error; the rest is read, and the status is 2."""
    assert read("a.txt", "note.png", "missing.png") == 2
    captured = capsys.readouterr()
    assert re.match("note.png: (This looks like|Not sure:) 5678 and 91", captured.out)
    first, second = captured.err.splitlines()
    assert first.startswith("a.txt: not a picture (")
    assert second.startswith("missing.png: not a picture (")


def test_all_pages_of_a_document_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(document([line("372"), line("64")], "PDF"))
    assert read("--json", str(path)) == 0
    answers = [json.loads(answer) for answer in capsys.readouterr().out.splitlines()]
    assert [(answer["file"], answer["page"], answer["text"]) for answer in answers] == [
        (str(path), 1, "372"),
        (str(path), 2, "64"),
    ]
    assert read(str(path)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [text.partition(": ")[0] for text in lines] == [f"{path}, page 1", f"{path}, page 2"]
    path.write_bytes(encrypted_pdf())
    assert read("--json", str(path)) == 2
    assert capsys.readouterr().err.startswith(f"{path}: not a picture (This PDF is encrypted")


def test_many_rows_are_printed_below_the_sentence(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of five rows the sentence says the number, and each is on a line of its own."""
    coverage = blank((560, 300))
    for index in range(5):
        write(coverage, "38", top=20 + 110 * index)
    Image.fromarray(paint(coverage)).save("many.png")
    assert read("many.png") == 0
    sentence, *rows = capsys.readouterr().out.splitlines()
    assert sentence.startswith("many.png: This looks like 5 numbers")
    assert [row.removesuffix(" ?") for row in rows] == ["  38"] * 5


def test_of_many_rows_those_to_check_have_a_question_mark(capsys: pytest.CaptureFixture[str]) -> None:
    """Of at most four rows, the sentence says it."""
    rows = tuple(Row(f"3.{place}", 0.5 if place == 2 else 0.9, ()) for place in range(5))
    print_number("a.png", Number(rows))
    print_number("a.png", Number(rows[2:3]))
    assert capsys.readouterr().out.splitlines() == [
        "a.png: This looks like 5 numbers (check 1 of them) (33 %)",
        *("  3.0", "  3.1", "  3.2 ?", "  3.3", "  3.4"),
        "a.png: Not sure: 3.2? (50 %)",
    ]


def test_show_saves_a_figure_without_a_display(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--show` without a display writes the picture with its boxes beside it, and says so."""
    monkeypatch.setattr("digit.cli.output._has_display", lambda: False)
    assert read("--show", "--json", "note.png") == 0
    assert "note.png: figure saved as note.png.digit.png" in capsys.readouterr().err
    with Image.open("note.png.digit.png") as figure:
        assert figure.width > 400


def test_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """`read` without a file, or with an option of `predict`, shows the usage and ends with 2."""
    for arguments in (["read"], ["read", "a.png", "--top-k", "3"]):
        with pytest.raises(SystemExit) as caught:
            command_line.main(arguments)
        assert caught.value.code == 2
