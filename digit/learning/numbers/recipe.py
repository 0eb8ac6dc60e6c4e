"""The finder and the reader from data, in rounds: in each, they learn from the real lines that the last ones read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digit.artifact import FINDER_TFLITE, READER_TFLITE
from digit.artifact.reader import ReaderSettings as ServedSettings
from digit.data.synthesis.lines import compose, on_paper
from digit.data.synthesis.pages import Page, RealLine, make_page
from digit.learning.checkpoint import Checkpoint
from digit.learning.numbers.agreement import agreed, cut_lines, mended_lines
from digit.learning.numbers.data import NumbersData, real_line
from digit.learning.numbers.export import export
from digit.learning.numbers.finder.trainer import train_finder
from digit.learning.numbers.reader.batches import LabelledLine, Sources
from digit.learning.numbers.reader.trainer import train_reader
from digit.learning.numbers.settings import FinderSettings, FitSettings, ReaderSettings
from digit.numbers.finder import Finder
from digit.numbers.reader import Reader
from digit.numbers.reading import whole_view

ROUNDS = 3
LATER_STEPS, LATER_RATE = 0.7, 0.5
"""Steps and learning rate of the later rounds, as shares of the first."""
VALIDATION_LINES = 400
CUT_PAGES = 4000
"""Pages out of which lines are cut to train the reader with."""


@dataclass(frozen=True, eq=False)
class Trained:
    """Two networks and how they came about.

    Attributes:
        finder, reader: the Keras networks, float32.
        history: by stage, see `digit.learning.checkpoint.COLUMNS`.
        agreed: lines of real pictures that the second round learned from.
        seconds: wall-clock time of all trainings.
    """

    finder: Any
    reader: Any
    history: dict[str, dict[str, list[float]]]
    agreed: int
    seconds: float


class Stages:
    """The stages of a recipe, each with a checkpoint in a folder: an interrupted recipe goes on where it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.history: dict[str, dict[str, list[float]]] = {}
        self.seconds = 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, name: str, train: Callable[[Checkpoint], Any]) -> Any:
        """The network of a stage.

        Args:
            train: trains with a checkpoint, which may be of an interrupted or of a finished training.

        Raises:
            SettingsError: the checkpoint is of another training.
        """
        print(f"\n{name}", flush=True)
        checkpoint = Checkpoint(self._folder / f"{name}.npz")
        model = train(checkpoint)
        self.history[name] = checkpoint.history
        self.seconds += checkpoint.seconds
        return model


def train_numbers(
    data: NumbersData,
    finder: FinderSettings,
    reader: ReaderSettings,
    stages: Stages,
    verbose: int = 2,
    *,
    start: tuple[Any, Any] | None = None,
    rounds: int = ROUNDS,
    keep_finder: bool = False,
) -> Trained:
    """Train both networks.

    The first finder learns from made pages and cheques, the first reader from made lines, cells and cheques. Where what
    they find and read on the records agrees with the labels, the next ones learn from it (self-training).

    Args:
        stages: where finished stages are kept.
        verbose: Keras's: 2 writes a line a round, 0 nothing.
        start: a finder and a reader to continue from: all rounds are later ones then.
        rounds: how many.
        keep_finder: train the reader alone; the finder of `start` stays.

    Raises:
        SettingsError: a setting is not allowed, or a kept stage is of another training.
    """
    cheques = [real_line(cheque) for cheque in data.cheques["train"]]
    cells = [whole_cell(record.grey, record.text) for record in data.cells["train"]]
    sources = Sources(data.training, cells, cheques=data.cheques["train"], letters=data.letters)
    lines = validation_lines(data)

    def find(name: str, real: list[RealLine], settings: FinderSettings, start: Any) -> Any:
        def train(checkpoint: Checkpoint) -> Any:
            return train_finder(
                data.training,
                data.letters,
                real,
                data.validation,
                settings,
                start=start,
                checkpoint=checkpoint,
                verbose=verbose,
            )[0]

        return stages.run(name, train)

    def read(name: str, sources: Sources, settings: ReaderSettings, start: Any) -> Any:
        def train(checkpoint: Checkpoint) -> Any:
            return train_reader(sources, lines, settings, start=start, checkpoint=checkpoint, verbose=verbose)[0]

        return stages.run(name, train)

    last_finder, last_reader = start or (None, None)
    found: list[tuple[RealLine, LabelledLine]] = []
    for number in range(1, rounds + 1):
        if last_reader is not None:
            found = agreed_lines(data, last_finder, last_reader)
            print(f"\nAgreed    {len(found):,} lines of real pictures", flush=True)
        if number == (1 if start else 2):
            finder, reader = replace(finder, fit=later_fit(finder.fit)), replace(reader, fit=later_fit(reader.fit))
        if not keep_finder:
            last_finder = find(f"finder-{number}", [*cheques, *(line for line, _ in found)], finder, last_finder)
        cut = made_lines(data, last_finder, number)
        sources = replace(sources, found=[line for _, line in found], cut=cut)
        last_reader = read(f"reader-{number}", sources, reader, last_reader)
    return Trained(last_finder, last_reader, stages.history, len(found), stages.seconds)


def later_fit(fit: FitSettings) -> FitSettings:
    """The schedule of a later round."""
    rounds = max(1, round(LATER_STEPS * fit.rounds))
    return replace(fit, steps=rounds * fit.round_steps, learning_rate=LATER_RATE * fit.learning_rate)


def agreed_lines(data: NumbersData, finder: Any, reader: Any) -> list[tuple[RealLine, LabelledLine]]:
    """Lines of the training records that two networks find and read as labelled, and lines that people mended."""
    with tempfile.TemporaryDirectory() as folder:
        served_finder, served_reader = served(finder, reader, Path(folder))
        records = [*data.strips["train"], *data.cells["train"]]
        return [*agreed(records, served_finder, served_reader), *mended_lines(data.mended, served_finder)]


def made_lines(data: NumbersData, finder: Any, number: int) -> list[LabelledLine]:
    """Lines that a finder cuts out of `CUT_PAGES` pages, others for each number."""

    def make(index: int) -> Page:
        return make_page(data.training, data.letters, (), np.random.default_rng((number, 13, index)))

    with tempfile.TemporaryDirectory() as folder:
        lines = cut_lines(make, CUT_PAGES, Finder(exported(finder, Path(folder) / FINDER_TFLITE)))
    print(
        f"\nCut out   {len(lines):,} lines of made pages, {sum(not line.text for line in lines):,} of nothing",
        flush=True,
    )
    return lines


def served(finder: Any, reader: Any, folder: Path, settings: ServedSettings | None = None) -> tuple[Finder, Reader]:
    """Two networks as they serve: `finder.tflite` and `reader.tflite` in a folder."""
    paths = exported(finder, folder / FINDER_TFLITE), exported(reader, folder / READER_TFLITE)
    return Finder(paths[0]), Reader(paths[1], settings or ServedSettings())


def exported(model: Any, path: Path) -> Path:
    """The file of a network, written anew."""
    export(model, path)
    keras.backend.clear_session()
    return path


def whole_cell(grey: Any, text: str) -> LabelledLine:
    """A cell as a whole, as it is read."""
    return LabelledLine(whole_view(grey).ink, text)


def validation_lines(data: NumbersData) -> list[LabelledLine]:
    """Lines that show how the training goes: cells and cheques of the validation part, or made lines without them."""
    cells = [whole_cell(record.grey, record.text) for record in data.cells["validation"]]
    cheques = [LabelledLine(cheque.ink, cheque.text, as_written=False) for cheque in data.cheques["validation"]]
    lines = [*cells, *cheques]
    rng = np.random.default_rng(7)
    while len(lines) < VALIDATION_LINES:
        ink, text = compose(data.validation, rng, int(rng.integers(1, 8)))
        lines.append(LabelledLine(on_paper(ink, rng), text))
    return lines
