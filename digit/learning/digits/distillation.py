"""Teachers: finished networks whose answers another network learns from.

Soft targets of an ensemble on augmented digits (Hinton, Vinyals and Dean 2015, arXiv:1503.02531); the same picture goes
to teachers and student (Beyer et al. 2022, arXiv:2106.05237). Knows artifacts and digit images; knows no Keras.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from digit.artifact import MODEL_TFLITE, load_artifact
from digit.recognition.litert import LiteModel
from digit.recognition.probability import softmax
from digit.types import FloatArray

VIEWS = ((-8.0, 1.0), (0.0, 0.9), (0.0, 1.0), (0.0, 1.1), (8.0, 1.0))
"""Degrees and scales by which a teacher may see the picture: averaged over such views, a network errs less."""
CHUNK = 32
"""So many pictures ask one teacher in one view. The loss is linear in the targets, so its mean over many batches is
that of asking every teacher in every view each time, at a fraction of the price."""


class Teachers:
    """An ensemble of model folders."""

    def __init__(self, folders: Sequence[str | Path]) -> None:
        """
        Raises:
            ArtifactError: a folder is no artifact.
        """
        self.artifacts = [load_artifact(folder) for folder in folders]
        self._models = [(LiteModel(a.path / MODEL_TFLITE), a.config.temperature) for a in self.artifacts]

    def __call__(self, digit_images: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Probabilities, float32 of shape (N, 10), for digit images (N, 28, 28); each chunk's by a teacher and a view
        drawn at random."""
        answers = []
        for first in range(0, len(digit_images), CHUNK):
            model, temperature = self._models[rng.integers(len(self._models))]
            view = turn(digit_images[first : first + CHUNK], *VIEWS[rng.integers(len(VIEWS))])
            answers.append(softmax(model(view) / np.float32(temperature)))
        return np.concatenate(answers)


def turn(digit_images: FloatArray, degrees: float, scale: float = 1.0) -> FloatArray:
    """Digit images (N, 28, 28) turned about their centre, anticlockwise, and scaled; 0 and 1 leave them as they are."""
    if degrees == 0 and scale == 1:
        return digit_images
    matrix = cv2.getRotationMatrix2D((13.5, 13.5), degrees, scale)
    return np.stack([cv2.warpAffine(image, matrix, (28, 28)) for image in digit_images])
