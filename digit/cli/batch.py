"""The files of a command line, read on all cores, in order and in constant memory.

Processes rather than threads: Python's lock leaves two threads less than two cores' worth of work.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from digit.errors import DigitError, PictureError
from digit.recognition.parallel import QUEUED_PER_WORKER, in_order

if TYPE_CHECKING:
    from digit.recognition.prediction import Prediction
    from digit.recognizer import Recognizer

Answer: TypeAlias = "Prediction | PictureError"

CHUNK = 16
"""Files that a process receives at once."""
PROCESSES_FROM = 300
"""With fewer files, one process finishes before others would have started, which takes about a second each."""

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".heic", ".heif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".pdf"})
"""File name extensions that are read in a folder; a file named on the command line may have any name."""


class Files:
    """The files of a command line, looked up again on each iteration, so that no list of them is held.

    With `recursive`, a folder stands for the pictures in it and below, sorted by name.
    """

    def __init__(self, arguments: list[str], recursive: bool) -> None:
        self._arguments, self._recursive = arguments, recursive

    def __iter__(self) -> Iterator[str]:
        for argument in self._arguments:
            if not (self._recursive and Path(argument).is_dir()):
                yield argument
                continue
            found = False
            for folder, below, files in os.walk(argument):
                below.sort()
                for file in sorted(files):
                    if Path(file).suffix.lower() in PICTURES:
                        found = True
                        yield str(Path(folder, file))
            if not found:
                yield argument  # reading it fails with a clear error

    def at_least(self, count: int) -> bool:
        """Whether there are `count` files; stops looking at that many."""
        return next(islice(self, count - 1, None), None) is not None

    def count(self) -> int:
        """Number of files."""
        return sum(1 for _ in self)


def predict_files(
    recognizer: Recognizer, files: Iterable[str], processes: int
) -> Generator[tuple[str, Answer], None, None]:
    """Yield each file with its prediction or its error, in the order of the files.

    Args:
        recognizer: the processes open its model folder.
        files: any number; they are taken as they are needed.
        processes: 1 reads in this process.

    Raises:
        DigitError: a process has died.
    """
    if processes == 1:
        yield from ((file, recognizer.predict_or_error(file)) for file in files)
        return
    # A forked process would inherit the threads' locks without the threads.
    context, folder = get_context("spawn"), recognizer.artifact.path
    pool = ProcessPoolExecutor(processes, context, initializer=_start, initargs=(folder,))
    try:
        left = iter(files)
        chunks = iter(lambda: tuple(islice(left, CHUNK)), ())
        for answers in in_order(pool, _predict_chunk, chunks, QUEUED_PER_WORKER * processes):
            yield from answers
    except BrokenProcessPool as error:
        raise DigitError(
            f"One of the {processes} reading processes ended early: the files listed so far are done, the rest are not."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


_recognizer: Recognizer | None = None
"""Set in the processes that `predict_files` starts."""


def _start(folder: Path) -> None:
    global _recognizer
    import cv2

    from digit.process.startup import prepare_process
    from digit.process.stderr import silenced_stderr
    from digit.recognizer import load_recognizer

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the collecting process
    cv2.setNumThreads(1)
    prepare_process()
    with silenced_stderr():
        _recognizer = load_recognizer(folder)


def _predict_chunk(files: tuple[str, ...]) -> list[tuple[str, Answer]]:
    assert _recognizer is not None
    return [(file, _recognizer.predict_or_error(file)) for file in files]
