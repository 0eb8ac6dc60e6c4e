"""The app imports nothing that trains, and says in one sentence why it cannot start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(code: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_serving_arm_imports_nothing_that_trains() -> None:
    code = (
        "import sys, app, digit.ui.app.page, digit.recognizer\n"
        "heavy = {'tensorflow', 'keras', 'sklearn', 'scipy', 'matplotlib', 'digit.learning'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = run(["-c", code])
    assert done.returncode == 0, done.stderr


def test_importing_the_app_is_instant_and_starts_nothing() -> None:
    done = run(["-c", "import sys, app; assert 'gradio' not in sys.modules"])
    assert done.returncode == 0, done.stderr
    assert done.stdout == done.stderr == ""


def test_a_missing_model_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    done = run(["app.py"], DIGIT_MODEL=str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        f"app.py: No model folder at {tmp_path / 'nowhere'}: expected a folder with config.json and model.tflite."
    ]


def test_a_damaged_model_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    done = run(["app.py"], DIGIT_MODEL=str(tmp_path))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "is not JSON" in done.stderr
