"""Accuracy on corrupted digit images, for every kind and severity of `digit.data.corruptions` and several systems."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.artifact.arrays import Shape, read_checked, save_arrays
from digit.data.corruptions import CORRUPTIONS, SEVERITIES, corrupt
from digit.errors import ArtifactError
from digit.types import FloatArray

Model = Callable[[FloatArray], NDArray[np.floating[Any]]]
"""Digit images, float32 of shape (N, 28, 28), to logits or probabilities of shape (N, 10)."""

Progress = Callable[[str, FloatArray], None]
"""Called after each kind with its name and accuracies, float32 of shape (systems, 5)."""


@dataclass(frozen=True, eq=False)
class Robustness:
    """Accuracies on corrupted test digits.

    Attributes:
        systems: names of the S systems.
        kinds: names of the K kinds of corruption, keys of `digit.data.corruptions.CORRUPTIONS`.
        severities: int64 of shape (5,), 1 to 5.
        accuracy: float32 of shape (S, K, 5), 0 to 1.
        clean: float32 of shape (S,), accuracy on the same digits, not corrupted.
        digits: number of digits read.
        examples: uint8 of shape (K, 5, 28, 28), ink = 255: one digit, corrupted by each kind and severity.
    """

    systems: tuple[str, ...]
    kinds: tuple[str, ...]
    severities: NDArray[np.int64]
    accuracy: FloatArray
    clean: FloatArray
    digits: int
    examples: NDArray[np.uint8]


_LAYOUT: dict[str, tuple[Any, Shape]] = {
    "systems": (np.str_, (None,)),
    "kinds": (np.str_, (None,)),
    "severities": (np.int64, (len(SEVERITIES),)),
    "accuracy": (np.float32, (None, None, len(SEVERITIES))),
    "clean": (np.float32, (None,)),
    "digits": (np.int64, ()),
    "examples": (np.uint8, (None, len(SEVERITIES), 28, 28)),
}


def measure_robustness(
    models: Mapping[str, Model],
    images: NDArray[np.uint8],
    labels: NDArray[np.integer[Any]],
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> Robustness:
    """Measure every model on the same corrupted digits.

    Args:
        models: by name of the system.
        images: uint8 of shape (N, 28, 28), ink = 255, N > 0; see `evenly_spaced` for a subset.
        labels: integers of shape (N,).
        seed: of the corruptions.
        progress: called after each kind; all 10,000 test digits take minutes.

    Raises:
        ValueError: no models, no digits, or images and labels of different number.
    """
    if not models or len(images) == 0 or len(images) != len(labels):
        raise ValueError(
            f"Expected a model or more and as many images as labels, above 0; "
            f"received {len(models)} models, {len(images)} images and {len(labels)} labels."
        )
    clean = images.astype(np.float32) / np.float32(255)
    shown = _legible(labels)
    table = np.zeros((len(models), len(CORRUPTIONS), len(SEVERITIES)), np.float32)
    examples = np.zeros((len(CORRUPTIONS), len(SEVERITIES), *images.shape[1:]), np.uint8)
    for row, kind in enumerate(CORRUPTIONS):
        for column, severity in enumerate(SEVERITIES):
            corrupted = corrupt(clean, kind, severity, seed)
            table[:, row, column] = [_accuracy(model, corrupted, labels) for model in models.values()]
            examples[row, column] = np.round(255 * corrupted[shown])
        if progress is not None:
            progress(kind, table[:, row])
    return Robustness(
        systems=tuple(models),
        kinds=tuple(CORRUPTIONS),
        severities=np.array(SEVERITIES, np.int64),
        accuracy=table,
        clean=np.array([_accuracy(model, clean, labels) for model in models.values()], np.float32),
        digits=len(labels),
        examples=examples,
    )


def evenly_spaced(count: int, limit: int | None) -> NDArray[np.intp]:
    """Indices of at most `limit` of `count` samples, evenly spaced; None takes all.

    They are not simply the first ones, because the two halves of MNIST's test set come from different writers.
    """
    return np.linspace(0, count - 1, min(limit or count, count)).round().astype(np.intp)


def save_robustness(path: str | os.PathLike[str], robustness: Robustness) -> None:
    """Write `robustness.npz`."""
    arrays = {name: np.asarray(getattr(robustness, name)) for name in _LAYOUT}
    save_arrays(Path(path), arrays | {"digits": np.array(robustness.digits, np.int64)})


def load_robustness(path: str | os.PathLike[str]) -> Robustness:
    """Read `robustness.npz`.

    Raises:
        ArtifactError: the file is missing, unreadable or malformed.
    """
    arrays = read_checked(Path(path), _LAYOUT)
    systems, kinds = (tuple(str(name) for name in arrays[key]) for key in ("systems", "kinds"))
    wanted = (len(systems), len(kinds), len(SEVERITIES))
    if arrays["accuracy"].shape != wanted or len(arrays["clean"]) != wanted[0] or len(arrays["examples"]) != wanted[1]:
        raise ArtifactError(
            f"{path}: {wanted[0]} systems and {wanted[1]} kinds need accuracies of shape {wanted}, {wanted[0]} clean "
            f"ones and {wanted[1]} examples; received {arrays['accuracy'].shape}, {len(arrays['clean'])} and "
            f"{len(arrays['examples'])}."
        )
    numbers = {name: arrays[name] for name in ("severities", "accuracy", "clean", "examples")}
    return Robustness(systems=systems, kinds=kinds, digits=int(arrays["digits"]), **numbers)


def _accuracy(model: Model, images: FloatArray, labels: NDArray[np.integer[Any]]) -> float:
    return float(np.mean(model(images).argmax(axis=1) == labels))


def _legible(labels: NDArray[np.integer[Any]]) -> int:
    """Index of the example: the first 5, whose bow and bar show what is lost, else 0."""
    fives = np.flatnonzero(labels == 5)
    return int(fives[0]) if len(fives) else 0
