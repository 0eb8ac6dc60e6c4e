"""The line reader from its network to its files: shapes, a loss that falls, and an export that answers alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from digit.artifact import READER_KERAS, READER_SETTINGS, READER_TFLITE, Artifact, load_artifact, sha256_of, verify
from digit.data.records.cheques import Cheque
from digit.data.synthesis.lines import Glyphs
from digit.errors import ArtifactError, SettingsError
from digit.learning.checkpoint import Checkpoint
from digit.learning.numbers import measuring as lines_measuring
from digit.learning.numbers.batches import labels_of
from digit.learning.numbers.building import (
    ReaderData,
    TrainedReader,
    as_arrays,
    build_reader_part,
    merge,
    put_into,
    validation_lines,
)
from digit.learning.numbers.settings import LineSettings
from digit.learning.numbers.training import accuracy, build_reader, train_reader
from digit.numbers.ctc import greedy
from digit.numbers.line_image import LINE_HEIGHT, fit_line
from digit.numbers.line_reader import LineReader
from tests.digits import make_digits

SMALL = LineSettings(filters=(4, 4, 6, 6, 8), steps=6, log_steps=3, columns=448, learning_rate=1e-2)


@pytest.fixture(scope="module", autouse=True)
def short_curve() -> Iterator[None]:
    """The whole curve of gaps takes minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines_measuring, "GAP_LINES", 4)
        yield


@pytest.fixture(scope="module")
def data() -> ReaderData:
    """Made digits, and one cheque that is a made line."""
    digits = make_digits(60)
    lines = validation_lines(digits, [], 6, seed=0)
    ink, text = next(line for line in lines if len(line[1]) > 1)
    step = ink.shape[1] // len(text)
    boxes = np.array([[i * step, 10, step, 40] for i in range(len(text))], np.int32)
    cheque = Cheque("made.png", text, ink, boxes)
    return ReaderData(digits, [cheque], lines, [cheque], digits, {"made": {"train": 60}})


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return Checkpoint(tmp_path_factory.mktemp("checkpoint") / "unfinished.npz")


@pytest.fixture(scope="module")
def trained(data: ReaderData, checkpoint: Checkpoint) -> TrainedReader:
    arrays = as_arrays(data.validation, 0)
    model, history = train_reader(Glyphs(data.digits), data.cheques, arrays, SMALL, checkpoint=checkpoint, verbose=0)
    return TrainedReader(model, history, SMALL, checkpoint.seconds)


@pytest.fixture(scope="module")
def part(data: ReaderData, trained: TrainedReader, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("reader") / "part"
    return folder, build_reader_part(folder, trained, data)


def test_accuracy_is_that_of_greedy_reading() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (30, 12, 11)).astype(np.float32)
    texts = ["".join(str(d) for d in greedy(row)) for row in logits]
    texts[:10] = [text + "1" for text in texts[:10]]
    share = float(keras.ops.convert_to_numpy(accuracy(labels_of(texts), logits)))
    assert share == pytest.approx(20 / 30)


def test_the_network_answers_every_second_column() -> None:
    model = build_reader(SMALL)
    assert model(np.zeros((2, LINE_HEIGHT, 64, 1), np.float32)).shape == (2, 32, 11)
    assert model(np.zeros((1, LINE_HEIGHT, 96, 1), np.float32)).shape == (1, 48, 11)


def test_the_reader_fits_into_the_bundle() -> None:
    """Four bytes a weight, and 4 MB at most."""
    assert build_reader(LineSettings()).count_params() * 4 < 4_000_000


def test_training_notes_its_history_and_the_loss_falls(trained: TrainedReader) -> None:
    assert len(trained.history["loss"]) == 2
    assert trained.history["loss"][1] < trained.history["loss"][0]


def test_a_training_that_was_killed_at_its_end_is_not_done_again(
    data: ReaderData, trained: TrainedReader, checkpoint: Checkpoint
) -> None:
    again = Checkpoint(checkpoint.path)
    arrays = as_arrays(data.validation, 0)
    model, history = train_reader(Glyphs(data.digits), data.cheques, arrays, SMALL, checkpoint=again, verbose=0)
    assert history == trained.history
    for one, other in zip(model.get_weights(), trained.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_checkpoint_of_another_training_is_refused(
    data: ReaderData, trained: TrainedReader, checkpoint: Checkpoint
) -> None:
    other = replace(SMALL, learning_rate=0.005)
    with pytest.raises(SettingsError, match="differs in learning_rate"):
        train_reader(
            Glyphs(data.digits),
            data.cheques,
            as_arrays(data.validation, 0),
            other,
            checkpoint=Checkpoint(checkpoint.path),
            verbose=0,
        )


def test_a_checkpoint_of_other_data_or_another_start_is_refused(
    data: ReaderData, trained: TrainedReader, checkpoint: Checkpoint, part: tuple[Path, Any]
) -> None:
    arrays, glyphs = as_arrays(data.validation, 0), Glyphs(data.digits)
    for cheques, start, name in ((data.cheques[:-1], None, "data"), (data.cheques, part[0] / READER_KERAS, "start")):
        with pytest.raises(SettingsError, match=f"differs in {name}"):
            train_reader(glyphs, cheques, arrays, SMALL, start=start, checkpoint=Checkpoint(checkpoint.path), verbose=0)


def test_the_part_holds_what_the_reader_needs(part: tuple[Path, Any]) -> None:
    folder, content = part
    assert sorted(path.name for path in folder.iterdir()) == ["reader.json", "reader.keras", "reader.tflite"]
    assert content == json.loads((folder / READER_SETTINGS).read_text())
    assert content["model"]["parity"] < 0.02
    assert content["metrics"]["held_out_cheques"]["greedy"]["lines"] == 1
    reader = LineReader(folder / READER_TFLITE)
    assert reader.settings.temperature == content["temperature"]


def test_finished_readers_answer_as_one(part: tuple[Path, Any], data: ReaderData, tmp_path: Path) -> None:
    """Two of the same say what one says, by the search."""
    content = build_reader_part(tmp_path / "both", merge([part[0], part[0]]), data)
    assert len(content["training"]["members"]) == 2
    assert content["beam"] > 1
    one, both = (LineReader(folder / READER_TFLITE) for folder in (part[0], tmp_path / "both"))
    line = fit_line(data.held_out[0].ink)[0]
    assert both.steps(line).shape == (2, *one.steps(line).shape[1:])
    np.testing.assert_allclose(both.steps(line)[1], one.steps(line)[0], atol=1e-3)


def test_a_folder_without_a_finished_reader_is_not_merged(part: tuple[Path, Any], tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"should hold reader\.keras"):
        merge([part[0], tmp_path])


def test_the_part_goes_into_a_model_folder_and_into_its_hashes(
    part: tuple[Path, Any], tmp_path: Path, model_folder: Path
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("model.tflite", "config.json"):
        (folder / name).write_bytes((model_folder / name).read_bytes())
    put_into(folder, part[0])
    artifact: Artifact = load_artifact(folder)
    assert artifact.config.sha256[READER_TFLITE] == sha256_of(part[0] / READER_TFLITE)
    verify(artifact)
