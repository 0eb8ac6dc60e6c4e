"""The names of the files in a model folder, and where the bundled one is."""

from __future__ import annotations

from pathlib import Path

MODEL_TFLITE = "model.tflite"
MODEL_KERAS = "model.keras"
MODEL_BROWSER = "browser.tflite"
"""What the page runs in the visitor's browser; an artifact without it is answered for by the server."""
MODEL_INSIDE = "inside.tflite"
"""The same network with what each block answers as its outputs; without it the page does not offer to look inside."""
BLOCKS = "inside.json"
"""What those outputs are, in their order."""
READER_TFLITE = "reader.tflite"
READER_KERAS = "reader.keras"
READER_SETTINGS = "reader.json"
ANSWERING = (MODEL_TFLITE, READER_TFLITE, READER_SETTINGS)
"""What reading pictures needs; a model without a line reader has the first alone."""
CONFIG = "config.json"
METRICS = "metrics.json"
REPORT = "report.npz"
HISTORY = "history.csv"
COMPARISON = "comparison.json"
COMPARISON_FOLDER = "comparison"
"""Reports and histories of the systems in `comparison.json`."""
ROBUSTNESS = "robustness.npz"
EXPLORATION = "exploration.npz"
CARD = "README.md"

MNIST_TEST = "mnist_test"
"""The set of MNIST's test digits in `metrics.json` and `report.npz`."""

_PACKAGE = Path(__file__).resolve().parents[1]
ASSETS = (_PACKAGE if (_PACKAGE / "assets").is_dir() else _PACKAGE.parent) / "assets"
"""What comes with digit: inside the package where it was installed, beside it in the project's own folder."""
BUNDLED_ARTIFACT = ASSETS / "model"
