"""A comparison makes each row once, keeps it, and never takes another row for it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NoReturn

import pytest

from digit.artifact import load_artifact, verify
from digit.data.mnist import Mnist
from digit.errors import SettingsError
from digit.evaluation.report import load_report
from digit.learning.comparison import systems as comparison
from digit.learning.comparison.measuring import ROW
from digit.learning.comparison.systems import (
    ComparisonData,
    compare,
    comparison_data,
    list_systems,
    parse_systems,
)
from tests.digits import make_digits

SYSTEMS = ["mlp_small", "logistic_regression"]
QUICK = {"epochs": 2, "batch_size": 32}
KEYS = [
    "name", "kind", "title", "description", "accuracy", "errors", "macro_precision", "macro_recall", "macro_f1",
    "roc_auc", "log_loss", "ece", "rmse", "real_world", "parameters", "bytes", "latency_ms", "train_seconds",
    "train_digits", "made",
]  # fmt: skip


@pytest.fixture(scope="module")
def data() -> ComparisonData:
    return comparison_data(Mnist(make_digits(400), make_digits(60, seed=1)), None)


@pytest.fixture(scope="module")
def finished(
    data: ComparisonData, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[dict[str, Any]], float]:
    folder = tmp_path_factory.mktemp("comparison")
    rows, seconds = compare(folder, SYSTEMS, data, changes=QUICK, log=lambda line: None, verbose=0)
    return folder, rows, seconds


@pytest.fixture
def copy(finished: tuple[Path, list[dict[str, Any]], float], tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished[0], tmp_path / "copy"))


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: object, **kwargs: object) -> NoReturn:
        raise AssertionError("something was trained again")

    monkeypatch.setattr(comparison, "train", never)
    monkeypatch.setattr(comparison, "fit_baseline", never)


def test_rows_say_everything_of_each_system(finished: tuple[Path, list[dict[str, Any]], float]) -> None:
    _, rows, seconds = finished
    assert [row["name"] for row in rows] == SYSTEMS
    assert [row["kind"] for row in rows] == ["preset", "baseline"]
    assert all(sorted(row) == sorted(KEYS) for row in rows)
    assert [row["parameters"] for row in rows] == [42_310, 7_850]
    assert all(row["train_digits"] == 380 and row["errors"] == round(60 * (1 - row["accuracy"])) for row in rows)
    assert rows[1]["accuracy"] > 0.8
    assert seconds > sum(row["train_seconds"] for row in rows) > 0


def test_every_finished_system_has_a_folder_of_its_own(finished: tuple[Path, list[dict[str, Any]], float]) -> None:
    folder, rows, _ = finished
    assert sorted(path.name for path in folder.iterdir()) == sorted(SYSTEMS)  # no checkpoint, nothing half made
    verify(load_artifact(folder / "mlp_small"))
    assert {path.name for path in (folder / "logistic_regression").iterdir()} == {"report.npz", ROW}
    for row in rows:
        report = load_report(folder / row["name"] / "report.npz")["mnist_test"]
        assert (report.predictions != report.labels).sum() == row["errors"]


@pytest.mark.usefixtures("no_training")
def test_finished_rows_are_not_made_again(
    finished: tuple[Path, list[dict[str, Any]], float], data: ComparisonData, copy: Path
) -> None:
    lines: list[str] = []
    rows, seconds = compare(copy, SYSTEMS, data, changes=QUICK, log=lines.append)
    assert (rows, seconds) == finished[1:]
    assert sum("finished earlier" in line for line in lines) == 2


@pytest.mark.usefixtures("no_training")
def test_a_model_folder_without_its_row_is_measured_and_not_trained_again(
    finished: tuple[Path, list[dict[str, Any]], float], data: ComparisonData, copy: Path
) -> None:
    """The state that a kill between the two leaves behind."""
    (copy / "mlp_small" / ROW).unlink()
    rows, _ = compare(copy, SYSTEMS, data, changes=QUICK, log=lambda line: None)
    assert {**rows[0], "latency_ms": 0} == {**finished[1][0], "latency_ms": 0}
    assert (copy / "mlp_small" / ROW).is_file()


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("row_is_there", [True, False])
def test_a_row_of_another_training_is_refused(data: ComparisonData, copy: Path, row_is_there: bool) -> None:
    if not row_is_there:
        (copy / "mlp_small" / ROW).unlink()
    with pytest.raises(
        SettingsError, match=r"mlp_small was made with settings\.epochs 2, and would now be made with 3"
    ):
        compare(copy, SYSTEMS, data, changes={**QUICK, "epochs": 3}, log=lambda line: None)


@pytest.mark.usefixtures("no_training")
def test_a_row_on_other_digits_is_refused(copy: Path) -> None:
    other = comparison_data(Mnist(make_digits(300), make_digits(60, seed=1)), None)
    with pytest.raises(
        SettingsError, match=r"was made with datasets\.mnist\.train 380, and would now be made with 285"
    ):
        compare(copy, SYSTEMS[1:], other, changes=QUICK, log=lambda line: None)


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("content", ["{", "{}", "[]"])
def test_a_damaged_row_is_refused(data: ComparisonData, copy: Path, content: str) -> None:
    (copy / "logistic_regression" / ROW).write_text(content)
    with pytest.raises(SettingsError, match=r"logistic_regression should contain a finished system with its row\.json"):
        compare(copy, SYSTEMS, data, changes=QUICK, log=lambda line: None)


def test_an_interrupted_comparison_keeps_what_is_finished(
    data: ComparisonData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object, **kwargs: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(comparison, "train", stop)
    with pytest.raises(KeyboardInterrupt):
        compare(tmp_path, SYSTEMS[::-1], data, changes=QUICK, log=lambda line: None, verbose=0)
    assert [path.name for path in tmp_path.iterdir()] == ["logistic_regression"]


@pytest.mark.usefixtures("no_training")
def test_the_flagship_may_be_a_finished_one(data: ComparisonData, tmp_path: Path, model_folder: Path) -> None:
    flagship = load_artifact(model_folder)
    rows, _ = compare(tmp_path, ["flagship"], data, flagship=flagship, log=lambda line: None)
    assert rows[0]["accuracy"] > 0.9
    assert rows[0]["bytes"] == flagship.tflite.stat().st_size
    assert rows[0]["train_digits"] == sum(part["train"] for part in flagship.config.datasets.values())
    assert [path.name for path in (tmp_path / "flagship").iterdir()] == [ROW]


def test_all_systems_validate_on_the_same_digits(data: ComparisonData) -> None:
    assert (len(data.digits.training), len(data.digits.validation)) == (380, 20)
    assert data.digits.counts == {"mnist": {"train": 380, "validation": 20, "split": "stratified"}}


def test_systems_are_named_in_one_order_with_the_flagship_first() -> None:
    assert list_systems()[0] == "flagship"
    assert parse_systems(None) == list_systems()
    assert parse_systems("random_forest, mlp_small,flagship") == ["flagship", "mlp_small", "random_forest"]
    with pytest.raises(SettingsError, match=r"There is no system 'resnet' to compare\. Systems: flagship, cnn_classic"):
        parse_systems("mlp_small,resnet")
