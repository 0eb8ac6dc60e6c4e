"""The report of an evaluation as arrays, and its file `report.npz`.

`digit.evaluation.metrics` computes a report and `digit.evaluation.plots.classifier` draws it. Imports nothing heavier
than NumPy, because the page reads reports.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digit.artifact.arrays import array_names, read_arrays, save_arrays
from digit.artifact.schemas import SetFigures
from digit.errors import ArtifactError
from digit.types import FloatArray

CLASSES = 10
ROC_POINTS = 200
RELIABILITY_BINS = 15
RIGHT_OF_A_DIGIT = 8
"""Right answers of each digit whose images are kept."""


class DisputedLabel(NamedTuple):
    """A test label of MNIST that most annotators disagree with."""

    given: int
    guess: int
    ambiguous: bool


DISPUTED_MNIST_TEST_LABELS: Mapping[int, DisputedLabel] = {
    947: DisputedLabel(8, 9, ambiguous=False),
    1621: DisputedLabel(0, 6, ambiguous=False),
    1901: DisputedLabel(9, 4, ambiguous=False),
    2130: DisputedLabel(4, 9, ambiguous=True),
    2462: DisputedLabel(2, 0, ambiguous=False),
    2597: DisputedLabel(5, 3, ambiguous=False),
    2654: DisputedLabel(6, 1, ambiguous=True),
    3520: DisputedLabel(6, 4, ambiguous=True),
    3558: DisputedLabel(5, 0, ambiguous=False),
    5937: DisputedLabel(5, 3, ambiguous=False),
    6651: DisputedLabel(0, 6, ambiguous=False),
    6783: DisputedLabel(1, 6, ambiguous=False),
    8527: DisputedLabel(4, 9, ambiguous=True),
    9679: DisputedLabel(6, 3, ambiguous=True),
    9729: DisputedLabel(5, 6, ambiguous=False),
}
"""By index in the test set: the given label, the one that annotators prefer, and whether the image allows both.

Source: Northcutt, Athalye and Mueller 2021, "Pervasive Label Errors in Test Sets Destabilize Machine Learning
Benchmarks" (arXiv:2103.14749, labelerrors.com). They are marked when shown but never corrected: every accuracy uses
the given labels, so that it can be compared with published results.
"""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The evaluation of one set.

    Attributes:
        labels: uint8 of shape (N,), the true digits.
        probabilities: float32 of shape (N, 10), calibrated.
        confusion: int64 of shape (10, 10); rows are true digits, columns predictions.
        roc: float32 of shape (10, 200, 2): (false positive rate, true positive rate) of each digit against the rest,
            both ends included; shorter curves repeat their last point (1, 1); NaN for a digit with no labels, or all
            of them.
        reliability: float32 of shape (15, 3): mean confidence, accuracy and count of each confidence bin; NaN, NaN, 0
            for an empty one.
        metrics: as stored in `metrics.json`; see `digit.evaluation.metrics.evaluate`.
    """

    labels: NDArray[np.uint8]
    probabilities: FloatArray
    confusion: NDArray[np.int64]
    roc: FloatArray
    reliability: FloatArray
    metrics: SetFigures

    @property
    def predictions(self) -> NDArray[np.uint8]:
        """uint8 of shape (N,): the most likely digit of each image."""
        result: NDArray[np.uint8] = self.probabilities.argmax(axis=1).astype(np.uint8)
        return result

    @property
    def mistakes(self) -> NDArray[np.int32]:
        """int32 of shape (m,): indices of the mistakes, the most confident first."""
        wrong = np.flatnonzero(self.predictions != self.labels)
        confidence = self.probabilities[wrong].max(axis=1)
        return wrong[np.argsort(-confidence, kind="stable")].astype(np.int32)

    @property
    def barely_right(self) -> NDArray[np.int32]:
        """int32 of shape (r,): indices of the least sure right answers, up to `RIGHT_OF_A_DIGIT` of each digit."""
        confidence = np.where(self.predictions == self.labels, self.probabilities.max(axis=1), np.inf)
        found = []
        for digit in range(CLASSES):
            right = np.flatnonzero((self.labels == digit) & np.isfinite(confidence))
            found.append(right[np.argsort(confidence[right], kind="stable")][:RIGHT_OF_A_DIGIT])
        return np.concatenate(found).astype(np.int32)


@dataclass(frozen=True, eq=False)
class ReportSet:
    """One set of a report as read from `report.npz`; attributes are named as in the file.

    Attributes:
        labels: uint8 of shape (N,), the true digits.
        predictions: uint8 of shape (N,), most likely digits before the probabilities were rounded.
        probabilities: float16 of shape (N, 10).
        confusion, roc, reliability: as in `Evaluation`.
        mistake_index: int32 of shape (m,), indices of the mistakes, the most confident first.
        mistake_images: uint8 of shape (m, 28, 28), ink = 255, in the order of `mistake_index`.
        right_index: int32 of shape (r,), as `Evaluation.barely_right`; empty in older files.
        right_images: uint8 of shape (r, 28, 28), in the order of `right_index`.
    """

    labels: NDArray[np.uint8]
    predictions: NDArray[np.uint8]
    probabilities: NDArray[np.float16]
    confusion: NDArray[np.int64]
    roc: FloatArray
    reliability: FloatArray
    mistake_index: NDArray[np.int32]
    mistake_images: NDArray[np.uint8]
    right_index: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    right_images: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 28, 28), np.uint8))

    @property
    def pictures(self) -> dict[int, NDArray[np.uint8]]:
        """The images that are kept, by index: the mistakes, then right answers."""
        kept = ((self.mistake_index, self.mistake_images), (self.right_index, self.right_images))
        return {int(index): image for part in kept for index, image in zip(*part, strict=True)}


_DTYPES = {
    "labels": np.uint8,
    "predictions": np.uint8,
    "probabilities": np.float16,
    "confusion": np.int64,
    "roc": np.float32,
    "reliability": np.float32,
    "mistake_index": np.int32,
    "mistake_images": np.uint8,
    "right_index": np.int32,
    "right_images": np.uint8,
}
_LATER = ("right_index", "right_images")
"""Arrays that older files lack."""


@dataclass(frozen=True)
class Report:
    """An opened `report.npz`; `report["mnist_test"]` reads the arrays of one set.

    The file is not kept open and nothing is cached, so threads may share a report.
    """

    path: Path
    sets: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sets)

    def __getitem__(self, name: str) -> ReportSet:
        """Read the arrays of one set.

        Raises:
            ArtifactError: there is no such set, or the file is incomplete or unreadable.
        """
        if name not in self.sets:
            raise ArtifactError(f"{self.path} has no set {name!r}: it has {', '.join(self.sets) or 'none'}.")
        stored = array_names(self.path)
        keys = [key for key in _DTYPES if key not in _LATER or f"{name}/{key}" in stored]
        arrays = read_arrays(self.path, [f"{name}/{key}" for key in keys])
        parts = {key: arrays[f"{name}/{key}"] for key in keys}
        for key, array in parts.items():
            if array.dtype != _DTYPES[key]:
                raise ArtifactError(
                    f"{self.path}: {name}/{key} should be {np.dtype(_DTYPES[key])}; received {array.dtype}."
                )
        return ReportSet(**parts)


def save_report(path: str | os.PathLike[str], evaluations: Mapping[str, tuple[Evaluation, NDArray[np.uint8]]]) -> None:
    """Write `report.npz`.

    Args:
        path: the file to write.
        evaluations: by name of the set, its evaluation and its images, uint8 of shape (N, 28, 28) with ink = 255; only
            those of the mistakes and of a few right answers are stored.

    Raises:
        ValueError: images and labels of a set differ in number, or its name contains a slash.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for name, (evaluation, images) in evaluations.items():
        if "/" in name or not name:
            raise ValueError(f"The name of a set should be a word without a slash; received {name!r}.")
        if images.shape != (len(evaluation.labels), 28, 28):
            raise ValueError(
                f"{name}: {len(evaluation.labels)} labels need images of shape ({len(evaluation.labels)}, 28, 28); "
                f"received {images.shape}."
            )
        mistakes, right = evaluation.mistakes, evaluation.barely_right
        parts: dict[str, NDArray[Any]] = {
            "labels": evaluation.labels,
            "predictions": evaluation.predictions,
            "probabilities": evaluation.probabilities,
            "confusion": evaluation.confusion,
            "roc": evaluation.roc,
            "reliability": evaluation.reliability,
            "mistake_index": mistakes,
            "mistake_images": images[mistakes],
            "right_index": right,
            "right_images": images[right],
        }
        arrays |= {f"{name}/{key}": parts[key].astype(dtype) for key, dtype in _DTYPES.items()}
    save_arrays(Path(path), arrays)


def load_report(path: str | os.PathLike[str]) -> Report:
    """Open a `report.npz`.

    Raises:
        ArtifactError: the file is missing or is not a report.
    """
    path = Path(path)
    names = {key.split("/", 1)[0]: None for key in array_names(path) if "/" in key}
    return Report(path, tuple(names))
