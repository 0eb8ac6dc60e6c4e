"""Numbers cut from real records: cells of clinic logbooks, strips of parish registers.

The cells are of the Meza OCR challenge (Republic of Congo), their separators are labelled; the strips are of Danish
registers with a row number somewhere in them (Piqueras et al. 2022, ICFHR).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import data_dir_from
from digit.data.records.parts import Part, part_of
from digit.errors import DataError
from digit.numbers.ctc import ALPHABET, SEPARATORS

Kind = Literal["logbook", "register"]


@dataclass(frozen=True, eq=False)
class Record:
    """A picture of one number.

    Attributes:
        name: of its file.
        grey: uint8 of shape (H, W).
        text: the number.
        as_written: whether the text has the separators that stand on the picture.
        kind: kind of the number, as the index has it.
    """

    name: str
    grey: NDArray[np.uint8]
    text: str
    as_written: bool
    kind: str


def has_records(data_dir: str | Path | None, name: Kind) -> bool:
    """Whether the data folder holds these pictures; they are no public data set.

    Raises:
        DataError: the data folder does not exist.
    """
    folder = data_dir_from(data_dir)
    return folder is not None and (folder / "numbers" / name / "index.csv").is_file()


def load_records(data_dir: str | Path | None, name: Kind, part: Part) -> list[Record]:
    """The pictures of one part, in the order of their names.

    Args:
        data_dir: folder with `numbers/NAME/index.csv` (path, text, kind and, for the register, page) and the pictures.
            None: `DIGIT_DATA_DIR`.

    Raises:
        DataError: there is no such folder, or a file of it is missing or not what it should be.
    """
    folder = data_dir_from(data_dir)
    if folder is None:
        raise DataError(f"The {name} has no public loader: expected numbers/{name} below --data-dir or DIGIT_DATA_DIR.")
    folder = folder / "numbers" / name
    try:
        with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if part_of(row.get("page") or row["path"]) == part]
        return [_read(folder, row, name) for row in sorted(rows, key=lambda row: row["path"])]
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"The {name} in {folder} cannot be read ({error}).") from None


def _read(folder: Path, row: dict[str, str], name: Kind) -> Record:
    grey = cv2.imread(str(folder / row["path"]), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise DataError(f"{folder / row['path']} is not a picture.")
    if not row["text"] or any(character not in ALPHABET for character in row["text"]):
        raise DataError(f"{row['path']}: expected a number of {ALPHABET}; received {row['text']!r}.")
    as_written = name == "logbook"
    if not as_written and any(character in SEPARATORS for character in row["text"]):
        raise DataError(f"{row['path']}: expected digits alone; received {row['text']!r}.")
    return Record(row["path"], np.asarray(grey, np.uint8), row["text"], as_written, row["kind"])
