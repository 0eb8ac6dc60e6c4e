"""`train.py compare` tells its story on a small MNIST: a table, or one clear sentence and everything finished kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

import train
from digit.artifact import load_artifact, verify
from digit.data import mnist as datasets
from digit.learning.comparison import bundling
from digit.learning.comparison import systems as comparison
from tests.digits import make_digits

QUICK = ["compare", "--systems", "mlp_small,logistic_regression", "--epochs", "1", "--verbose", "0"]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    part, test = make_digits(400), make_digits(60, seed=1)
    np.savez(folder / "mnist.npz", x_train=part.images, y_train=part.labels, x_test=test.images, y_test=test.labels)
    return folder


@pytest.fixture(autouse=True)
def small_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "MNIST_COUNTS", {"train": 400, "test": 60})


def test_one_table_and_a_second_run_that_trains_nothing(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [*QUICK, "--data-dir", str(data_dir), "--output", str(tmp_path / "out")]
    assert train.main(given) == 0
    printed = capsys.readouterr().out
    saved = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert [row["name"] for row in saved["systems"]] == ["mlp_small", "logistic_regression"]
    assert bundling.text_table(saved["systems"]) in printed
    assert "--data-dir DIR --output DIR" in saved["command"]
    assert str(tmp_path) not in (tmp_path / "out" / "comparison.json").read_text()

    monkeypatch.setattr(comparison, "train", None)
    monkeypatch.setattr(comparison, "fit_baseline", None)
    assert train.main(given) == 0
    again = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert (again["systems"], again["minutes"]) == (saved["systems"], saved["minutes"])


def test_the_bundle_is_its_own_flagship(
    data_dir: Path,
    tmp_path: Path,
    model_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparison, "train", None)
    bundle = shutil.copytree(model_folder, tmp_path / "model")
    given = ["compare", "--systems", "flagship,logistic_regression", "--bundle", str(bundle)]
    assert train.main([*given, "--data-dir", str(data_dir), "--output", str(tmp_path / "out")]) == 0
    verify(load_artifact(bundle))
    saved = json.loads((Path(bundle) / "comparison.json").read_text())
    assert [row["name"] for row in saved["systems"]] == ["flagship", "logistic_regression"]
    assert saved["systems"][0]["bytes"] == load_artifact(model_folder).tflite.stat().st_size
    assert "MB added" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("stop", "status", "sentence"),
    [
        (KeyboardInterrupt(), 130, "Stopped."),
        (OSError(28, "No space left on device"), 2, "The disk is full"),
    ],
)
def test_finished_systems_are_kept_and_named(
    stop: BaseException,
    status: int,
    sentence: str,
    data_dir: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: object, **kwargs: object) -> NoReturn:
        raise stop

    given = ["compare", "--data-dir", str(data_dir), "--output", str(tmp_path / "out"), "--verbose", "0"]
    assert train.main([*given, "--systems", "logistic_regression"]) == 0
    monkeypatch.setattr(comparison, "fit_baseline", fail)
    assert train.main([*given, "--systems", "logistic_regression,random_forest"]) == status
    error = capsys.readouterr().err
    assert sentence in error
    assert "Finished and kept: logistic_regression. The same command continues from there." in error
    assert (tmp_path / "out" / "logistic_regression" / "row.json").is_file()
    assert not (tmp_path / "out" / "random_forest").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--systems", "resnet"], "There is no system 'resnet' to compare. Systems: flagship, cnn_classic"),
        (["--bundle", "nowhere"], "No model folder at nowhere"),
        (["--systems", "mlp_small", "--epochs", "0"], "epochs should be 1 or more; received 0"),
    ],
)
def test_mistakes_end_with_one_sentence_and_no_folder(
    arguments: list[str], sentence: str, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["compare", "--data-dir", str(data_dir), "--output", str(tmp_path / "new"), *arguments]
    assert train.main(given) == 2
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_is_shown_names_no_folder_of_this_machine() -> None:
    words = [
        "python",
        "train.py",
        "compare",
        "--data-dir",
        "/home/me/data",
        "--output=../out",
        "--bundle",
        "assets/model",
    ]
    expected = "python train.py compare --data-dir DIR --output=DIR --bundle assets/model"
    assert bundling.public_command(words) == expected
