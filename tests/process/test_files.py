"""A server may have more connections than a shell's usual limit allows."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import resource
from digit.process.files import WANTED, raise_open_files
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
expected = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
assert raise_open_files() == resource.getrlimit(resource.RLIMIT_NOFILE)[0] == expected
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
assert raise_open_files() == 256
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_limit_is_raised_as_far_as_the_system_allows() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
