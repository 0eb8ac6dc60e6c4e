"""Every file of a model folder has its figures, every figure is a file that opens, and what is missing is left out."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digit.artifact import Artifact, verify
from digit.data.mnist import Mnist
from digit.data.profile import save_exploration
from digit.data.profile.analysis import explore
from digit.errors import ArtifactError
from digit.evaluation.metrics import evaluate, report_text
from digit.evaluation.plots.figures import write_figures
from digit.evaluation.report import load_report, save_report
from digit.evaluation.robustness import measure_robustness, save_robustness
from tests.digits import make_digits

OF_THE_REPORT = {"confusion-matrix", "confusion-matrix-normalised", "roc", "precision-recall", "reliability"}
OF_THE_REPORT |= {"coverage", "mistakes"}
OF_THE_COMPARISON = {"error-by-size", "error-by-latency"}
OF_THE_ROBUSTNESS = {"robustness", "corruptions"}
OF_THE_EXPLORATION = {"class-counts", "intensities", "heat-map", "class-images", "samples", "pca", "tsne"}
MNIST = Mnist(make_digits(60), make_digits(20, seed=1))


def figures(folder: Path) -> set[str]:
    """The names of the figures; fails when one lacks its twin, is blank or is no picture."""
    paths = sorted((folder / "figures").iterdir())
    assert {path.stem for path in paths if path.suffix == ".png"} == {p.stem for p in paths if p.suffix == ".svg"}
    for path in paths:
        if path.suffix == ".svg":
            assert ET.parse(path).getroot().tag.endswith("svg")
        else:
            with Image.open(path) as picture:
                assert len(np.unique(np.asarray(picture))) > 5, path.name
    return {path.stem for path in paths}


def test_report_and_history_are_drawn(reported: Artifact) -> None:
    """A model folder gets the figures of its evaluation and of its training, and the text; its hashes still hold."""
    written = write_figures(reported.path)
    assert figures(reported.path) == OF_THE_REPORT | {"learning-curves"}
    assert {path.name for path in written} == {p.name for p in (reported.path / "figures").iterdir()} | {"report.txt"}
    text = (reported.path / "report.txt").read_text()
    assert text.startswith("mnist_test: 91.67 % of 300 digits, 25 wrong (95 % interval")
    assert "precision    recall  f1-score   support" in text
    verify(reported)


def test_comparison_and_robustness_are_drawn(tmp_path: Path) -> None:
    """A folder with these files alone has these figures alone."""
    row = {"name": "flagship", "kind": "preset", "accuracy": 0.99, "bytes": 1000, "latency_ms": 0.2}
    (tmp_path / "comparison.json").write_text(json.dumps({"systems": [row]}))
    digits = make_digits(2)
    found = measure_robustness({"three": lambda x: np.tile(np.eye(10)[3], (len(x), 1))}, digits.images, digits.labels)
    save_robustness(tmp_path / "robustness.npz", found)
    write_figures(tmp_path)
    assert figures(tmp_path) == OF_THE_COMPARISON | OF_THE_ROBUSTNESS
    assert not (tmp_path / "report.txt").exists()


def test_nothing_to_draw(tmp_path: Path) -> None:
    """An empty folder stays empty."""
    assert write_figures(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_same_folder_gives_the_same_files(tmp_path: Path) -> None:
    """Nothing of the day or of chance is in a figure."""
    (tmp_path / "history.csv").write_text("epoch,accuracy,loss\n1,0.5,2\n2,0.7,1\n")
    first = {path: path.read_bytes() for path in write_figures(tmp_path)}
    assert {path: path.read_bytes() for path in write_figures(tmp_path)} == first


def test_text_names_the_disputed_labels(tmp_path: Path) -> None:
    """A mistake on test image 947, whose label is disputed, is counted as such in MNIST's test set alone."""
    labels = (np.arange(1000) % 10).astype(np.uint8)
    probabilities = np.eye(10, dtype=np.float32)[labels]
    probabilities[947] = np.eye(10)[9]
    pair = (evaluate(labels, probabilities), np.zeros((1000, 28, 28), np.uint8))
    save_report(tmp_path / "report.npz", {"mnist_test": pair, "usps_test": pair})
    text = report_text(load_report(tmp_path / "report.npz"))
    assert text.count("1 of the wrong ones have a label that most annotators dispute") == 1
    assert "usps_test: 99.90 % of 1,000 digits, 1 wrong" in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("history.csv", ""),
        ("history.csv", "epoch,loss\n1,much\n"),
        ("comparison.json", "[]"),
        ("comparison.json", '{"systems": [{"name": "x"}]}'),
        ("comparison.json", '{"systems": [1]}'),
        ("comparison.json", "{"),
        ("report.npz", "no"),
        ("robustness.npz", "no"),
        ("exploration.npz", "no"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: str) -> None:
    """Each file that does not hold what it should ends in one sentence with its name."""
    (tmp_path / name).write_text(content)
    with pytest.raises(ArtifactError, match=name):
        write_figures(tmp_path)


def test_findings_of_another_kind_of_data(tmp_path: Path) -> None:
    """A class without a digit, as a part of a data set may have, is no reason to fail."""
    some = make_digits(60)
    part = some[some.labels < 7]
    save_exploration(tmp_path / "exploration.npz", explore(Mnist(part, part[:0]), points=10))
    write_figures(tmp_path)
    assert figures(tmp_path) == OF_THE_EXPLORATION
