"""Where the C library has them, the settings are taken, and a picture's memory is not fetched anew for the next."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_the_next_picture_costs_no_pages() -> None:
    """A fresh process reads the same drawing again and again with next to no page faults."""
    code = (
        "import resource, numpy as np\n"
        "from digit.process.malloc import keep_picture_memory\n"
        "from digit.recognizer import load_recognizer\n"
        "recognizer = load_recognizer()\n"
        "assert keep_picture_memory()\n"
        "page = np.full((280, 280), 255, np.uint8); page[60:220, 130:150] = 0\n"
        "for _ in range(30): recognizer.predict(page)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "for _ in range(50): recognizer.predict(page)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 50 * 10, "without the settings a drawing costs over a hundred"
