"""What the finder and the reader are trained and measured with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from digit.data.letters import load_letters
from digit.data.mnist import Digits
from digit.data.own import load_numbers, names_numbers
from digit.data.records.cheques import Cheque, has_cheques, load_cheques
from digit.data.records.parts import Part
from digit.data.records.pictures import Record, has_records, load_records
from digit.data.synthesis.glyphs import VARIANTS, Glyphs
from digit.data.synthesis.pages import RealLine
from digit.feedback.dataset import FEEDBACK, load_mended
from digit.learning.datasets import SPLIT_SEED, VALIDATION_FRACTION, is_own, load_digits
from digit.numbers.finder import FoundLine
from digit.types import FloatArray

PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, eq=False)
class NumbersData:
    """Digits, letters and records; the records are by part and may be empty.

    Attributes:
        training: digits to write lines and pages with.
        validation: digits of MNIST, those that no network is trained on.
        test: MNIST's test digits.
        letters: ink of letters ...
        held_out_letters: ... and of those that nothing is trained on.
        cells: logbook cells.
        strips: strips of parish registers.
        cheques: amounts.
        counts: how many of each, as JSON.
        mended: pictures and rows of numbers that visitors mended, or of your own.
    """

    training: Glyphs
    validation: Glyphs
    test: Digits
    letters: list[FloatArray]
    held_out_letters: list[FloatArray]
    cells: dict[Part, list[Record]]
    strips: dict[Part, list[Record]]
    cheques: dict[Part, list[Cheque]]
    counts: dict[str, Any]
    mended: list[tuple[NDArray[np.uint8], tuple[str, ...]]] = field(default_factory=list)


def load_numbers_data(data_dir: str | Path | None, extras: Sequence[str]) -> NumbersData:
    """MNIST with the split of the classifier, further data sets by name, and the records where the folder has them.

    `feedback` stands for the numbers that visitors mended; a CSV with the columns `path` and `text` gives further ones.

    Raises:
        DataError: a data set is missing or is not what it should be.
    """
    written = [name for name in extras if is_own(name) and names_numbers(Path(name))]
    others = [name for name in extras if name not in (FEEDBACK, *written)]
    mended = load_mended() if FEEDBACK in extras else []
    for name in written:
        mended += load_numbers(Path(name))
    digits = load_digits(None if data_dir is None else str(data_dir), others, VALIDATION_FRACTION, SPLIT_SEED)
    cheques = has_cheques(data_dir)
    cells, strips = has_records(data_dir, "logbook"), has_records(data_dir, "register")
    data = NumbersData(
        Glyphs(digits.training, VARIANTS),
        Glyphs(digits.validation),
        digits.test,
        load_letters(data_dir),
        load_letters(data_dir, held_out=True),
        {part: load_records(data_dir, "logbook", part) if cells else [] for part in PARTS},
        {part: load_records(data_dir, "register", part) if strips else [] for part in PARTS},
        {part: load_cheques(data_dir, part) if cheques else [] for part in PARTS},
        dict(digits.counts),
        mended,
    )
    for name, records in (("logbook", data.cells), ("register", data.strips), ("cheques", data.cheques)):
        if any(records.values()):
            data.counts[name] = {part: len(records[part]) for part in PARTS}
    if data.mended:
        data.counts[FEEDBACK] = {"train": len(data.mended)}
    if data.letters:
        data.counts["letters"] = {"train": len(data.letters)}
    return data


def real_line(cheque: Cheque) -> RealLine:
    """A cheque with the line that its boxes make up."""
    x, y, width, height = cheque.boxes.T
    left, right = float(x.min()), float((x + width).max())
    top, bottom = float(np.median(y)), float(np.median(y + height))
    line = FoundLine((left + right) / 2, (top + bottom) / 2, right - left, max(bottom - top, 8.0), 0.0, 1.0)
    return RealLine(cheque.grey, line)
