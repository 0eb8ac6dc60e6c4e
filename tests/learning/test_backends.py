"""Another Keras backend trains the same networks, and TensorFlow and LiteRT read what it leaves."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from digit.artifact import MODEL_KERAS, load_artifact, load_metrics, verify
from digit.data.mnist import to_digit_images
from digit.learning.export.convert import check_parity
from tests.digits import make_digits

ROOT = Path(__file__).resolve().parents[2]
RUN = (
    "import train; from digit.data import mnist; mnist.MNIST_COUNTS = {'train': 400, 'test': 100}; "
    "raise SystemExit(train.main())"
)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("backend", [pytest.param("jax", marks=pytest.mark.extras("jax")), "torch"])
def test_a_model_folder_of_another_backend_serves(backend: str, tmp_path: Path) -> None:
    """Trained, interrupted by nothing, exported by a TensorFlow of its own, and read again here."""
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    part, test = make_digits(400), make_digits(100, seed=1)
    np.savez(tmp_path / "mnist.npz", x_train=part.images, y_train=part.labels, x_test=test.images, y_test=test.labels)
    arguments = ["--preset", "cnn_quick", "--epochs", "4", "--batch-size", "16", "--verbose", "0", "--output", "model"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments, "--data-dir", "."],
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    artifact = load_artifact(tmp_path / "model")
    verify(artifact)
    assert load_metrics(artifact)["sets"]["mnist_test"]["accuracy"] > 0.8
    model = keras.saving.load_model(artifact.path / MODEL_KERAS, compile=False, safe_mode=True)
    assert check_parity(model, artifact.tflite, to_digit_images(test.images)) < 1e-3
    assert {path.name for path in tmp_path.iterdir()} == {"model", "mnist.npz"}
