"""Only our own programs change the process: importing or using the library never does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import ctypes, os, signal, threading, warnings
import numpy, PIL.Image, cv2  # their own import may change what is compared
import ai_edge_litert.interpreter

called = []
def library(*arguments, **named):
    called.append(arguments)
    raise OSError

def state():
    handlers = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
    threads = cv2.getNumThreads(), threading.active_count()
    return list(warnings.filters), handlers, dict(os.environ), threads, os.getcwd()

before, ctypes.CDLL = state(), library
import digit, digit.imaging, digit.imaging.loading
from digit.recognizer import load_recognizer
recognizer = load_recognizer()
recognizer.predict(numpy.full((28, 28), 255, numpy.uint8))
assert state() == before, (before, state())
assert not called, called

from digit.process.startup import prepare_process
prepare_process()
assert called, "the C library is asked for mallopt"
assert warnings.filters != before[0]
"""


def test_importing_digit_and_building_a_recognizer_change_nothing_in_the_process() -> None:
    """Warning filters, signal handlers, environment, threads and malloc stay as they were."""
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
