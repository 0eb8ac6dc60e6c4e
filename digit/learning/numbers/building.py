"""A trained line reader in, its part of a model folder out: export, parity, calibration, figures, settings.

Knows the three files of the reader. They appear whole or not at all: they are written aside and then moved.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digit.artifact import (
    CARD,
    METRICS,
    READER_KERAS,
    READER_SETTINGS,
    READER_TFLITE,
    load_artifact,
    load_metrics,
    save_config,
    sha256_of,
)
from digit.artifact.card import model_card
from digit.artifact.reader import ReaderSettings, load_reader_report
from digit.artifact.writing import new_folder
from digit.data.extra import join
from digit.data.mnist import Digits, load_mnist, validation_split
from digit.data.records.cheques import Cheque, has_cheques, load_cheques
from digit.data.synthesis.lines import Glyphs, compose, on_paper, vary
from digit.errors import ArtifactError
from digit.learning.datasets import load_dataset
from digit.learning.numbers.batches import labels_of
from digit.learning.numbers.measuring import GAPS, Line, gap_accuracy, measure, place_overlap, reading_temperature
from digit.learning.numbers.settings import LineSettings
from digit.learning.numbers.training import merged
from digit.numbers.line_image import fit_line
from digit.numbers.line_reader import LineReader
from digit.recognition.probability import softmax
from digit.types import FloatArray

FORMAT_VERSION = 1
PARITY_TOLERANCE = 0.03
"""Share of the probability that may lie elsewhere in the LiteRT file's answer to a line than in the Keras network's
(mean total variation of the steps). With weights of 8 bits it is 0.0004 in the mean, 0.008 at most; they read as many
cheques as those of 16 bits, from half of the bytes, in a third of the time."""
LARGEST = 4_000_000
"""Bytes that the served file may have: it is downloaded with every start of a fresh Space."""
VALIDATION_LINES = 120
MERGED_BEAM = 4
"""Beginnings that are followed in the answers of several networks; eight and sixteen read no line more."""
FIELD = 256


@dataclass(frozen=True, eq=False)
class ReaderData:
    """What a line reader is trained and measured with.

    Attributes:
        digits: what training lines are put together from.
        cheques: real lines to train on; empty where there are none.
        validation: lines that nothing is trained on.
        held_out: cheques that are only measured on.
        test: MNIST's test digits.
        counts: how many of each, as JSON.
    """

    digits: Digits
    cheques: list[Cheque]
    validation: list[Line]
    held_out: list[Cheque]
    test: Digits
    counts: dict[str, Any]


def load_reader_data(data_dir: str | Path | None, extras: Sequence[str], seed: int) -> ReaderData:
    """MNIST, further data sets by name, and the cheques where the data folder has them.

    Raises:
        DataError: a data set is missing or is not what it should be.
    """
    mnist = load_mnist(data_dir)
    train, validation = validation_split(mnist.train)
    parts = [(mnist.train[train], 1)]
    counts: dict[str, Any] = {"mnist": {"train": len(train), "validation": len(validation)}}
    for name in extras:
        extra = load_dataset(name, data_dir)
        parts.append((extra.train, extra.repeat))
        counts[name] = {"train": len(extra.train), "repeat": extra.repeat}
    real: dict[str, list[Cheque]] = {"train": [], "validation": [], "held_out": []}
    if has_cheques(data_dir):
        real = {
            "train": load_cheques(data_dir, "train"),
            "validation": load_cheques(data_dir, "validation"),
            "held_out": load_cheques(data_dir, "held_out"),
        }
        counts["cheques"] = {part: len(cheques) for part, cheques in real.items()}
    lines = validation_lines(mnist.train[validation], real["validation"], VALIDATION_LINES, seed)
    return ReaderData(join(parts), real["train"], lines, real["held_out"], mnist.test, counts)


@dataclass(frozen=True, eq=False)
class TrainedReader:
    """What training leaves behind.

    Attributes:
        model: the Keras network.
        history: see `digit.learning.numbers.training.train_reader`.
        settings: what it was trained with.
        seconds: wall-clock time of the training.
        start: the `reader.keras` that it began with; None began anew.
        members: what `reader.json` of each network says about its training, where several answer as one.
    """

    model: Any
    history: dict[str, list[float]]
    settings: LineSettings
    seconds: float
    start: Path | None = None
    members: tuple[dict[str, Any], ...] = ()


def merge(folders: Sequence[Path]) -> TrainedReader:
    """Several finished readers as one file: an ensemble (Hansen and Salamon 1990).

    Raises:
        ArtifactError: a folder holds no finished reader.
    """
    models, members = [], []
    for folder in folders:
        try:
            members.append(json.loads((folder / READER_SETTINGS).read_text(encoding="utf-8"))["training"])
            models.append(keras.models.load_model(folder / READER_KERAS, compile=False, safe_mode=True))
        except (OSError, ValueError, KeyError) as error:
            raise ArtifactError(f"{folder} should hold {READER_KERAS} and {READER_SETTINGS} ({error}).") from None
    seconds = sum(float(member["seconds"]) for member in members)
    return TrainedReader(merged(models), {}, LineSettings(), seconds, members=tuple(members))


def validation_lines(digits: Digits, cheques: Sequence[Cheque], count: int, seed: int) -> list[Line]:
    """Lines that were not trained on: the cheques of the validation part, and `count` lines of validation digits, half
    of them on printed paper. The same for the same seed."""
    rng = np.random.default_rng((seed, 7))
    glyphs = Glyphs(digits)
    lines: list[Line] = [(cheque.ink, cheque.text) for cheque in cheques]
    for index in range(count):
        ink, text = compose(glyphs, rng, int(rng.integers(1, 8)))
        lines.append((on_paper(ink, rng) if index % 2 else ink, text))
    return lines


def as_arrays(lines: Sequence[Line], seed: int) -> tuple[FloatArray, NDArray[np.int32]]:
    """Lines in a field of one width, float32 (N, 40, 256, 1), and their labels, for Keras's validation."""
    rng = np.random.default_rng((seed, 8))
    fields = [vary(ink, rng, FIELD) for ink, _ in lines]
    return np.stack(fields)[..., np.newaxis], labels_of([text for _, text in lines])


def build_reader_part(folder: Path, trained: TrainedReader, data: ReaderData) -> dict[str, Any]:
    """Write `reader.tflite`, `reader.keras` and `reader.json` into a new folder.

    The confidence is calibrated on the validation lines; the figures are of the held-out cheques and of lines of test
    digits.

    Returns:
        What `reader.json` says.

    Raises:
        SettingsError: the folder exists.
        ArtifactError: the exported file does not answer as the network does, or is too large.
    """
    with new_folder(folder) as aside:
        return _write(aside, trained, data)


def put_into(model_folder: Path, reader_folder: Path) -> None:
    """Copy the files of the reader that serve into a model folder and renew the hashes in its `config.json`.

    The Keras file stays where it is: it is as large as all the rest, and only a further training wants it.

    Raises:
        ArtifactError: the model folder cannot be used.
    """
    artifact = load_artifact(model_folder)
    for name in (READER_SETTINGS, READER_TFLITE):
        shutil.copyfile(reader_folder / name, model_folder / name)
    save_config(model_folder, artifact.config)
    if (model_folder / METRICS).is_file():
        card = model_card(artifact.config, load_metrics(artifact), reader=load_reader_report(model_folder))
        (model_folder / CARD).write_text(card, encoding="utf-8")


def summary(content: dict[str, Any]) -> str:
    """What `reader.json` says about accuracy, for the terminal."""
    metrics, way = content["metrics"], "beam" if content["beam"] > 1 else "greedy"
    rows = [(name, metrics[name][way]) for name in ("validation", "held_out_cheques") if name in metrics]
    lines = [
        f"{name:18}{100 * row['accuracy']:6.1f} % of {row['lines']} lines right, "
        f"{100 * row['digit_error_rate']:.1f} % digit errors"
        for name, row in rows
    ]
    gaps = "  ".join(f"{gap}: {100 * share:.0f}" for gap, share in metrics["mnist_test_gaps"].items())
    return "\n".join([*lines, f"{'gap in pixels: %':18} {gaps}"])


def _write(folder: Path, trained: TrainedReader, data: ReaderData) -> dict[str, Any]:
    path = folder / READER_TFLITE
    parity = _export(trained.model, folder, [fit_line(ink)[0] for ink, _ in data.validation[:20]])
    beam = MERGED_BEAM if trained.members else 1
    temperature = reading_temperature(LineReader(path, ReaderSettings(1.0, beam)), data.validation)
    reader = LineReader(path, ReaderSettings(temperature, beam))
    metrics: dict[str, Any] = {
        "validation": measure(reader, data.validation),
        "mnist_test_gaps": {str(gap): gap_accuracy(reader, data.test, gap) for gap in GAPS},
    }
    if data.held_out:
        lines = [(cheque.ink, cheque.text) for cheque in data.held_out]
        overlap = place_overlap(reader, data.held_out)
        metrics["held_out_cheques"] = measure(reader, lines) | {"place_overlap": overlap}
    content = {
        "format_version": FORMAT_VERSION,
        **asdict(reader.settings),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "model": {
            "parameters": int(trained.model.count_params()),
            "tflite_bytes": path.stat().st_size,
            "parity": parity,
        },
        "metrics": metrics,
        "datasets": data.counts,
        "training": {"members": trained.members, "seconds": trained.seconds}
        if trained.members
        else asdict(trained.settings)
        | {"seconds": round(trained.seconds, 1), "start": sha256_of(trained.start)[:12] if trained.start else None},
        "history": {name: [float(f"{value:.6g}") for value in values] for name, values in trained.history.items()},
    }
    text = json.dumps(content, indent=1)
    (folder / READER_SETTINGS).write_text(text + "\n", encoding="utf-8")
    written: dict[str, Any] = json.loads(text)  # as readers will find it: tuples are lists
    return written


def _export(model: Any, folder: Path, fitted: Sequence[FloatArray]) -> float:
    """Write both files of the network; the largest share of the probability that lies elsewhere, of these lines."""
    model.save(folder / READER_KERAS, include_optimizer=False)
    path = folder / READER_TFLITE
    options: dict[str, Any] = {}
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        options = {"optimizations": [tf.lite.Optimize.DEFAULT]}  # weights of 8 bits, sums in floats
    with contextlib.redirect_stdout(io.StringIO()):  # the converter prints the signature
        model.export(path, format="litert", verbose=False, **options)
    if path.stat().st_size > LARGEST:
        raise ArtifactError(f"{path.name} has {path.stat().st_size:,} bytes; {LARGEST:,} are allowed.")
    reader = LineReader(path, ReaderSettings())
    difference = 0.0
    for line in fitted:
        logits = keras.ops.convert_to_numpy(model(line[np.newaxis, :, :, np.newaxis], training=False))[0]
        steps = np.exp(reader.steps(line))
        moved = np.abs(softmax(logits).reshape(steps.shape) - steps).sum(axis=-1) / 2
        difference = max(difference, float(moved.mean()))
    if not difference <= PARITY_TOLERANCE:
        raise ArtifactError(
            f"{path.name} and the Keras network give {100 * difference:.2g} % of a line's probability to other digits; "
            f"{100 * PARITY_TOLERANCE:.0f} % is allowed."
        )
    return difference
