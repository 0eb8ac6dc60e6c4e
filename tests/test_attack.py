"""A crowd that draws is told that the server is busy, takes a few threads, and leaves every other route to others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from digit.ui.limits import BUSY

ROOT = Path(__file__).resolve().parents[1]
MANY_THREADS = 30
"""A server with one visitor has a dozen; with sixty who draw it had 196."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="threads of another process are counted in /proc")
def test_a_crowd_of_drawings(model_folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.attack", "--seconds", "4", "--attacks", "scans of a JPEG;95 marks"]
    command += ["--artifact", str(model_folder), "--output", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    attacks = json.loads((tmp_path / "attack.json").read_text())
    for name in ("none", "scans of a JPEG", "95 marks"):
        assert attacks[name]["failed"] == [], done.stderr
        assert 0 < attacks[name]["threads"] < MANY_THREADS
        assert len(attacks[name]["waits"]) == 5
    assert all(answer.startswith("400 ") for answer in attacks["scans of a JPEG"]["told"])
    assert any(BUSY[:40] in answer for answer in attacks["95 marks"]["told"])


def test_only_this_machine_is_attacked() -> None:
    command = [sys.executable, "-m", "benchmarks.attack", "--attacks", "camera", "--against", "http://192.0.2.1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Only servers on loopback are attacked." in done.stderr
