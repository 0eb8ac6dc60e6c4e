"""What several rooms' tests share: the bundled model, and an artifact folder made on the spot."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from digit.artifact import BUNDLED_ARTIFACT, HISTORY, METRICS, REPORT, Artifact, ArtifactConfig, save_config
from digit.evaluation.metrics import evaluate
from digit.evaluation.report import save_report
from digit.recognizer import Recognizer, load_recognizer
from tests.fakes.hub import FakeHub, use_hub

EPOCHS = 4


def pytest_configure() -> None:
    """Let Ctrl-C work in a background job of a shell, which starts with SIGINT ignored: tests interrupt trainings."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests of optional packages that are missing; under `make test-extras` (DIGIT_EXTRAS=1) they fail."""
    packages = [package for mark in item.iter_markers("extras") for package in mark.args]
    if missing := [package for package in packages if importlib.util.find_spec(package) is None]:
        stop = pytest.fail if os.environ.get("DIGIT_EXTRAS") else pytest.skip
        stop(f"not installed: {', '.join(missing)} (make test-extras)")


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The model that the tests read with: DIGIT_MODEL, else the bundled one."""
    folder = Path(os.environ.get("DIGIT_MODEL") or BUNDLED_ARTIFACT)
    if not (folder / "model.tflite").is_file():
        pytest.fail(f"there is no model at {folder}: the bundled one belongs to the project")
    return folder


@pytest.fixture(scope="session")
def recognizer(model_folder: Path) -> Recognizer:
    """The reader of the bundled model."""
    return load_recognizer(model_folder)


@pytest.fixture
def reported(tmp_path: Path) -> Artifact:
    """An artifact folder whose report, metrics and history are real files of 300 invented answers, without a model.

    A twelfth of the answers is wrong; nothing of it depends on a data set.
    """
    rng = np.random.default_rng(3)
    labels = (np.arange(300) % 10).astype(np.uint8)
    guesses = np.where(np.arange(300) % 12 == 5, (labels + 3) % 10, labels)
    probabilities = rng.uniform(0, 0.02, (300, 10)).astype(np.float32)
    probabilities[np.arange(300), guesses] = rng.uniform(0.5, 0.99, 300)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    evaluation = evaluate(labels, probabilities)
    images = rng.integers(0, 256, (300, 28, 28), dtype=np.uint8)
    save_report(tmp_path / REPORT, {"mnist_test": (evaluation, images)})
    metrics = {"sets": {"mnist_test": evaluation.metrics}, "model": {"parameters": 326_826, "tflite_bytes": 1_309_056}}
    (tmp_path / METRICS).write_text(json.dumps(metrics), encoding="utf-8")
    with (tmp_path / HISTORY).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", "accuracy", "loss", "val_accuracy", "val_loss", "learning_rate"])
        for epoch in range(1, EPOCHS + 1):
            writer.writerow([epoch, 1 - 0.2 / epoch, 0.6 / epoch, 1 - 0.05 / epoch, 0.2 / epoch, 0.001])
    config = ArtifactConfig(
        preset="flagship",
        version="1.0",
        labels=[str(digit) for digit in range(10)],
        temperature=1.0,
        energy_threshold=-3.0,
        unsure_margin=0.3,
        preprocessing_version=1,
        created="2026-01-02T03:04:05+00:00",
        seed=0,
        datasets={"mnist": {"train": 54_000}},
        training={},
        libraries={},
    )
    return Artifact(tmp_path, save_config(tmp_path, config))


@pytest.fixture
def fake_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub on this machine, with an empty cache and someone's token, for the client in this process.

    Processes of their own are given `tests.fakes.hub.hub_environment`.
    """
    from digit.hub.pull import PULL_THREAD

    with FakeHub() as hub:
        use_hub(hub, tmp_path / "hub-home", monkeypatch)
        yield hub
        for thread in threading.enumerate():  # a late pull must not outlive the settings above
            if thread.name == PULL_THREAD:
                thread.join()
