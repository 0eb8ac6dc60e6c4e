"""Corrections by visitors: the store that the page writes and the training reads.

A store is a folder, append-only, that any number of processes may write to at once:

    feedback.jsonl                  one JSON object a line: a correction, or the withdrawal of one
    digit_images/<truth>-<id>.png   28x28, ink = 255: what the model saw; <truth> is 0 to 9 or none
    pictures/<truth>-<id>.png       the drawing or photo that it was made of, as the model's imaging had it
    lines.jsonl, lines/<id>.png     mended numbers and their pictures, see `digit.feedback.lines`

Pictures are on disk before their line, and the line before the correction is acknowledged: an acknowledged correction
survives a kill. The store holds nothing about the visitor.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from digit.artifact import Artifact
from digit.errors import FeedbackError
from digit.feedback.rate import Rate, Sender
from digit.recognition.prediction import Prediction

RECORDS = "feedback.jsonl"
DIGIT_IMAGES, PICTURES = "digit_images", "pictures"
LINE_RECORDS, LINES = "lines.jsonl", "lines"

MAX_PICTURE_BYTES = 1_000_000
"""Of one picture as PNG. Noise at working size (504x504 RGB) takes 770,000, a drawing some 5,000."""
MAX_RECORDS = 10_000
"""Records in a store. The Hub allows 10,000 files a folder, and more are too many to look through by hand."""
MAX_TOTAL_BYTES = 500_000_000
"""Of a store, pictures and lines together."""
UNKNOWN_SENDER = Sender()
LOCK = ".lock"
LOCK_SECONDS = 10.0
"""How long a writer waits for other processes."""

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Feedback:
    """One correction as it was stored.

    Attributes:
        id: 32 hexadecimal characters, random.
        truth: 0 to 9; None for "not a digit".
        answer: what the model said, as `Prediction.as_dict` has it.
        model: preset, version and sha256 of the artifact, and the version of the preprocessing.
        digit_image: PNG, 28x28 grey, ink = 255; it is gone when someone removed it by hand.
        picture: PNG, RGB, that it was made of; likewise.
    """

    id: str
    truth: int | None
    answer: dict[str, Any]
    model: dict[str, Any]
    digit_image: Path
    picture: Path


class Push(Protocol):
    """Copies a store elsewhere; `digit.feedback.hub_sync` has one."""

    def wake(self) -> None:
        """There is something new to copy; returns at once."""

    def held(self) -> AbstractContextManager[None]:
        """While this is open, the folder is not read."""

    def close(self) -> None:
        """Copy what is new once more and stop."""


class FeedbackStore:
    """Takes corrections. Safe to share between threads; any number of processes may use the same folder.

    Attributes:
        folder: where everything lies.
    """

    def __init__(self, folder: Path, artifact: Artifact, push: Push | None = None) -> None:
        """Make the folder.

        Raises:
            FeedbackError: the folder cannot be made or written.
        """
        self.folder = folder.resolve()
        config = artifact.config
        self._model = {
            "preset": config.preset,
            "version": config.version,
            "sha256": artifact.sha256,
            "preprocessing_version": config.preprocessing_version,
        }
        self._push = push
        self._rate = Rate()
        try:
            for name in (DIGIT_IMAGES, PICTURES, LINES):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise FeedbackError(f"Corrections cannot be stored in {folder} ({error.strerror}).") from None

    def add(
        self, prediction: Prediction, truth: int | None, picture: NDArray[np.uint8], sender: Sender = UNKNOWN_SENDER
    ) -> str:
        """Store one correction; when this returns, it is on the disk.

        Args:
            prediction: what the model said, with the digit image it saw.
            truth: 0 to 9; None for "not a digit".
            picture: uint8 of shape (H, W, 3), RGB: what the digit image was made of.
            sender: who corrects, for the rate; it is not stored.

        Returns:
            The id of the correction, for `withdraw`.

        Raises:
            FeedbackError: it was not stored; the message says why, for the visitor. Nothing stored before is touched.
        """
        if truth is not None and truth not in range(10):
            raise FeedbackError(f"The right digit should be 0 to 9 or none; received {truth!r}.")
        name = uuid.uuid4().hex
        image = np.rint(prediction.digit_image * 255).astype(np.uint8)
        contents = {
            _path(self.folder, DIGIT_IMAGES, name, truth): encode_png(image),
            _path(self.folder, PICTURES, name, truth): encode_png(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)),
        }
        self.keep({"id": name, "truth": truth, "answer": prediction.as_dict()}, contents, RECORDS, sender)
        return name

    def keep(self, record: dict[str, Any], contents: dict[Path, bytes], records: str, sender: Sender) -> None:
        """Write new files, and then their record with the model into the file `records`: all of it or nothing.

        Raises:
            FeedbackError: as `add`.
        """
        self._rate.count(sender)
        with self._writing():
            self._check_room(sum(map(len, contents.values())))
            try:
                for path, content in contents.items():
                    _write(path, content)
                self._append({**record, "model": self._model}, records)
            except BaseException:  # not even a Ctrl-C leaves pictures without their line
                for path in contents:
                    path.unlink(missing_ok=True)
                raise
        if self._push is not None:
            self._push.wake()

    def withdraw(self, name: str) -> None:
        """Take a correction back: a line says so, and its pictures are deleted from this folder.

        Raises:
            FeedbackError: it could not be taken back; the message says why.
        """
        if not _ID.fullmatch(name):
            raise FeedbackError("There is no such correction to take back.")
        with self._writing():
            self._append({"withdrawn": name})
            for path in self.folder.glob(f"*/*-{name}.png"):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Push what is new once more; waits some seconds for the Hub at most. A store without a push needs no end."""
        if self._push is not None:
            self._push.close()

    def _check_room(self, more: int) -> None:
        """Raises FeedbackError when a correction of so many bytes is too much for the store."""
        sizes = [[p.stat().st_size for p in (self.folder / kind).iterdir()] for kind in (DIGIT_IMAGES, PICTURES, LINES)]
        records = sum(path.stat().st_size for path in self.folder.glob("*.jsonl"))
        if max(map(len, sizes)) >= MAX_RECORDS or records + sum(map(sum, sizes)) + more > MAX_TOTAL_BYTES:
            raise FeedbackError("Thank you, but no more corrections are taken here: there is no room for more of them.")

    def _append(self, record: dict[str, Any], records: str = RECORDS) -> None:
        """Add a line and wait until it is on the disk; what cannot be written wholly is not written at all."""
        line = json.dumps(record).encode() + b"\n"
        path = self.folder / records
        with path.open("a+b", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            if end and file.seek(end - 1) is not None and file.read(1) != b"\n":
                line = b"\n" + line  # a process was killed within its line: the rest of it must not spoil this one
            try:
                if file.write(line) != len(line):
                    raise OSError("the disk took a part of it")
                os.fsync(file.fileno())
            except OSError:
                file.truncate(end)
                raise
        _sync_folder(self.folder)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, of all threads and processes; the system's errors become the visitor's sentence."""
        try:
            with FileLock(self.folder / LOCK, timeout=LOCK_SECONDS), self._push.held() if self._push else nullcontext():
                yield
        except OSError as error:  # filelock.Timeout is one, too
            print(f"Feedback: nothing was stored in {self.folder} ({error}).", file=sys.stderr, flush=True)
            raise FeedbackError(
                "This could not be stored: the disk here is full or does not answer. "
                "All that was stored before is still there."
            ) from None


def read_feedback(folder: Path) -> list[Feedback]:
    """Every correction below a folder that was not withdrawn, in the order of its file.

    A line that a kill cut off was never acknowledged, and is skipped. So is one that is no correction.
    """
    found: dict[str, Feedback] = {}
    withdrawn = set()
    for path in sorted(folder.rglob(RECORDS)):
        for line in path.read_bytes().splitlines():
            try:
                record = json.loads(line)
                if "withdrawn" in record:
                    withdrawn.add(record["withdrawn"])
                    continue
                name, truth = record["id"], record["truth"]
                known = _ID.fullmatch(name) and (truth is None or (type(truth) is int and truth in range(10)))
                answer, model = dict(record["answer"]), dict(record["model"])
            except (ValueError, TypeError, LookupError):
                continue
            if known:
                images = [_path(path.parent, kind, name, truth) for kind in (DIGIT_IMAGES, PICTURES)]
                found[name] = Feedback(name, truth, answer, model, *images)
    return [feedback for name, feedback in found.items() if name not in withdrawn]


def _path(folder: Path, kind: str, name: str, truth: int | None) -> Path:
    """The truth leads the name, so that a file manager sorts by it and what does not belong is seen."""
    return folder / kind / f"{'none' if truth is None else truth}-{name}.png"


def encode_png(pixels: NDArray[Any]) -> bytes:
    """A picture, grey or BGR, as PNG; FeedbackError when it takes more than `MAX_PICTURE_BYTES`."""
    written, content = cv2.imencode(".png", pixels)
    if not written or content.size > MAX_PICTURE_BYTES:
        raise FeedbackError(f"This picture is too large to be stored: up to {MAX_PICTURE_BYTES // 1000:,} kB are.")
    return content.tobytes()


def _write(path: Path, content: bytes) -> None:
    """Write a new file and wait until it and its name are on the disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "nt":  # Windows opens no folders, and has their names on the disk by itself
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
