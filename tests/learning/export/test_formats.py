"""Further formats of a model folder are checked, measured, and refused when they lose too much."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import train
from digit.artifact import Artifact, load_artifact, load_metrics, verify
from digit.data import mnist as datasets
from digit.data.mnist import Mnist, validation_split
from digit.errors import ArtifactError, SettingsError
from digit.learning.digits.building import TrainedNetwork, build_artifact
from digit.learning.digits.presets import build_model, preset_settings
from digit.learning.digits.training import train as train_network
from digit.learning.export import formats
from digit.learning.export.convert import FORMATS, export
from digit.learning.export.formats import add_formats, format_table, parse_formats, representative_digits
from tests.digits import make_digits

MNIST = Mnist(make_digits(400), make_digits(100, seed=1))
SMALL = {"filters": [8, 16], "dense_units": 32, "dropout": 0.1}
SETTINGS = preset_settings("cnn_classic", architecture=SMALL, epochs=8, batch_size=16, learning_rate=5e-3)


@pytest.fixture(scope="module")
def trained() -> TrainedNetwork:
    chosen, validating = validation_split(MNIST.train, fraction=SETTINGS.validation_fraction, seed=SETTINGS.split_seed)
    model, history = train_network(MNIST.train[chosen], MNIST.train[validating], SETTINGS, verbose=0)
    counts = {"mnist": {"train": len(chosen), "validation": len(validating), "split": "stratified"}}
    return TrainedNetwork(model, history, SETTINGS, 1.0, counts)


@pytest.fixture
def artifact(trained: TrainedNetwork, tmp_path: Path) -> Artifact:
    _, validating = validation_split(MNIST.train, fraction=SETTINGS.validation_fraction, seed=SETTINGS.split_seed)
    return build_artifact(tmp_path / "model", trained, MNIST.train[validating], {"mnist_test": MNIST.test})


def test_formats_are_measured_and_recorded(artifact: Artifact) -> None:
    rows = add_formats(artifact, ["float16", "int8"], MNIST, force=True)
    again = load_artifact(artifact.path)
    verify(again)
    assert {"model-float16.tflite", "model-int8.tflite"} <= again.config.sha256.keys()
    assert rows["int8"]["bytes"] < rows["float16"]["bytes"] < rows["float32"]["bytes"]
    assert rows["float32"]["accuracy"]["mnist_test"] == load_metrics(again)["sets"]["mnist_test"]["accuracy"]
    assert rows["float16"]["parity"] < 0.05
    assert rows["int8"]["accuracy"]["mnist_test"] > rows["float32"]["accuracy"]["mnist_test"] - 0.05
    exports = load_metrics(again)["exports"]
    assert exports.keys() == {"float32", "float16", "int8"}
    assert exports["int8"]["accuracy"] == rows["int8"]["accuracy"]
    assert [path.name for path in artifact.path.parent.iterdir()] == ["model"]
    assert "int8" in format_table(rows)


def test_a_format_that_loses_too_much_is_refused(
    artifact: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One digit of a hundred is a whole point: nothing of it comes into the folder, unless by --force."""
    np.savez(
        tmp_path / "mnist.npz",
        x_train=MNIST.train.images,
        y_train=MNIST.train.labels,
        x_test=MNIST.test.images,
        y_test=MNIST.test.labels,
    )
    monkeypatch.setattr(datasets, "MNIST_COUNTS", {"train": 400, "test": 100})
    monkeypatch.setattr(formats, "ALLOWED_LOSS", -1.0)
    given = ["export", str(artifact.path), "--formats", "float16", "--data-dir", str(tmp_path)]
    before = (artifact.path / "config.json").read_bytes()
    assert train.main(given) == 2
    assert "Refused, more than 0.05 points of accuracy lost: float16" in capsys.readouterr().err
    assert not (artifact.path / FORMATS["float16"].file).exists()
    assert json.loads(before)["sha256"].keys() == load_artifact(artifact.path).config.sha256.keys()
    assert train.main([*given, "--force"]) == 0
    assert "float16" in load_metrics(load_artifact(artifact.path))["exports"]


def test_digits_of_another_split_are_refused(artifact: Artifact) -> None:
    other = Mnist(make_digits(400, writers=20), MNIST.test)
    with pytest.raises(ArtifactError, match="expected the data folder that it was trained with"):
        add_formats(artifact, ["float16"], other)


def test_representative_digits_are_as_visitors_write() -> None:
    images = representative_digits(MNIST.train)
    assert images.shape == (400, 28, 28)
    assert images.dtype == np.float32
    assert (images.min(), images.max()) == (0, 1)


def test_unknown_formats_are_refused() -> None:
    assert parse_formats("int8, float16,int8") == ["int8", "float16"]
    with pytest.raises(SettingsError, match="no format 'gguf'"):
        parse_formats("int8,gguf")


@pytest.mark.extras("tf2onnx", "onnxruntime")
def test_onnx_answers_as_keras(artifact: Artifact) -> None:
    rows = add_formats(artifact, ["onnx"], MNIST)
    assert rows["onnx"]["parity"] < 1e-3
    assert rows["onnx"]["accuracy"] == rows["float32"]["accuracy"]


def test_onnx_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(SettingsError, match=r"pip install -r requirements-onnx.txt"):
        export(build_model("cnn_classic"), tmp_path / "m.onnx", "onnx")
