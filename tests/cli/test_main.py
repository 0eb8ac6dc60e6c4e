"""The command line keeps its contract: answers on standard output, one line for each bad file, the exit status."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

import digit.cli.main as command_line
from digit import __version__
from digit.artifact import BUNDLED_ARTIFACT
from tests.digits import STROKES

ROOT = Path(__file__).resolve().parents[2]
ARTIFACT = Path(os.environ.get("DIGIT_MODEL") or BUNDLED_ARTIFACT).resolve()

needs_pseudo_terminal = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def draw(path: Path, digit: int | None) -> Path:
    """A page of 200 x 160 pixels with a digit in dark ink, or blank."""
    page = np.full((200, 160), 240, np.uint8)
    for stroke in STROKES[digit] if digit is not None else []:
        points = np.array(stroke) * [90, 130] + [35, 35]
        cv2.polylines(page, [np.round(points).astype(np.int32)], False, 30, 9, cv2.LINE_AA)
    Image.fromarray(page).save(path)
    return path


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, made the working one, with two digits, a blank page and a text."""
    draw(tmp_path / "seven.png", 7)
    draw(tmp_path / "zero.png", 0)
    draw(tmp_path / "blank.png", None)
    (tmp_path / "a.txt").write_text("This is not a picture.")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def predict(*arguments: str) -> int:
    """Run `predict` in this process with the artifact of the test."""
    return command_line.main(["predict", "--artifact", str(ARTIFACT), *arguments])


def process(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run `python -m digit` as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "digit", *arguments]
    return subprocess.run(command, text=True, timeout=60, env=environment, check=False, **settings)


def test_json_in_the_order_of_the_arguments(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, in order, with the names as given; a blank page has no digit and no candidates."""
    assert predict("--json", "zero.png", "blank.png", "seven.png") == 0
    captured = capsys.readouterr()
    answers = [json.loads(line) for line in captured.out.splitlines()]
    assert [a["file"] for a in answers] == ["zero.png", "blank.png", "seven.png"]
    assert [a["digit"] for a in answers] == [0, None, 7]
    assert list(answers[0]) == ["file", "digit", "confidence", "verdict", "top"]
    assert answers[0]["verdict"] == "digit"
    assert answers[0]["top"][0] == [0, answers[0]["confidence"]]
    assert len(answers[0]["top"]) == 3
    assert answers[1] == {"file": "blank.png", "digit": None, "confidence": 0.0, "verdict": "empty"}
    assert captured.err == ""


def test_top_k(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--top-k 10` lists all ten digits, best first."""
    assert predict("--json", "--top-k", "10", "seven.png") == 0
    top = json.loads(capsys.readouterr().out)["top"]
    assert sorted(d for d, _ in top) == list(range(10))
    assert [p for _, p in top] == sorted((p for _, p in top), reverse=True)


def test_bad_files_do_not_stop_the_others(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A text and a missing file are one line each on standard error; the rest is read, and the status is 2."""
    assert predict("--json", "a.txt", "seven.png", "missing.png", "zero.png") == 2
    captured = capsys.readouterr()
    assert [json.loads(line)["digit"] for line in captured.out.splitlines()] == [7, 0]
    first, second = captured.err.splitlines()
    assert first.startswith("a.txt: not a picture (")
    assert first.endswith(")")
    assert second.startswith("missing.png: not a picture (")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.png", b""),
        ("text.png", b"not a picture"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("strange\nname.png", b"x"),
    ],
)
def test_each_bad_file_is_one_line(
    pictures: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    """Whatever is wrong with a file or its name, standard error gets exactly one line and no stack trace."""
    (pictures / name).write_bytes(content)
    assert predict(name) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert "not a picture (" in captured.err


def test_truncated_jpeg_and_folder(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half a JPEG and a folder are answered in a sentence."""
    Image.open("seven.png").save("whole.jpg")
    content = Path("whole.jpg").read_bytes()
    Path("half.jpg").write_bytes(content[: len(content) // 2])
    assert predict("half.jpg", str(pictures)) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_line_for_a_pipe(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no person watches, each file gets one line with the sentence and the confidence."""
    assert predict("seven.png", "blank.png") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("seven.png: This looks like a 7 (")
    assert first.endswith("%)")
    assert second == "blank.png: Nothing drawn yet"


def test_show_saves_a_figure_without_a_display(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--show` without a display writes the page beside the picture and says so; standard output stays JSON."""
    monkeypatch.setattr("digit.cli.output._has_display", lambda: False)
    assert predict("--show", "--json", "seven.png", "blank.png") == 0
    captured = capsys.readouterr()
    assert [json.loads(line)["file"] for line in captured.out.splitlines()] == ["seven.png", "blank.png"]
    assert "seven.png: figure saved as seven.png.digit.png" in captured.err
    for name in ("seven.png.digit.png", "blank.png.digit.png"):
        with Image.open(name) as figure:
            assert figure.width > 400
            assert len(set(figure.convert("L").tobytes())) > 2


def test_show_opens_a_window_with_a_display(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--show` with a display hands the page to the system's viewer and writes no file."""
    opened: list[tuple[int, int]] = []

    def viewer(image: Image.Image, title: str | None = None) -> bool:
        opened.append(image.size)
        return True

    monkeypatch.setattr("digit.cli.output._has_display", lambda: True)
    monkeypatch.setattr("PIL.ImageShow.show", viewer)
    assert predict("--show", "seven.png") == 0
    assert len(opened) == 1
    assert not Path("seven.png.digit.png").exists()


def test_figure_that_cannot_be_written(
    pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place where nothing can be written is one sentence and status 2; the other files are still done."""
    monkeypatch.setattr("digit.cli.output._has_display", lambda: False)
    Path("seven.png.digit.png").mkdir()
    assert predict("--show", "--json", "seven.png", "zero.png") == 2
    captured = capsys.readouterr()
    assert [json.loads(line)["digit"] for line in captured.out.splitlines()] == [7, 0]
    first, second = captured.err.splitlines()
    assert "seven.png.digit.png cannot be written" in first
    assert second == "zero.png: figure saved as zero.png.digit.png"


@pytest.mark.skipif(sys.platform == "win32", reason="such names do not exist there")
def test_names_reach_the_terminal_spelled(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences, line ends and turned directions in a name are spelled out in answers and complaints."""
    name = "a\x1b[2J\r\n\x9b\u202eb \u202fé.png"
    spelled = r"a\x1b[2J\r\n\x9b\u202eb " + "\u202fé.png"
    Path(name).write_bytes(Path("seven.png").read_bytes())
    assert predict(name) == 0
    assert capsys.readouterr().out.startswith(f"{spelled}: This looks like a 7 (")
    assert predict(f"missing{name}") == 2
    assert capsys.readouterr().err.startswith(f"missing{spelled}: not a picture (")
    assert predict("--json", name) == 0
    assert json.loads(capsys.readouterr().out)["file"] == name


@needs_pseudo_terminal
def test_endless_device(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A device without an end is refused in a sentence instead of being read."""
    assert predict("/dev/zero", "seven.png") == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("/dev/zero: not a picture (/dev/zero is a device or a pipe")
    assert captured.out.startswith("seven.png: This looks like a 7")


def test_missing_artifact(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A model folder that is not there is one sentence and status 2."""
    assert command_line.main(["predict", "--artifact", str(pictures / "nowhere"), "seven.png"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("digit: No model folder at ")
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["predict"], ["predict", "a.png", "--top-k", "0"], ["paint", "a.png"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong command shows the usage and ends with 2."""
    with pytest.raises(SystemExit) as caught:
        command_line.main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m digit" in capsys.readouterr().err


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints the version, and the help names every option."""
    with pytest.raises(SystemExit) as caught:
        command_line.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.strip() == f"digit {__version__}"
    with pytest.raises(SystemExit):
        command_line.main(["predict", "--help"])
    text = capsys.readouterr().out
    for option in ("--json", "--top-k", "--artifact", "--show"):
        assert option in text


def test_interrupt(pictures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends with 130 and without a stack trace."""

    def interrupted(source: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("digit.recognizer.preprocess", interrupted)
    assert predict("seven.png") == 130
    assert capsys.readouterr().err == ""


def test_process_says_nothing_else(pictures: Path) -> None:
    """As a process: one line on each stream, no chatter of libraries, the right status, no TensorFlow needed."""
    done = process("predict", "--artifact", str(ARTIFACT), "--json", "seven.png", "a.txt", capture_output=True)
    assert done.returncode == 2
    assert json.loads(done.stdout)["digit"] == 7
    assert len(done.stderr.splitlines()) == 1


def test_broken_pipe(pictures: Path) -> None:
    """A reader that goes away ends the program quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    files = ["seven.png"] * 3
    done = process("predict", "--artifact", str(ARTIFACT), "--json", *files, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert done.returncode == 141
    assert done.stderr == ""


def on_a_terminal(*arguments: str, **streams: Any) -> tuple[int, str]:
    """Run `python -m digit` with the streams that are None on a pseudo-terminal; its status and what was shown."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "200"}
    command = [sys.executable, "-m", "digit", *arguments]
    streams = {name: theirs if stream is None else stream for name, stream in streams.items()}
    with subprocess.Popen(command, env=environment, **streams) as running:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # Linux says so when the other side has closed
            while chunk := os.read(ours, 65536):
                shown += chunk
    os.close(ours)
    return running.returncode, shown.decode()


@needs_pseudo_terminal
def test_terminal_sees_the_digit(pictures: Path) -> None:
    """A person at a terminal sees the digit in half-blocks, the sentence and the bars."""
    status, shown = on_a_terminal("predict", "--artifact", str(ARTIFACT), "seven.png", stdout=None, stderr=None)
    assert status == 0
    assert "This looks like a 7" in shown
    assert shown.count("▀") > 10
    assert "%" in shown


@needs_pseudo_terminal
def test_progress_bar_leaves_the_answers_alone(pictures: Path) -> None:
    """Many files, answers into a file: the bar is on the terminal, every answer in the file, each error in between."""
    files = ["seven.png"] * 11 + ["a.txt"]
    with Path("answers.jsonl").open("w") as answers:
        status, shown = on_a_terminal(
            "predict", "--artifact", str(ARTIFACT), "--json", *files, stdout=answers, stderr=None
        )
    assert status == 2
    assert [json.loads(line)["digit"] for line in Path("answers.jsonl").read_text().splitlines()] == [7] * 11
    assert "Reading" in shown
    assert "a.txt: not a picture (" in shown
    assert "seven.png" not in shown


def test_folders_are_read_with_all_below(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--recursive` reads the pictures of a folder, by as many processes as `--jobs` says, in the order of names."""
    (pictures / "below").mkdir()
    draw(pictures / "below" / "four.PNG", 4)
    assert predict("--recursive", "--json", "--jobs", "2", ".") == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(a["file"], a["digit"]) for a in answers] == [
        ("blank.png", None),
        ("seven.png", 7),
        ("zero.png", 0),
        (str(Path("below", "four.PNG")), 4),
    ]
