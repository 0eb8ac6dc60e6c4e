"""A training ends with the averaged weights, measures them each round, and goes on where it was interrupted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.errors import SettingsError
from digit.learning.checkpoint import COLUMNS, Checkpoint
from digit.learning.numbers.fitting import as_float32, built, fit, prepare
from digit.learning.numbers.settings import FitSettings

Array = NDArray[np.float32]
SETTINGS = FitSettings(steps=9, log_steps=3, learning_rate=0.05)


class Sums:
    """Vectors and their sums; notes which batches were asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def batch(self, round_: int, index: int) -> tuple[Array, Array]:
        self.asked.append((round_, index))
        inputs = np.random.default_rng((round_, index)).normal(size=(8, 3)).astype(np.float32)
        return inputs, inputs.sum(axis=1, keepdims=True)


class StopError(Exception):
    pass


class Stopping(Sums):
    """Breaks off in the second round."""

    def batch(self, round_: int, index: int) -> tuple[Array, Array]:
        if round_ == 1:
            raise StopError
        return super().batch(round_, index)


def accuracy(truth: Any, answer: Any) -> Any:
    """Share of the sums that are nearly right."""
    return keras.ops.mean(keras.ops.cast(keras.ops.abs(truth - answer) < 0.5, "float32"))


def network() -> Any:
    prepare(SETTINGS)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1)])


VALIDATION = Sums().batch(99, 0)


@dataclass
class Run:
    """A finished training, and its checkpoint."""

    model: Any
    history: dict[str, list[float]]
    asked: list[tuple[int, int]]
    path: Path


def run(path: Path, batches: Sums | None = None, filters: tuple[int, ...] = (2, 3)) -> Run:
    model, batches = network(), batches or Sums()
    identity = {"steps": SETTINGS.steps, "filters": filters}
    history = fit(
        model, batches, VALIDATION, SETTINGS, Checkpoint(path), identity, loss="mse", metrics=[accuracy], verbose=0
    )
    return Run(model, history, batches.asked, path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("training") / "training.npz")


def test_every_batch_of_every_round_is_trained_on_once(whole: Run) -> None:
    assert sorted(whole.asked) == [(round_, index) for round_ in range(3) for index in range(3)]
    assert {name: len(values) for name, values in whole.history.items()} == dict.fromkeys(COLUMNS, 3)
    assert whole.history["val_loss"][-1] < whole.history["val_loss"][0]
    assert whole.history["learning_rate"] == sorted(whole.history["learning_rate"], reverse=True)


def test_the_kept_weights_are_the_averaged_ones_and_the_figures_are_theirs(whole: Run) -> None:
    """The last figures of the validation are those of the network as it is kept."""
    averages = whole.model.optimizer._model_variables_moving_average
    for weight, average in zip(whole.model.trainable_weights, averages, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(weight), keras.ops.convert_to_numpy(average))
    kept = whole.model.evaluate(*VALIDATION, verbose=0, return_dict=True)
    assert whole.history["val_loss"][-1] == pytest.approx(kept["loss"], rel=1e-5)
    assert whole.history["val_accuracy"][-1] == pytest.approx(kept["accuracy"])


def test_an_interrupted_training_goes_on_and_ends_like_an_unbroken_one(whole: Run, tmp_path: Path) -> None:
    path = tmp_path / "training.npz"
    with pytest.raises(StopError):
        run(path, Stopping())
    resumed = run(path)
    assert {round_ for round_, _ in resumed.asked} == {1, 2}
    assert resumed.history["val_loss"] == pytest.approx(whole.history["val_loss"], rel=1e-4)
    for ours, theirs in zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_a_training_that_was_killed_at_its_end_is_not_done_again(whole: Run, tmp_path: Path) -> None:
    """Settings with tuples in them are the same when they come back from the file."""
    path = tmp_path / "training.npz"
    path.write_bytes(whole.path.read_bytes())
    again = run(path)
    assert again.asked == []
    assert again.history == whole.history
    for ours, theirs in zip(again.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_checkpoint_of_another_training_is_refused(whole: Run) -> None:
    content = whole.path.read_bytes()
    with pytest.raises(SettingsError, match=r"differs in filters: it has \[2, 3\], received \[2, 4\]"):
        run(whole.path, filters=(2, 4))
    assert whole.path.read_bytes() == content


def test_settings_that_cannot_work_are_refused_before_anything_is_made() -> None:
    with pytest.raises(SettingsError, match="steps should be 1 or more"):
        prepare(replace(SETTINGS, steps=0))


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
def test_what_is_kept_is_float32_whatever_it_was_trained_in(precision: str) -> None:
    model = built(network, precision)
    assert model.compute_dtype == ("float32" if precision == "float32" else "bfloat16")
    assert keras.config.dtype_policy().name == "float32"
    kept = as_float32(network, model)
    assert kept.compute_dtype == "float32"
    for ours, theirs in zip(kept.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
