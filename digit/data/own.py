"""Your own pictures as a data set: digits for `train.py --datasets mnist,DIR`, numbers for `train.py numbers`."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import Digits
from digit.errors import DataError, PictureError
from digit.imaging import load_picture, preprocess
from digit.numbers.ctc import ALPHABET
from digit.numbers.reading import PAGE_SIZE
from digit.types import FloatArray

HELD_OUT_OF = 5
"""One in so many is kept for measuring: of the writers where there are folders of them, else of the pictures."""
ALIKE = 0.99
"""Cosine from which a digit image is a copy of a test digit; of 3,000 training digits of MNIST, one comes so near."""
MNIST_SHARE = 3
"""An epoch shows one of the own pictures for so many digits of MNIST."""


@dataclass(frozen=True, eq=False)
class OwnPictures:
    """Pictures of digits, read as the app reads them.

    Attributes:
        train: digits to train on.
        test: digits to measure with.
        left_out: a line for each picture that is not used, with the reason.
    """

    train: Digits
    test: Digits
    left_out: tuple[str, ...]


def load_pictures(source: Path, test_images: NDArray[np.uint8]) -> OwnPictures:
    """Load a folder with subfolders `0` to `9`, or a CSV with the columns `path` and `label`, and `writer` where known.

    Folders within those of the digits count as writers; a writer is trained on or measured with, never both. Which
    pictures are held out follows from their names, so that it stays when others come.

    Args:
        source: the folder, or the file; its paths are relative to where it lies.
        test_images: uint8 of shape (N, 28, 28), digits that must not be trained on.

    Raises:
        DataError: there is no such folder or file, it names no pictures, or none of them can be used.
    """
    found, left_out = [], []
    for name, label, group in _listed(source):
        image, why = _digit_image((source if source.is_dir() else source.parent) / name)
        if image is None:
            left_out.append(f"{name} {why}")
        else:
            found.append((name, image, label, group))
    copied = _copies([image for _, image, _, _ in found], test_images)
    left_out += [f"{name} is a digit of the test set" for (name, *_), copy in zip(found, copied, strict=True) if copy]
    found = [one for one, copy in zip(found, copied, strict=True) if not copy]
    if not found:
        raise DataError(f"{source} has no picture of a digit: {'; '.join(left_out[:3]) or 'it is empty'}.")
    _, images, labels, groups = zip(*found, strict=True)
    digits = Digits(np.stack(images), np.array(labels, np.uint8))
    held_out = _held_out(groups)
    return OwnPictures(digits[np.flatnonzero(~held_out)], digits[np.flatnonzero(held_out)], tuple(left_out))


def names_numbers(source: Path) -> bool:
    """Whether it is a CSV file of pictures of numbers: with a column `text`."""
    return source.is_file() and any("text" in row for row in _rows(source)[:1])


def load_numbers(source: Path) -> list[tuple[NDArray[np.uint8], tuple[str, ...]]]:
    """Pictures of numbers from a CSV with the columns `path` and `text`, in which `|` stands between rows.

    Returns:
        Grey pictures, uint8 (H, W), at the size at which they are read, and the rows on each.

    Raises:
        DataError: a line is incomplete, or a picture cannot be read.
    """
    found = []
    for number, row in enumerate(_rows(source), start=2):
        name, text = row.get("path"), row.get("text")
        if not name or not text or not set(text) <= {*ALPHABET, "|"}:
            raise DataError(
                f"{source}, line {number}: expected the columns path and text, with a text of digits and . , - / : "
                "and | between rows."
            )
        try:
            picture = load_picture(source.parent / name, PAGE_SIZE)
        except PictureError as error:
            raise DataError(f"{source}, line {number}: {name} cannot be read ({error}).") from None
        found.append((np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8), tuple(text.split("|"))))
    return found


def _rows(source: Path) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(source.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{source} cannot be read as a CSV file ({error}).") from None


def _listed(source: Path) -> Iterator[tuple[str, int, str]]:
    """Each picture with its label and the group that it is held out with."""
    if source.is_dir():
        for folder in (source / str(digit) for digit in range(10)):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.name.startswith("."):
                    within = path.relative_to(folder)
                    writer = within.parts[0] if len(within.parts) > 1 else ""
                    yield str(path.relative_to(source)), int(folder.name), writer or f"{folder.name}/{within}"
        return
    for number, row in enumerate(_rows(source), start=2):
        name, label = row.get("path"), (row.get("label") or "").strip()
        if not name or label not in {str(digit) for digit in range(10)}:
            raise DataError(f"{source}, line {number}: expected the columns path and label, with a label from 0 to 9.")
        yield name, int(label), row.get("writer") or name


def _digit_image(path: Path) -> tuple[NDArray[np.uint8] | None, str]:
    """uint8 of shape (28, 28), or None and the reason."""
    try:
        steps = preprocess(path)
    except PictureError as error:
        return None, f"cannot be read ({error})"
    if steps.box is None:
        return None, "shows nothing"
    if steps.several:
        return None, "shows several digits"
    return np.rint(steps.digit_image * 255).astype(np.uint8), ""


def _copies(images: Sequence[NDArray[np.uint8]], others: NDArray[np.uint8]) -> list[bool]:
    """Which of the images are like one of the others."""
    known = _directions(others)
    return [bool((known @ _directions(image[np.newaxis])[0] > ALIKE).any()) for image in images]


def _directions(images: NDArray[np.uint8]) -> FloatArray:
    flat = images.reshape(len(images), -1).astype(np.float32)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1), np.float32)


def _held_out(groups: Sequence[str]) -> NDArray[np.bool_]:
    """A fifth of the groups, by the hash of their names; at least one of several."""
    hashes = {group: int(hashlib.sha256(group.encode()).hexdigest(), 16) for group in groups}
    chosen = {group for group, name in hashes.items() if name % HELD_OUT_OF == 0}
    if len(hashes) > 1 and len(chosen) in (0, len(hashes)):
        chosen = {min(hashes, key=lambda group: hashes[group])}
    elif len(hashes) == 1:
        chosen = set()
    return np.array([group in chosen for group in groups])
