"""File names of a model folder, and the place of the bundled one."""

from __future__ import annotations

from pathlib import Path

MODEL_TFLITE = "model.tflite"
MODEL_KERAS = "model.keras"
MODEL_BROWSER = "browser.tflite"
"""The network that runs in the browser; without it the server reads the drawings."""
MODEL_INSIDE = "inside.tflite"
"""The network with the activations of each block as outputs; without it the page does not offer to look inside."""
BLOCKS = "inside.json"
"""Describes these outputs, in their order."""
FINDER_TFLITE = "finder.tflite"
FINDER_KERAS = "finder.keras"
"""The network that finds lines of digits, and its Keras file."""
READER_TFLITE = "reader.tflite"
READER_KERAS = "reader.keras"
READER_SETTINGS = "reader.json"
READING_MISTAKES = "reading.npz"
"""Misread pages that were made of MNIST's test digits."""
READING = (FINDER_TFLITE, READER_TFLITE, READER_SETTINGS)
"""Files that numbers are read with; a model without them reads numbers with the bundled ones."""
ANSWERING = (MODEL_TFLITE, *READING)
"""Files that answers depend on."""
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
"""Inside the installed package; beside the package in the project's folder."""
BUNDLED_ARTIFACT = ASSETS / "model"
