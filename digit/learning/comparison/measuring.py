"""Measures a network or a baseline in the same way: test set, pictures of real people's digits, latency."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.artifact import Artifact
from digit.data.mnist import Digits
from digit.errors import DataError, PictureError
from digit.evaluation.metrics import evaluate
from digit.evaluation.report import Evaluation
from digit.imaging import preprocess
from digit.recognition.litert import LiteModel
from digit.recognition.probability import softmax
from digit.types import FloatArray

Answer = Callable[[FloatArray], FloatArray]
"""Digit images, float32 (N, 28, 28), ink = 1, to probabilities, float32 (N, 10)."""

ROW = "row.json"
"""The file with the figures of a finished system."""
PICTURE_INDEX = Path("real_world") / "index.csv"
TIMED_IMAGES = 100
WARM_UP = 5
SUMMARY = ("accuracy", "errors", "macro_precision", "macro_recall", "macro_f1", "roc_auc", "log_loss", "ece", "rmse")


@dataclass(frozen=True, eq=False)
class Pictures:
    """Real people's digits as digit images, only for measuring.

    Attributes:
        images: float32 of shape (N, 28, 28), ink = 1; all zero where no ink was found on the picture.
        labels: uint8 of shape (N,), 0 to 9.
        writers: the writer of each digit.
    """

    images: FloatArray
    labels: NDArray[np.uint8]
    writers: list[str]

    def __len__(self) -> int:
        return len(self.labels)


def load_pictures(data_dir: Path | None) -> Pictures | None:
    """Load the pictures of `real_world/index.csv` in the data folder as digit images.

    Returns:
        None without a data folder or an index.

    Raises:
        DataError: the index lacks a column, or names a picture that does not exist.
    """
    if data_dir is None or not (data_dir / PICTURE_INDEX).is_file():
        return None
    path = data_dir / PICTURE_INDEX
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"path", "label", "writer"} <= rows[0].keys():
        raise DataError(f"{path} should have rows with the columns path, label and writer.")
    images = np.stack([_digit_image(path.parent / row["path"]) for row in rows])
    return Pictures(images, np.array([int(row["label"]) for row in rows], np.uint8), [row["writer"] for row in rows])


def artifact_answer(artifact: Artifact) -> Answer:
    """The calibrated probabilities of a model folder, as the app serves them."""
    model, temperature = LiteModel(artifact.tflite), np.float32(artifact.config.temperature)
    return lambda digit_images: softmax(model(digit_images) / temperature)


def measure(answer: Answer, test: Digits, pictures: Pictures | None) -> tuple[dict[str, Any], Evaluation]:
    """Measure everything about a system except its latency, size and training.

    Returns:
        The figures of `SUMMARY`, as in `digit.evaluation.metrics.evaluate`, with "real_world" (`real_world_accuracy`;
        None without pictures); and the evaluation on the test digits.
    """
    evaluation = evaluate(test.labels, answer(_ink(test)))
    every = dict(evaluation.metrics.items())
    figures = {name: every[name] for name in SUMMARY}
    figures["real_world"] = None if pictures is None else real_world_accuracy(answer, pictures)
    return figures, evaluation


def real_world_accuracy(answer: Answer, pictures: Pictures) -> float:
    """Mean over the writers of the share of their digits that are read correctly, 0 to 1.

    The most likely digit counts, whatever the verdict; a picture without ink counts as an error.
    """
    found = pictures.images.any(axis=(1, 2))
    right = (answer(pictures.images).argmax(axis=1) == pictures.labels) & found
    writers = np.array(pictures.writers)
    return float(np.mean([right[writers == writer].mean() for writer in np.unique(writers)]))


def latency_ms(answer: Answer, test: Digits) -> float:
    """Median time for one digit image on one core, in milliseconds."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    images = _ink(test[: TIMED_IMAGES + WARM_UP])
    times = []
    with threadpool_limits(limits=1):
        for image in images:
            start = perf_counter()
            answer(image[np.newaxis])
            times.append(perf_counter() - start)
    return round(1000 * median(times[WARM_UP:] or times), 4)


def _ink(digits: Digits) -> FloatArray:
    """uint8 images as digit images."""
    return digits.images.astype(np.float32) / np.float32(255)


def _digit_image(path: Path) -> FloatArray:
    if not path.is_file():
        raise DataError(f"{path}, listed in {PICTURE_INDEX.name}, does not exist.")
    try:
        return preprocess(path).digit_image
    except PictureError:
        return np.zeros((28, 28), np.float32)
