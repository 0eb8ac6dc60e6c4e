"""Any number of files and pictures to their predictions, in order, on all cores and in constant memory.

Knows how work is handed out and collected; knows nothing of pictures. Threads serve a program that has the recognizer;
processes serve the command line, since Python's lock leaves two threads less than two cores' worth.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from digit.errors import DigitError, PictureError

if TYPE_CHECKING:
    from digit.imaging import PictureSource
    from digit.recognition.prediction import Prediction
    from digit.recognizer import Recognizer

Item = TypeVar("Item")
Result = TypeVar("Result")
Answer: TypeAlias = "Prediction | PictureError"
"""What became of one picture."""

AHEAD = 4
"""Pieces of work that lie ready for each worker: a slow picture keeps none of the others waiting, and no more is held
than this."""
CHUNK = 16
"""Files that a process is handed at once."""
PROCESSES_FROM = 300
"""Fewer files are read sooner than processes have started, which takes each about a second."""

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
"""What is read of a folder; a file that is named itself is read whatever its name."""


class Files:
    """The files of a command line, found anew each time they are gone through, so that no list of them is ever held.

    With `recursive`, a folder stands for the pictures in it and below, in the order of their names.
    """

    def __init__(self, named: list[str], recursive: bool) -> None:
        self._named, self._recursive = named, recursive

    def __iter__(self) -> Iterator[str]:
        for name in self._named:
            if not (self._recursive and Path(name).is_dir()):
                yield name
                continue
            found = False
            for folder, below, files in os.walk(name):
                below.sort()
                for file in sorted(files):
                    if Path(file).suffix.lower() in PICTURES:
                        found = True
                        yield str(Path(folder, file))
            if not found:
                yield name  # which is refused in words

    def at_least(self, count: int) -> bool:
        """Whether there are so many, without looking for more."""
        return next(islice(self, count - 1, None), None) is not None

    def count(self) -> int:
        """How many there are."""
        return sum(1 for _ in self)


def in_order(
    pool: Executor, work: Callable[[Item], Result], items: Iterable[Item], waiting_at_most: int
) -> Iterator[Result]:
    """`pool.map` that takes no more items than it may have waiting, and so never holds all of them."""
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= waiting_at_most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def predict_or_say(recognizer: Recognizer, picture: PictureSource) -> Answer:
    """The prediction, or what is wrong with the picture."""
    try:
        return recognizer.predict(picture)
    except PictureError as error:
        return error


def predict_files(
    recognizer: Recognizer, files: Iterable[str], processes: int
) -> Generator[tuple[str, Answer], None, None]:
    """Each file and what became of it, in the order of the files.

    Args:
        recognizer: its model folder is what the processes open.
        files: any number; they are taken as they are needed.
        processes: with one, this very process reads.

    Raises:
        DigitError: a process has died.
    """
    if processes == 1:
        yield from ((file, predict_or_say(recognizer, file)) for file in files)
        return
    # A forked process would inherit the threads' locks without the threads.
    context, folder = get_context("spawn"), recognizer.artifact.path
    pool = ProcessPoolExecutor(processes, context, initializer=_start, initargs=(folder,))
    try:
        left = iter(files)
        chunks = iter(lambda: tuple(islice(left, CHUNK)), ())
        for answers in in_order(pool, _predict_chunk, chunks, AHEAD * processes):
            yield from answers
    except BrokenProcessPool:
        raise DigitError(
            f"One of the {processes} processes that read the files has ended early: the files named so far are done, "
            "and the rest is not."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


_recognizer: Recognizer | None = None
"""Of a process that `predict_files` has started."""


def _start(folder: Path) -> None:
    global _recognizer
    import cv2

    from digit.process.stderr import without_native_chatter
    from digit.recognizer import load_recognizer

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that collects
    cv2.setNumThreads(1)
    with without_native_chatter():
        _recognizer = load_recognizer(folder)


def _predict_chunk(files: tuple[str, ...]) -> list[tuple[str, Answer]]:
    assert _recognizer is not None
    return [(file, predict_or_say(_recognizer, file)) for file in files]
