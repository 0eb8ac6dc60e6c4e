"""The tables hold every row, and a bundle gets all files of a comparison and verifies afterwards."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from digit.artifact import load_artifact, verify
from digit.data.mnist import Mnist
from digit.data.profile import load_exploration
from digit.errors import SettingsError
from digit.evaluation.report import load_report
from digit.evaluation.robustness import load_robustness
from digit.learning import diagnostics
from digit.learning.comparison import bundling
from digit.learning.comparison.bundling import (
    bundle_comparison,
    check_flagship,
    markdown_table,
    save_tables,
    text_table,
)
from digit.learning.comparison.systems import compare, comparison_data
from tests.digits import make_digits

MNIST = Mnist(make_digits(300), make_digits(40, seed=1))
SYSTEMS = ["flagship", "cnn_classic", "pca_logistic_regression"]


@pytest.fixture(scope="module")
def finished(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("comparison")
    rows, seconds = compare(
        folder,
        SYSTEMS,
        comparison_data(MNIST, None),
        changes={"epochs": 1},
        flagship=load_artifact(model_folder),
        log=lambda line: None,
        verbose=0,
    )
    save_tables(folder, rows, command="python train.py compare", seconds=seconds)
    return folder, rows


def test_the_text_is_aligned(finished: tuple[Path, list[dict[str, Any]]]) -> None:
    head, *lines = text_table(finished[1]).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(name.ljust(23)) for line, name in zip(lines, SYSTEMS, strict=True))
    end = head.index("errors") + len("errors")
    assert [int(line[:end].split()[-1]) for line in lines] == [row["errors"] for row in finished[1]]
    assert lines[2].split("%")[2].split()[:2] == ["-", "40,494"]  # no pictures; weights of PCA and regression


def test_markdown_has_a_cell_for_each_figure(finished: tuple[Path, list[dict[str, Any]]]) -> None:
    lines = markdown_table(finished[1]).splitlines()
    assert len(lines) == 5
    assert {line.count("|") for line in lines} == {len(bundling.COLUMNS) + 1}


def test_the_saved_tables_hold_the_rows(finished: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, rows = finished
    saved = json.loads((folder / "comparison.json").read_text())
    assert saved["systems"] == rows
    assert saved["set"] == "mnist_test"
    assert "cores" in saved["machine"]
    assert saved["minutes"] >= 0
    with (folder / "comparison.csv").open() as file:
        assert [row["title"] for row in csv.DictReader(file)] == [row["title"] for row in rows]
    assert (folder / "comparison.md").read_text() == markdown_table(rows)


def test_a_bundle_gets_every_file_and_verifies(
    finished: tuple[Path, list[dict[str, Any]]], model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnostics, "CORRUPTED_DIGITS", 10)
    folder, rows = finished
    bundle = Path(shutil.copytree(model_folder, tmp_path / "model"))
    before = load_artifact(bundle)
    for _ in range(2):  # the second time over what the first has put there
        size = bundle_comparison(bundle, folder, rows, MNIST, log=lambda line: None)

    after = load_artifact(bundle)
    verify(after)
    assert after.config.created == before.config.created
    assert {"comparison.json", "exploration.npz", "robustness.npz"} <= after.config.sha256.keys()
    assert {path.name for path in (bundle / "comparison").iterdir()} == {
        "cnn_classic.npz",
        "cnn_classic.csv",
        "pca_logistic_regression.npz",
    }
    assert load_report(bundle / "comparison" / "pca_logistic_regression.npz").sets == ("mnist_test",)
    assert load_robustness(bundle / "robustness.npz").systems == ("flagship", "cnn_classic")
    assert load_exploration(bundle / "exploration.npz").class_counts.sum() == 340
    assert json.loads((bundle / "comparison.json").read_text())["systems"] == rows
    new = [bundle / "comparison.json", bundle / "exploration.npz", bundle / "robustness.npz"]
    assert size == sum(path.stat().st_size for path in [*new, *(bundle / "comparison").iterdir()])
    assert not [path for path in bundle.iterdir() if path.name.startswith(".")]


def test_a_full_disk_leaves_the_bundle_as_it_was(
    finished: tuple[Path, list[dict[str, Any]]], model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundling, "save_exploration", full)
    bundle = Path(shutil.copytree(model_folder, tmp_path / "model"))
    before = {path.name: path.stat().st_mtime for path in bundle.iterdir()}
    with pytest.raises(OSError, match="No space left"):
        bundle_comparison(bundle, *finished, MNIST, log=lambda line: None)
    assert {path.name: path.stat().st_mtime for path in bundle.iterdir()} == before
    verify(load_artifact(bundle))


def test_the_flagship_of_a_comparison_is_a_flagship_and_the_bundles_own(
    finished: tuple[Path, list[dict[str, Any]]], model_folder: Path
) -> None:
    flagship, classic = load_artifact(model_folder), load_artifact(finished[0] / "cnn_classic")
    check_flagship(flagship, None)
    check_flagship(flagship, flagship)
    with pytest.raises(SettingsError, match="is a cnn_classic: expected a model folder of the preset flagship"):
        check_flagship(classic, None)
    with pytest.raises(SettingsError, match="are different models"):
        check_flagship(flagship, classic)
