"""Files of a model folder that the page shows beside the evaluation: the data explored, digits corrupted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digit.artifact import EXPLORATION, ROBUSTNESS, Artifact, load_artifact, save_config
from digit.data.corruptions import CORRUPTIONS
from digit.data.mnist import Digits, Mnist
from digit.data.profile import Exploration, save_exploration
from digit.data.profile.analysis import explore
from digit.evaluation.robustness import Robustness, evenly_spaced, measure_robustness, save_robustness
from digit.recognition.litert import LiteModel

Log = Callable[[str], None]

CORRUPTED_DIGITS = 1000
"""A tenth of the test digits, which takes minutes instead of an hour; the standard error at 97 % is 0.5 points."""


def add_diagnostics(folder: Path, mnist: Mnist, log: Log = print) -> Artifact:
    """Add `exploration.npz` and `robustness.npz` to a model folder and renew its hashes.

    Raises:
        ArtifactError: the folder holds no model.
        OSError: a file cannot be written.
    """
    artifact = load_artifact(folder)
    save_exploration(folder / EXPLORATION, explored(mnist, log))
    save_robustness(folder / ROBUSTNESS, corrupted({artifact.config.preset: folder}, mnist.test, log))
    save_config(folder, artifact.config)
    return load_artifact(folder)


def explored(mnist: Mnist, log: Log) -> Exploration:
    """The exploration of a data set."""
    log("Explore   MNIST: counts, checks, principal components, t-SNE")
    return explore(mnist)


def corrupted(systems: Mapping[str, Path], test: Digits, log: Log) -> Robustness:
    """Measure model folders, by name, on the same corrupted test digits."""
    chosen = test[evenly_spaced(len(test), CORRUPTED_DIGITS)]
    log(f"Corrupt   {len(chosen):,} test digits in {len(CORRUPTIONS)} ways, read by {' and '.join(systems)}")
    models = {name: LiteModel(load_artifact(folder).tflite) for name, folder in systems.items()}

    def progress(kind: str, accuracies: NDArray[np.float32]) -> None:
        log(f"          {kind:16}" + "  ".join(f"{100 * value:6.2f} %" for value in accuracies.mean(axis=1)))

    return measure_robustness(models, chosen.images, chosen.labels, progress=progress)
