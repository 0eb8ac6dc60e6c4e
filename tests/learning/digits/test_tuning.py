"""A search tries settings, writes them down, goes on where it stopped, and can be shared by several processes."""

from __future__ import annotations

import csv
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digit.artifact import load_artifact
from digit.data.augmentation import AugmentationSettings
from digit.errors import SettingsError
from digit.learning.digits import tuning
from digit.learning.digits.presets import PRESETS, build_model, preset_settings
from digit.learning.digits.settings import TrainingSettings, load_settings
from digit.learning.digits.tuning import Search, scaled, search_space, settings_of, tune
from tests.digits import make_digits

BASE = preset_settings("cnn_classic", epochs=2, batch_size=32, seed=3)
VALUES = {
    "filters_1": 48,
    "filters_2": 96,
    "dense_units": 256,
    "dropout": 0.30000000000000004,
    "batch_normalization": True,
    "learning_rate": 0.0012345,
    "augmentation": 0.5,
}
ROOT = Path(__file__).resolve().parents[3]


def test_no_settings_are_larger_than_the_preset() -> None:
    settings = settings_of(VALUES, BASE)
    assert settings.architecture == {
        "filters": [48, 96],
        "dense_units": 64,
        "dropout": 0.3,
        "batch_normalization": True,
    }
    size = build_model("cnn_classic", architecture=settings.architecture).count_params()
    assert 0.5 * PRESETS["cnn_classic"].parameters < size <= PRESETS["cnn_classic"].parameters
    assert settings.learning_rate == 0.00123
    small = settings_of(VALUES | {"filters_2": 32}, BASE)
    assert small.architecture["dense_units"] == 256


def test_strength_scales_the_geometry_alone() -> None:
    weak = scaled(AugmentationSettings(), 0.5)
    assert (weak.rotation, weak.shift, weak.pen) == (4.5, 0.6, AugmentationSettings().pen)
    assert settings_of(VALUES, replace(BASE, augmentation=None)).augmentation is None


@pytest.mark.parametrize("preset", ["flagship", "mlp_small", "cnn_single"])
def test_a_preset_of_another_kind_is_refused(preset: str) -> None:
    with pytest.raises(SettingsError, match=f"{preset} cannot be tuned. Presets that can: cnn_classic"):
        search_space(TrainingSettings(preset=preset))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"trials": 0}, "--tune should be 1 or more; received 0"),
        ({"epochs": 0}, "--trial-epochs should be 1 or more"),
        ({"tuner": "grid"}, "no tuner 'grid'. Tuners: random, hyperband, bayesian"),
    ],
)
def test_a_search_that_cannot_work_is_refused(change: dict[str, object], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=sentence):
        replace(Search(tmp_path, 2), **change).check()


@pytest.fixture
def small_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "FILTERS", ((2, 4), (2, 4)))
    monkeypatch.setattr(tuning, "DENSE_UNITS", (8, 16))


def _trials(folder: Path) -> list[dict[str, str]]:
    with (folder / "trials.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.usefixtures("small_space")
def test_a_search_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two trials, then one more: the first two are not run again, the best of the three is written."""
    digits = make_digits(64), make_digits(40, seed=1)
    tune(*digits, BASE, Search(tmp_path, 2, epochs=1))
    first = _trials(tmp_path)
    best = tune(*digits, BASE, Search(tmp_path, 3, epochs=1))
    rows = _trials(tmp_path)
    assert rows[:2] == first
    assert [row["status"] for row in rows] == ["completed"] * 3
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["1", "2", "3"]
    winner = max(rows, key=lambda row: float(row["val_accuracy"]))
    assert best is not None
    assert best.architecture["filters"] == [int(n) for n in winner["filters"].split("-")]
    assert best.learning_rate == float(winner["learning_rate"])
    assert best.epochs == BASE.epochs
    assert TrainingSettings(**load_settings(tmp_path / "best.json")) == best
    with pytest.raises(SettingsError, match="contains a search with other settings"):
        tune(*digits, BASE, Search(tmp_path, 3, epochs=2))


@pytest.mark.slow
@pytest.mark.usefixtures("small_space")
@pytest.mark.parametrize(("tuner", "epochs"), [("hyperband", 3), ("bayesian", 1)])
def test_the_other_tuners_work_too(tuner: str, epochs: int, tmp_path: Path) -> None:
    best = tune(make_digits(64), make_digits(40, seed=1), BASE, Search(tmp_path, 3, tuner, epochs=epochs))
    assert best is not None
    rows = _trials(tmp_path)
    assert len(rows) == 3
    assert {row["status"] for row in rows} == {"completed"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_chief_and_two_workers_share_a_search(tmp_path: Path) -> None:
    """Keras Tuner's own distributed search, by its environment variables, through train.py."""
    part, test = make_digits(300), make_digits(50, seed=1)
    np.savez(tmp_path / "mnist.npz", x_train=part.images, y_train=part.labels, x_test=test.images, y_test=test.labels)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = (
        "import train; from digit.data import mnist; from digit.learning.digits import tuning; "
        "mnist.MNIST_COUNTS = {'train': 300, 'test': 50}; tuning.FILTERS = ((2, 4), (2, 4)); "
        "tuning.DENSE_UNITS = (8, 16); raise SystemExit(train.main())"
    )
    arguments = ["--tune", "4", "--trial-epochs", "1", "--epochs", "1", "--data-dir", ".", "--verbose", "0"]
    processes = {
        name: subprocess.Popen(
            [sys.executable, "-c", script, *arguments, "--tuning", "search", "--output", "best"],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "KERASTUNER_TUNER_ID": name,
                "KERASTUNER_ORACLE_IP": "127.0.0.1",
                "KERASTUNER_ORACLE_PORT": str(port),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("chief", "tuner0", "tuner1")
    }
    try:
        answers = {name: process.communicate(timeout=800) for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.kill()
    assert {name: process.returncode for name, process in processes.items()} == dict.fromkeys(processes, 0), answers
    trials = [
        line for name in ("tuner0", "tuner1") for line in answers[name][0].splitlines() if line.startswith("Trial ")
    ]
    assert sorted(int(line.split()[1]) for line in trials) == [1, 2, 3, 4]
    assert [row["status"] for row in _trials(tmp_path / "search")] == ["completed"] * 4
    assert "the chief process trains" in answers["tuner1"][0]
    trained = load_artifact(tmp_path / "best").config.training
    assert trained["architecture"] == load_settings(tmp_path / "search" / "best.json")["architecture"]
