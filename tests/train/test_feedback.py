"""The loop is closed: a digit that a model reads wrong is corrected on the page, trained on, and read right."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.artifact import load_metrics
from digit.feedback import rate
from digit.feedback.environment import FOLDER_VARIABLE
from digit.feedback.store import FeedbackStore
from digit.recognizer import Recognizer, load_recognizer
from digit.ui.components.feedback import correct_drawing
from tests.digits import draw_digit, make_digits

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]


def strange(count: int, seed: int) -> NDArray[np.uint8]:
    """Mirrored 3s, as one visitor writes them and the data lacks them. Drawings, uint8 (N, 280, 280)."""
    rng = np.random.default_rng(seed)
    digits = [np.ascontiguousarray(draw_digit(3, rng)[:, ::-1]) for _ in range(count)]
    return np.stack([255 - cv2.resize(digit, (280, 280), interpolation=cv2.INTER_CUBIC) for digit in digits])


def share_of_threes(recognizer: Recognizer, drawings: NDArray[np.uint8]) -> float:
    predictions = [recognizer.predict(drawing) for drawing in drawings]
    return float(np.mean([prediction.probabilities.argmax() == 3 for prediction in predictions]))


TRAIN = """
import sys, train
from digit.data import mnist as datasets
datasets.MNIST_COUNTS = {"train": 600, "test": 100}
train.leave(train.main(sys.argv[1:]))
"""


def trained(folder: Path, data_dir: Path, *more: str) -> Recognizer:
    """The reader that `python train.py` makes, in a process of its own as people run it."""
    arguments = ["--preset", "mlp_small", "--epochs", "6", "--batch-size", "16", "--seed", "0", "--verbose", "0"]
    command = [sys.executable, "-c", TRAIN, *arguments, "--data-dir", str(data_dir), "--output", str(folder), *more]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    return load_recognizer(folder)


def test_what_visitors_correct_is_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "SESSION_RECORDS", 100)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "store"))
    part, test = make_digits(600), make_digits(100, seed=1)
    np.savez(tmp_path / "mnist.npz", x_train=part.images, y_train=part.labels, x_test=test.images, y_test=test.labels)

    before = trained(tmp_path / "before", tmp_path)
    unseen = strange(30, seed=1)
    assert share_of_threes(before, unseen) < 0.3

    store = FeedbackStore(tmp_path / "store", before.artifact)
    for drawing in strange(40, seed=2):
        url = "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", drawing)[1].tobytes()).decode()
        said, _ = correct_drawing(before, store, {"truth": "3"}, url, None, rate.Sender())
        assert said["state"] == "thanks"

    after = trained(tmp_path / "after", tmp_path, "--datasets", "mnist,feedback")
    assert share_of_threes(after, unseen) > 0.9
    counts = after.artifact.config.datasets["feedback"]
    assert counts["train"] + counts["test"] == 40
    sets = load_metrics(after.artifact)["sets"]
    assert sets["mnist_test"]["accuracy"] > 0.8, "the digits of before are not forgotten"
    assert ("feedback_test" in sets) == (counts["test"] > 0)
