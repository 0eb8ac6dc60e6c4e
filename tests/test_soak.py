"""Ten seconds of the soak: good requests among hostile ones are answered as alone, and nothing fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_ten_seconds_of_good_and_hostile_requests(model_folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.soak", "--minutes", "0.17", "--clients", "8"]
    command += ["--artifact", str(model_folder), "--output", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "soak.json").read_text(encoding="utf-8"))
    assert figures["good"] > 0
    assert figures["hostile"]
