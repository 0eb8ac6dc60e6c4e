"""The text of a mended number, tested in Node."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import digit.ui.components.number_answer as number_answer

SCRIPT = Path(number_answer.__file__).with_name("mending.js")
TESTS = Path(__file__).with_name("mending.test.js")


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_a_number_is_mended_sign_by_sign() -> None:
    environment = os.environ | {"DIGIT_MENDING": str(SCRIPT)}
    done = subprocess.run(
        ["node", "--test", str(TESTS)], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout
