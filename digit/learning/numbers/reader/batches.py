"""Lines to learn from, made while the reader learns: digits put together, real lines and pieces of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digit.data.records.cheques import Cheque, spliced
from digit.data.synthesis.glyphs import Glyphs
from digit.data.synthesis.lines import compose, empty, on_paper
from digit.data.synthesis.variation import vary
from digit.learning.numbers.reader.network import LONGEST
from digit.learning.numbers.settings import ReaderSettings
from digit.numbers.ctc import ALPHABET, BLANK
from digit.numbers.line_image import LINE_HEIGHT
from digit.types import FloatArray

WIDTHS = (112, 160, 256)
"""Columns of a training batch, in turn: most numbers are short, and empty columns cost time."""


@dataclass(frozen=True, eq=False)
class LabelledLine:
    """A line and what it says.

    Attributes:
        ink: float32 of shape (H, W), 0 to 1, ink = 1.
        text: the number.
        as_written: whether the text has the separators that stand there.
    """

    ink: FloatArray
    text: str
    as_written: bool = True

    @property
    def length(self) -> float:
        """Columns of its line image."""
        height, width = self.ink.shape
        return float(width * LINE_HEIGHT / height)


@dataclass(frozen=True, eq=False)
class Sources:
    """What lines are made of.

    Attributes:
        glyphs: digits that lines are put together from.
        cells: cells of forms, each as a whole.
        found: lines that the finder cut out of real pictures.
        cheques: amounts with a box for each digit.
        cut: lines that the finder cut out of made pages.
        letters: ink of single letters.
    """

    glyphs: Glyphs
    cells: list[LabelledLine] = field(default_factory=list)
    found: list[LabelledLine] = field(default_factory=list)
    cheques: list[Cheque] = field(default_factory=list)
    cut: list[LabelledLine] = field(default_factory=list)
    letters: list[FloatArray] = field(default_factory=list)


class LineBatches:
    """Batches of lines, each with a random generator of its own, seeded by (seed, round, batch), so that a resumed
    training sees what an unbroken one would have seen."""

    def __init__(self, sources: Sources, settings: ReaderSettings) -> None:
        self._sources, self._settings = sources, settings
        cheques = [LabelledLine(cheque.ink, cheque.text, as_written=False) for cheque in sources.cheques]
        kinds = (
            (sources.cells, settings.cells),
            (sources.found, settings.found),
            (sources.cut, settings.cut),
            (cheques, settings.cheques),
        )
        self._by_width = [
            [(fitting, share) for lines, share in kinds if (fitting := _fitting(lines, width))] for width in WIDTHS
        ]

    def batch(self, round_: int, index: int) -> tuple[FloatArray, NDArray[np.int32]]:
        """Lines and their labels, see `as_arrays`."""
        rng = np.random.default_rng((self._settings.fit.seed, round_, index))
        turn = index % len(WIDTHS)
        width = WIDTHS[turn]
        count = max(1, self._settings.columns // width)
        lines = [self._line(rng, turn) for _ in range(count)]
        return as_arrays(lines, rng, width)

    def _line(self, rng: np.random.Generator, turn: int) -> LabelledLine:
        settings, width = self._settings, WIDTHS[turn]
        digits = int(np.clip(round(rng.normal(width / 26, width / 60)), 1, LONGEST - 6))
        choice = rng.random()
        for lines, share in self._by_width[turn]:
            if choice < share:
                return lines[int(rng.integers(len(lines)))]
            choice -= share
        if self._sources.cheques:
            if choice < settings.spliced:
                return LabelledLine(*spliced(self._sources.cheques, rng, digits), as_written=False)
            choice -= settings.spliced
        if choice < settings.empty:
            line = LabelledLine(empty(self._sources.letters, rng), "")
        else:
            line = LabelledLine(*compose(self._sources.glyphs, rng, digits))
        return LabelledLine(on_paper(line.ink, rng), line.text) if rng.random() < settings.paper else line


def as_arrays(
    lines: Sequence[LabelledLine], rng: np.random.Generator, width: int
) -> tuple[FloatArray, NDArray[np.int32]]:
    """Variations of lines in a field of one width, float32 (N, 40, `width`, 1), and their labels."""
    fields = np.stack([vary(line.ink, rng, width) for line in lines])
    return fields[..., np.newaxis], labels_of(lines)


def labels_of(lines: Sequence[LabelledLine]) -> NDArray[np.int32]:
    """Labels for the loss, int32 of shape (N, 1 + `LONGEST`): whether the separators are in the text, then the class of
    each character, then zeros.

    Raises:
        ValueError: a text is longer than `LONGEST`.
    """
    labels = np.full((len(lines), 1 + LONGEST), BLANK, np.int32)
    for row, line in zip(labels, lines, strict=True):
        row[0] = line.as_written
        row[1 : 1 + len(line.text)] = [ALPHABET.index(character) + 1 for character in line.text]
    return labels


def _fitting(lines: Sequence[LabelledLine], width: int) -> list[LabelledLine]:
    """The lines that fill a field of `width` by about a half or more, the shortest in the narrowest field; none, where
    there are too few of them."""
    least = 0.4 * width if width > WIDTHS[0] else 0.0
    fitting = [line for line in lines if least < line.length < 1.05 * width and len(line.text) <= LONGEST]
    return fitting if len(fitting) > len(lines) / 20 else []
