"""The figures of one system, the same way for a network and for a baseline: test set, real pictures, latency.

Knows anything that answers probabilities for digit images; knows neither how it was made nor where the figures go.
"""

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

PICTURE_INDEX = Path("real_world") / "index.csv"
TIMED_IMAGES = 100
WARM_UP = 5
SUMMARY = ("accuracy", "errors", "macro_precision", "macro_recall", "macro_f1", "roc_auc", "log_loss", "ece", "rmse")


@dataclass(frozen=True, eq=False)
class Pictures:
    """Real people's digits as digit images; only measured on.

    Attributes:
        images: float32 of shape (N, 28, 28), ink = 1; all zero where nothing was found on the picture.
        labels: uint8 of shape (N,), 0 to 9.
        writers: who wrote each.
    """

    images: FloatArray
    labels: NDArray[np.uint8]
    writers: list[str]

    def __len__(self) -> int:
        return len(self.labels)


def load_pictures(data_dir: Path | None) -> Pictures | None:
    """The pictures of `real_world/index.csv` in the data folder, brought to digit images once for all systems.

    Returns:
        None without a data folder or without an index.

    Raises:
        DataError: the index lacks a column or a picture.
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
    """The calibrated probabilities of a model folder, as it is served."""
    model, temperature = LiteModel(artifact.tflite), np.float32(artifact.config.temperature)
    return lambda digit_images: softmax(model(digit_images) / temperature)


def measure(answer: Answer, test: Digits, pictures: Pictures | None) -> tuple[dict[str, Any], Evaluation]:
    """Everything about a system but its size and its training.

    Returns:
        JSON with the names of `SUMMARY`, as in `digit.evaluation.metrics.evaluate`, and "real_world" (see
        `real_world_accuracy`; None without pictures); and the evaluation on the test digits.
    """
    evaluation = evaluate(test.labels, answer(_ink(test)))
    every = dict(evaluation.metrics.items())
    figures = {name: every[name] for name in SUMMARY}
    figures["real_world"] = None if pictures is None else real_world_accuracy(answer, pictures)
    return figures, evaluation


def real_world_accuracy(answer: Answer, pictures: Pictures) -> float:
    """Mean over the writers of the share of their digits that are read right, 0 to 1.

    The most likely digit counts, whatever the verdict would be; a picture on which nothing was found counts as wrong.
    """
    found = pictures.images.any(axis=(1, 2))
    right = (answer(pictures.images).argmax(axis=1) == pictures.labels) & found
    writers = np.array(pictures.writers)
    return float(np.mean([right[writers == writer].mean() for writer in np.unique(writers)]))


def latency_ms(answer: Answer, test: Digits) -> float:
    """Median milliseconds for one digit image on one core."""
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
        raise DataError(f"{path} is named in {PICTURE_INDEX.name}, and there is no such file.")
    try:
        return preprocess(path).digit_image
    except PictureError:
        return np.zeros((28, 28), np.float32)
