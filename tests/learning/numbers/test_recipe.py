"""The recipe trains both networks in rounds; a finished stage is kept, and an interrupted recipe goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from digit.data.records.parts import Part
from digit.data.records.pictures import Record
from digit.data.synthesis.glyphs import Glyphs
from digit.errors import SettingsError
from digit.learning.checkpoint import COLUMNS
from digit.learning.numbers import recipe
from digit.learning.numbers.data import PARTS, NumbersData
from digit.learning.numbers.export import finder_parity, reader_parity
from digit.learning.numbers.finder import trainer as finder_trainer
from digit.learning.numbers.recipe import Stages, Trained, train_numbers, validation_lines, whole_cell
from tests.digits import make_digits
from tests.learning.numbers.tiny import FINDER, READER

STAGES = [f"{name}-{number}" for number in range(1, recipe.ROUNDS + 1) for name in ("finder", "reader")]
AGREED_LINES = recipe.agreed_lines

pytestmark = pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`")


def nothing() -> dict[Part, list[Any]]:
    return {part: [] for part in PARTS}


@pytest.fixture(scope="module")
def data() -> NumbersData:
    """A few made digits, and no records."""
    digits = make_digits(30)
    return NumbersData(Glyphs(digits), Glyphs(digits), digits, [], [], nothing(), nothing(), nothing(), {})


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    """Few lines and pages to validate with, steps as they are written rather than compiled, and no search for lines."""
    with pytest.MonkeyPatch.context() as patch, eager(True):
        patch.setattr(recipe, "VALIDATION_LINES", 4)
        patch.setattr(finder_trainer, "VALIDATION_PAGES", 3)
        patch.setattr(recipe, "agreed_lines", lambda *_: [])
        patch.setattr(recipe, "CUT_PAGES", 2)
        yield


@contextmanager
def eager(yes: bool) -> Iterator[None]:
    """Compiling takes a minute for the few steps of these trainings, and running them takes none."""
    if keras.backend.backend() != "tensorflow":
        yield
        return
    import tensorflow as tf

    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(yes)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recipe") / "stages"


@pytest.fixture(scope="module")
def trained(data: NumbersData, folder: Path) -> Trained:
    return train_numbers(data, FINDER, READER, Stages(folder), verbose=0)


def no_training(*_: object, **__: object) -> None:
    raise AssertionError("a finished stage is trained again")


def assert_same_weights(one: Any, other: Any) -> None:
    for ours, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_both_networks_are_trained_in_rounds(trained: Trained, folder: Path) -> None:
    assert list(trained.history) == STAGES
    for history in trained.history.values():
        assert {name: len(values) for name, values in history.items()} == dict.fromkeys(COLUMNS, 1)
        assert all(np.isfinite(values).all() for values in history.values())
    assert trained.agreed == 0
    assert trained.seconds > 0
    assert trained.finder(np.zeros((1, 32, 32, 1), np.float32)).shape == (1, 4, 4, 16)
    assert trained.reader(np.zeros((1, 40, 64, 1), np.float32)).shape == (1, 32, 16)
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{stage}.npz" for stage in STAGES)


def test_the_second_round_is_gentler(trained: Trained) -> None:
    first, second = (trained.history[f"reader-{number}"]["learning_rate"][0] for number in (1, 2))
    assert second == pytest.approx(recipe.LATER_RATE * first)


def test_finished_stages_are_not_trained_again(
    data: NumbersData, trained: Trained, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Networks, history and time are as they were."""
    monkeypatch.setattr(keras.Model, "train_on_batch", no_training)
    again = train_numbers(data, FINDER, READER, Stages(folder), verbose=0)
    assert again.history == trained.history
    assert again.seconds == trained.seconds
    assert_same_weights(again.finder, trained.finder)
    assert_same_weights(again.reader, trained.reader)


def test_an_interrupted_recipe_goes_on_where_it_was(
    data: NumbersData, trained: Trained, folder: Path, tmp_path: Path
) -> None:
    """The stage that is missing is trained, the others are not."""
    shutil.copytree(folder, tmp_path / "stages")
    (tmp_path / "stages" / "reader-2.npz").unlink()
    again = train_numbers(data, FINDER, READER, Stages(tmp_path / "stages"), verbose=0)
    for stage in STAGES[:3]:
        assert again.history[stage] == trained.history[stage]
    assert_same_weights(again.finder, trained.finder)
    assert (tmp_path / "stages" / "reader-2.npz").is_file()


def test_a_training_continues_from_the_networks_of_another(
    data: NumbersData, trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of its rounds are later ones: they begin with lines that agree, at the lower rate."""
    asked: list[Any] = []
    monkeypatch.setattr(recipe, "agreed_lines", lambda *given: asked.append(given) or [])
    start = trained.finder, trained.reader
    again = train_numbers(data, FINDER, READER, Stages(tmp_path / "stages"), verbose=0, start=start, rounds=1)
    assert list(again.history) == ["finder-1", "reader-1"]
    assert [given[1:] for given in asked] == [start]
    first, later = (one.history["reader-1"]["learning_rate"][0] for one in (trained, again))
    assert later == pytest.approx(recipe.LATER_RATE * first)


def test_the_reader_alone_may_be_trained_on(
    data: NumbersData, trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "agreed_lines", lambda *_: [])
    start, stages = (trained.finder, trained.reader), Stages(tmp_path / "stages")
    again = train_numbers(data, FINDER, READER, stages, verbose=0, start=start, rounds=1, keep_finder=True)
    assert list(again.history) == ["reader-1"]
    assert again.finder is trained.finder


def test_stages_of_another_training_are_refused(data: NumbersData, trained: Trained, folder: Path) -> None:
    other = replace(FINDER, fit=replace(FINDER.fit, learning_rate=FINDER.fit.learning_rate / 2))
    with pytest.raises(SettingsError, match="differs in fit"):
        train_numbers(data, other, READER, Stages(folder), verbose=0)


def test_the_second_round_learns_from_the_lines_that_agree(
    data: NumbersData, trained: Trained, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The finder sees where they are, the reader what they look like; both begin with the networks of the first."""
    shutil.copytree(folder, tmp_path / "stages")
    for name in STAGES[2:]:
        for path in (tmp_path / "stages").glob(f"{name}.*"):
            path.unlink()
    lines = [(object(), whole_cell(np.full((40, 60), 200, np.uint8), "12"))]
    monkeypatch.setattr(recipe, "agreed_lines", lambda *_: lines)
    given: dict[str, Any] = {}

    def finder(glyphs: Any, letters: Any, real: Any, validation: Any, settings: Any, **options: Any) -> Any:
        given["real"], given["finder"] = real, options["start"]
        return trained.finder, {}

    def reader(sources: Any, validation: Any, settings: Any, **options: Any) -> Any:
        given["found"], given["reader"] = sources.found, options["start"]
        return trained.reader, {}

    monkeypatch.setattr(recipe, "train_finder", finder)
    monkeypatch.setattr(recipe, "train_reader", reader)
    assert train_numbers(data, FINDER, READER, Stages(tmp_path / "stages"), verbose=0).agreed == 1
    assert given["real"] == [lines[0][0]]
    assert given["found"] == [lines[0][1]]
    assert given["finder"].name == "finder"
    assert given["reader"].name == "reader"


def test_lines_are_looked_for_by_the_networks_as_they_serve(
    data: NumbersData, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the strips and the cells of the training part, which alone are learned from."""
    strip, cell, other = (
        Record(name, np.full((40, 60), 200, np.uint8), "1", True, "") for name in ("strip", "cell", "other")
    )
    seen: list[Any] = []

    def agreed(*given: Any) -> list[Any]:
        seen.extend(given)
        return []

    monkeypatch.setattr(recipe, "agreed", agreed)
    records = replace(
        data,
        strips={**nothing(), "train": [strip], "held_out": [other]},
        cells={**nothing(), "train": [cell], "validation": [other]},
    )
    with eager(False):
        assert AGREED_LINES(records, trained.finder, trained.reader) == []
    listed, finder, reader = seen
    assert listed == [strip, cell]
    assert finder_parity(trained.finder, finder, [strip.grey]) < 0.01
    assert reader_parity(trained.reader, reader, [np.eye(40, 64, dtype=np.float32)]) < 0.01


def test_records_show_how_the_training_goes_and_made_lines_fill_up(data: NumbersData) -> None:
    """Cells as a whole, as they are written; cheques would follow, and lines of digits that are not trained on."""
    cell = Record("a.png", np.full((40, 60), 200, np.uint8), "1.5", True, "decimal")
    lines = validation_lines(replace(data, cells={**nothing(), "validation": [cell]}))
    assert len(lines) == recipe.VALIDATION_LINES
    assert (lines[0].text, lines[0].as_written, lines[0].ink.shape) == ("1.5", True, (44, 64))
    assert all(line.text for line in lines)
    again = validation_lines(replace(data, cells={**nothing(), "validation": [cell]}))
    np.testing.assert_array_equal(again[-1].ink, lines[-1].ink)
