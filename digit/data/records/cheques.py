"""Amounts from bank cheques: which are trained on, and how they are varied (ORAND-CAR-A, Diem et al. 2014, ICFHR).

The amounts come with a box for each digit. So they can be cut between two digits and put together anew: a few hundred
cheques give any number in any company, on the real paper, by the real pens. Knows files and ink; knows no model.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import data_dir_from
from digit.data.records.parts import Part, part_of
from digit.errors import DataError
from digit.numbers.line_image import line_ink
from digit.types import FloatArray, Rng

INDEX_FILE = "numbers/index.csv"
BOXES_FILE = "numbers/cheque_boxes.json"
FOLDER = "cheques/"
VALIDATION = 4
"""Per cent of the cheques that are validation."""


@dataclass(frozen=True, eq=False)
class Cheque:
    """One amount.

    Attributes:
        name: file name, which decides the part.
        text: the digits from left to right; separators are not in it.
        grey: uint8 of shape (H, W).
        ink: float32 of shape (H, W), as `digit.numbers.line_image.line_ink` has it.
        boxes: int32 of shape (len(text), 4): x, y, w, h of each digit in pixels.
    """

    name: str
    text: str
    grey: NDArray[np.uint8]
    ink: FloatArray
    boxes: NDArray[np.int32]


def has_cheques(data_dir: str | Path | None) -> bool:
    """Whether the data folder holds cheques; they are no public data set, and a reader can be trained without them.

    Raises:
        DataError: the data folder does not exist.
    """
    folder = data_dir_from(data_dir)
    return folder is not None and (folder / BOXES_FILE).is_file()


def load_cheques(data_dir: str | Path | None, part: Part) -> list[Cheque]:
    """The cheques of one part, in the order of their names.

    Args:
        data_dir: folder with `numbers/index.csv`, `numbers/cheque_boxes.json` and the pictures that they name.
            None: `DIGIT_DATA_DIR`.

    Raises:
        DataError: there is no such folder, or a file of it is missing or not what it should be.
    """
    folder = data_dir_from(data_dir)
    if folder is None:
        raise DataError(
            "The cheques have no public loader: expected numbers/cheques below --data-dir or DIGIT_DATA_DIR."
        )
    try:
        with (folder / INDEX_FILE).open(encoding="utf-8", newline="") as file:
            rows = [(row["path"], row["text"]) for row in csv.DictReader(file) if row["path"].startswith(FOLDER)]
        boxes = json.loads((folder / BOXES_FILE).read_text(encoding="utf-8"))
        chosen = sorted((path, text) for path, text in rows if part_of(Path(path).name, VALIDATION) == part)
        return [_read(folder, path, text, boxes[Path(path).name]) for path, text in chosen]
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"The cheques in {folder} cannot be read ({error}).") from None


def _read(folder: Path, path: str, text: str, marked: list[dict[str, int]]) -> Cheque:
    grey = cv2.imread(str(folder / "numbers" / path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise DataError(f"{folder / 'numbers' / path} is not a picture.")
    ordered = sorted(marked, key=lambda box: box["x"] + box["w"] / 2)
    if "".join(str(box["digit"]) for box in ordered) != text:
        ordered = sorted(marked, key=lambda box: box["x"])
    if "".join(str(box["digit"]) for box in ordered) != text:
        raise DataError(f"{path}: the boxes say another number than the text {text}.")
    boxes = np.array([[box[key] for key in "xywh"] for box in ordered], np.int32)
    picture = np.asarray(grey, np.uint8)
    return Cheque(Path(path).name, text, picture, line_ink(picture), boxes)


def spliced(cheques: list[Cheque], rng: Rng, digits: int) -> tuple[FloatArray, str]:
    """Runs of neighbouring digits from several cheques as one line, their digits brought to one height and baseline.

    Args:
        cheques: where to take from.
        digits: how many digits the line should have, about.

    Returns:
        Ink, float32 of shape (H, W), and the text.
    """
    height = 40
    pieces: list[FloatArray] = []
    text = ""
    while len(text) < digits:
        cheque = cheques[rng.integers(len(cheques))]
        count = min(int(rng.integers(1, 4)), len(cheque.text), digits - len(text))
        first = int(rng.integers(len(cheque.text) - count + 1))
        pieces.append(_piece(cheque, first, first + count, height, rng))
        text += cheque.text[first : first + count]
    return _joined(pieces, rng), text


def _piece(cheque: Cheque, first: int, last: int, height: int, rng: Rng) -> FloatArray:
    """The digits `first` to `last` of a cheque, cut between them and their neighbours, at the scale that makes the
    cheque's own tall digits fill about three quarters of `height`."""
    boxes = cheque.boxes
    width = cheque.ink.shape[1]
    left, right = max(0, int(boxes[0, 0]) - int(rng.integers(0, 8))), width
    if first > 0:
        left = _cut(boxes, first - 1, rng)
    if last < len(boxes):
        right = _cut(boxes, last - 1, rng)
    elif rng.random() < 0.5:  # else with what closes the amount: .- or = or a flourish
        right = min(width, int(boxes[-1, 0] + boxes[-1, 2]) + 2)
    right = max(right, left + 3)
    bottom = float(np.median(boxes[first:last, 1] + boxes[first:last, 3]))
    scale = height * rng.uniform(0.55, 0.8) / max(float(np.quantile(boxes[:, 3], 0.8)), 8.0)
    # The piece keeps its own paper above and below.
    matrix = np.array([[scale, 0, -left * scale], [0, scale, height * 0.86 - bottom * scale]], np.float32)
    size = (max(3, round((right - left) * scale)), height)
    return np.asarray(cv2.warpAffine(cheque.ink, matrix, size, flags=cv2.INTER_LINEAR), np.float32)


def _cut(boxes: NDArray[np.int32], index: int, rng: Rng) -> int:
    """A column between the digits `index` and `index + 1`."""
    end, start = int(boxes[index, 0] + boxes[index, 2]), int(boxes[index + 1, 0])
    if start <= end:
        return (start + end) // 2
    return int(rng.integers(end, start + 1))


def _joined(pieces: list[FloatArray], rng: Rng) -> FloatArray:
    """Pieces side by side, now and then one over the edge of the other."""
    overlaps = [0 if rng.random() < 0.6 else int(rng.integers(-6, 3)) for _ in pieces[1:]]
    width = sum(piece.shape[1] for piece in pieces) - sum(overlaps)
    line = np.zeros((pieces[0].shape[0], max(width, 3)), np.float32)
    x = 0
    for piece, overlap in zip(pieces, [*overlaps, 0], strict=True):
        target = line[:, x : x + piece.shape[1]]
        np.maximum(target, piece[:, : target.shape[1]], out=target)
        x = max(0, x + piece.shape[1] - overlap)
    return line
