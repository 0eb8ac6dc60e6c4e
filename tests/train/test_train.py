"""train.py tells the whole story on a small MNIST: a folder that verifies, or one clear sentence."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

import train
from digit.artifact import load_artifact, load_metrics, verify
from digit.data import mnist as datasets
from digit.data.profile import load_exploration
from digit.evaluation.report import load_report
from digit.evaluation.robustness import load_robustness
from digit.recognizer import load_recognizer
from tests.digits import draw_digit, make_digits


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    part, test = make_digits(600), make_digits(100, seed=1)
    np.savez(folder / "mnist.npz", x_train=part.images, y_train=part.labels, x_test=test.images, y_test=test.labels)
    return folder


@pytest.fixture(autouse=True)
def small_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "MNIST_COUNTS", {"train": 600, "test": 100})


def test_the_story_ends_with_a_folder_that_reads_digits(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "model"
    arguments = ["--preset", "cnn_classic", "--epochs", "6", "--batch-size", "32", "--verbose", "0"]
    assert train.main([*arguments, "--data-dir", str(data_dir), "--output", str(folder)]) == 0

    artifact = load_artifact(folder)
    verify(artifact)
    assert {p.name for p in folder.iterdir()} == {
        *artifact.config.sha256,
        "config.json",
        "README.md",
        "figures",
        "report.txt",
    }
    drawn = {path.name for path in (folder / "figures").iterdir()}
    assert {"confusion-matrix.png", "roc.svg", "learning-curves.png", "robustness.png"} <= drawn
    assert "precision    recall  f1-score" in (folder / "report.txt").read_text()
    assert load_robustness(folder / "robustness.npz").systems == ("cnn_classic",)
    assert load_exploration(folder / "exploration.npz").class_counts.tolist() == [[60] * 10, [10] * 10]
    metrics = load_metrics(artifact)
    report = load_report(folder / "report.npz")["mnist_test"]
    assert metrics["sets"]["mnist_test"]["accuracy"] == (report.predictions == report.labels).mean()
    assert metrics["sets"]["mnist_test"]["accuracy"] > 0.8
    assert f"{100 * metrics['sets']['mnist_test']['accuracy']:.2f} %" in (folder / "README.md").read_text()
    with (folder / "history.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2", "3", "4", "5", "6"]
    assert load_recognizer(folder).predict(draw_digit(0)).digit == 0
    assert f"DIGIT_MODEL={folder} python app.py" in capsys.readouterr().out
    assert json.loads((folder / "config.json").read_text())["datasets"]["mnist"]["train"] == 570


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--preset", "resnet"], "There is no preset 'resnet'. Presets: flagship, cnn_classic"),
        (["--epochs", "0"], "epochs should be 1 or more; received 0"),
        (["--data-dir", "nowhere"], "--data-dir is nowhere, which is not a folder"),
    ],
)
def test_mistakes_end_with_one_sentence_and_no_folder(
    arguments: list[str], sentence: str, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--data-dir", str(data_dir), "--output", str(tmp_path / "new"), *arguments]
    assert train.main(given) == 2
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_not_overwritten(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main(["--data-dir", str(data_dir), "--output", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_explore_counts_checks_and_draws(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The counts and checks are printed, the arrays and figures lie in the folder, and nothing is trained."""
    folder = tmp_path / "exploration"
    assert train.main(["explore", "--data-dir", str(data_dir), "--output", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "duplicates 0 training images" in out
    assert str(folder) in out
    assert load_exploration(folder / "exploration.npz").class_counts.tolist() == [[60] * 10, [10] * 10]
    assert {p.name for p in folder.iterdir()} == {"exploration.npz", "figures"}
    assert train.main(["explore", "--data-dir", str(data_dir), "--output", str(folder)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_an_exploration_goes_into_a_model_folder(data_dir: Path, tmp_path: Path, model_folder: Path) -> None:
    folder, model = tmp_path / "exploration", tmp_path / "model"
    shutil.copytree(model_folder, model)
    given = ["explore", "--data-dir", str(data_dir), "--output", str(folder), "--into", str(model)]
    assert train.main(given) == 0
    verify(load_artifact(model))
    assert load_exploration(model / "exploration.npz").class_counts.tolist() == [[60] * 10, [10] * 10]


def test_own_pictures_are_added_and_compared_with_the_start(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "My Notes"
    rng = np.random.default_rng(4)
    for digit in range(10):
        (own / str(digit)).mkdir(parents=True)
        for number in range(5):
            paper = np.kron(255 - np.pad(draw_digit(digit, rng), 6), np.ones((4, 4), np.uint8))
            cv2.imwrite(str(own / str(digit) / f"{number}.png"), paper)
    cv2.imwrite(str(own / "3" / "blank.png"), np.full((100, 100), 255, np.uint8))
    common = ["--preset", "mlp_small", "--epochs", "1", "--verbose", "0", "--data-dir", str(data_dir)]
    assert train.main([*common, "--output", str(tmp_path / "first")]) == 0
    capsys.readouterr()
    more = ["--datasets", f"mnist,{own}", "--start", str(tmp_path / "first"), "--output", str(tmp_path / "second")]
    assert train.main([*common, *more]) == 0
    out = capsys.readouterr().out
    assert "Left out  3/blank.png shows nothing" in out
    assert re.search(r"before +after\nmnist_test .* of 100\nmy_notes_test .* of \d+\n(Worse: |No test set)", out)
    config = load_artifact(tmp_path / "second").config
    counts = config.datasets["my_notes"]
    assert counts["train"] + counts["test"] == 50
    assert counts["repeat"] == 570 // (3 * counts["train"])
    assert str(tmp_path) not in (tmp_path / "second" / "config.json").read_text()
