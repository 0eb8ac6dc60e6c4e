"""Trained networks in, the numbers part of a model folder out: export, parity, calibration, figures, settings."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import keras
import numpy as np

from digit.artifact import (
    CARD,
    FINDER_KERAS,
    FINDER_TFLITE,
    METRICS,
    READER_KERAS,
    READER_SETTINGS,
    READER_TFLITE,
    READING,
    READING_MISTAKES,
    load_artifact,
    load_metrics,
    save_config,
)
from digit.artifact.arrays import save_arrays
from digit.artifact.card import model_card
from digit.artifact.reader import load_reader_report
from digit.artifact.schemas import ReaderReport
from digit.artifact.writing import new_folder
from digit.data.synthesis.glyphs import Glyphs
from digit.errors import ArtifactError, SettingsError
from digit.evaluation.numbers import Reading
from digit.learning.numbers import measuring
from digit.learning.numbers.data import NumbersData
from digit.learning.numbers.export import LARGEST, finder_parity, reader_parity
from digit.learning.numbers.finder.network import build_finder
from digit.learning.numbers.measuring import GAPS, Picture, figures, fit_confidence, gap_accuracy, pictures, read_all
from digit.learning.numbers.reader.network import build_reader
from digit.learning.numbers.recipe import Trained, served, validation_lines
from digit.learning.numbers.settings import FinderSettings, ReaderSettings
from digit.learning.numbers.widening import widen
from digit.numbers.finder import Finder, resized
from digit.numbers.line_image import fit_line
from digit.numbers.reader import Reader

FORMAT_VERSION = 2
MOST_MISTAKES = 24
MISTAKE_WIDTH = 320
"""Columns of a misread page that is kept to be looked at."""


def build_numbers_part(
    folder: Path, trained: Trained, data: NumbersData, finder: FinderSettings, reader: ReaderSettings
) -> ReaderReport:
    """Write the finder's and the reader's files into a new folder.

    The confidence is fitted on the validation pictures; the figures are of these and of the held-out ones.

    Returns:
        What `reader.json` says.

    Raises:
        SettingsError: the folder exists.
        ArtifactError: an exported file does not answer as its network does, or the files are too large.
    """
    with new_folder(folder) as aside:
        return _write(aside, trained, data, finder, reader)


def load_networks(folder: Path, finder: FinderSettings, reader: ReaderSettings) -> tuple[Any, Any]:
    """The finder and reader that `build_numbers_part` wrote into a folder, to continue from; smaller ones are widened.

    Raises:
        SettingsError: a file is missing, cannot be read, or is of a larger or another network.
    """
    networks = []
    for name, built in ((FINDER_KERAS, build_finder(finder)), (READER_KERAS, build_reader(reader))):
        try:
            widen(built, keras.saving.load_model(folder / name, compile=False))
        except (OSError, ValueError) as error:
            raise SettingsError(f"{folder / name} is no network to continue from ({error}).") from None
        networks.append(built)
    return networks[0], networks[1]


def put_into(model_folder: Path, numbers_folder: Path) -> None:
    """Copy the files that serve into a model folder and renew the hashes in its `config.json`.

    The Keras files stay where they are: they are as large as all the rest, and only a further training wants them.

    Raises:
        ArtifactError: the model folder cannot be used.
    """
    artifact = load_artifact(model_folder)
    for name in (*READING, READING_MISTAKES):
        shutil.copyfile(numbers_folder / name, model_folder / name)
    save_config(model_folder, artifact.config)
    if (model_folder / METRICS).is_file():
        card = model_card(artifact.config, load_metrics(artifact), reader=load_reader_report(model_folder))
        (model_folder / CARD).write_text(card, encoding="utf-8")


def summary(report: ReaderReport) -> str:
    """What `reader.json` says about accuracy, for the terminal."""
    lines = [
        f"{part:11} {name:9} {100 * one['accuracy']:6.1f} % of {one['pictures']:5,} pictures right, "
        f"{one['rows_too_many']:3} rows too many, review {100 * one['review_share']:3.0f} %, "
        f"ECE {100 * one['calibration_error']:.1f} %"
        for part in ("validation", "held_out")
        for name, one in report["metrics"][part].items()
    ]
    gaps = "  ".join(f"{gap}: {100 * share:.0f}" for gap, share in report["metrics"]["mnist_test_gaps"].items())
    return "\n".join([*lines, f"{'gap in pixels: %':21} {gaps}"])


def _write(
    folder: Path, trained: Trained, data: NumbersData, finder: FinderSettings, reader: ReaderSettings
) -> ReaderReport:
    trained.finder.save(folder / FINDER_KERAS, include_optimizer=False)
    trained.reader.save(folder / READER_KERAS, include_optimizer=False)
    served_finder, uncalibrated = served(trained.finder, trained.reader, folder)
    size = {name: (folder / name).stat().st_size for name in (FINDER_TFLITE, READER_TFLITE)}
    if sum(size.values()) > LARGEST:
        raise ArtifactError(f"The files have {sum(size.values()):,} bytes together; {LARGEST:,} are allowed.")
    validation = pictures(data, "validation", data.validation, seed=1)
    held_out = pictures(data, "held_out", Glyphs(data.test), seed=2)
    lines = [fit_line(line.ink)[0] for line in validation_lines(data)[:20]]
    parity = {
        "finder": finder_parity(trained.finder, served_finder, [p.grey for p in validation["pages"][:8]]),
        "reader": reader_parity(trained.reader, uncalibrated, lines),
    }
    further = measuring.of_all_kinds(data.validation, data.letters, seed=3)
    known = [*(picture for found in validation.values() for picture in found), *further]
    settings = fit_confidence(known, served_finder, uncalibrated)
    served_reader = Reader(folder / READER_TFLITE, settings)
    metrics, readings = _metrics(validation, held_out, served_finder, served_reader, data)
    _save_mistakes(folder / READING_MISTAKES, held_out["pages"], readings)
    content = {
        "format_version": FORMAT_VERSION,
        **asdict(settings),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": {
            "parameters": {"finder": trained.finder.count_params(), "reader": trained.reader.count_params()},
            "bytes": size,
            "parity": parity,
        },
        "metrics": metrics,
        "datasets": data.counts,
        "training": {
            "finder": asdict(finder),
            "reader": asdict(reader),
            "agreed": trained.agreed,
            "seconds": round(trained.seconds, 1),
        },
        "history": {
            stage: {name: [float(f"{value:.6g}") for value in values] for name, values in columns.items()}
            for stage, columns in trained.history.items()
        },
    }
    text = json.dumps(content, indent=1)
    (folder / READER_SETTINGS).write_text(text + "\n", encoding="utf-8")
    return cast(ReaderReport, json.loads(text))  # as readers will find it: tuples are lists


def _metrics(
    validation: dict[str, list[Picture]],
    held_out: dict[str, list[Picture]],
    finder: Finder,
    reader: Reader,
    data: NumbersData,
) -> tuple[dict[str, Any], list[Reading]]:
    """The figures, and what was read from the held-out pages."""
    readings = {name: read_all(found, finder, reader) for name, found in held_out.items()}
    metrics = {
        "validation": {name: figures(read_all(found, finder, reader)) for name, found in validation.items()},
        "held_out": {name: figures(found) for name, found in readings.items()},
        "mnist_test_gaps": {
            str(gap): gap_accuracy(finder, reader, data.test, gap, measuring.GAP_LINES) for gap in GAPS
        },
    }
    return metrics, readings["pages"]


def _save_mistakes(path: Path, pages: Sequence[Picture], readings: Sequence[Reading]) -> None:
    """The misread pages that were made of MNIST's test digits: pictures, what is written, what was read."""
    wrong = [(page, one) for page, one in zip(pages, readings, strict=True) if not one.right][:MOST_MISTAKES]
    shown = [resized(page.grey, min(1.0, MISTAKE_WIDTH / page.grey.shape[1])) for page, _ in wrong]
    texts = [["\n".join(one.written), "\n".join(one.read), f"{one.confidence:.4f}"] for _, one in wrong]
    arrays: dict[str, Any] = {f"picture_{index}": grey for index, grey in enumerate(shown)}
    arrays["texts"] = np.array(texts, np.str_).reshape(-1, 3)
    save_arrays(path, arrays)
