"""Distillation: finished networks, the teachers, give the targets for training another one.

Soft targets of an ensemble on augmented digits (Hinton, Vinyals and Dean 2015, arXiv:1503.02531); teachers and student
see the same picture (Beyer et al. 2022, arXiv:2106.05237).
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
"""Degrees and scales of the views a teacher may see; averaged over views, a network makes fewer errors."""
CHUNK = 32
"""Pictures that one teacher answers in one view. The loss is linear in the targets, so its mean over many batches is
the same as with every teacher and view each time, at a fraction of the cost."""


class Teachers:
    """An ensemble of model folders."""

    def __init__(self, folders: Sequence[str | Path]) -> None:
        """Load the model folders.

        Raises:
            ArtifactError: a folder is not an artifact.
        """
        self.artifacts = [load_artifact(folder) for folder in folders]
        self._models = [(LiteModel(a.path / MODEL_TFLITE), a.config.temperature) for a in self.artifacts]

    def __call__(self, digit_images: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Probabilities, float32 (N, 10), of digit images (N, 28, 28), from a random teacher and view per chunk."""
        answers = []
        for first in range(0, len(digit_images), CHUNK):
            model, temperature = self._models[rng.integers(len(self._models))]
            view = rotate(digit_images[first : first + CHUNK], *VIEWS[rng.integers(len(VIEWS))])
            answers.append(softmax(model(view) / np.float32(temperature)))
        return np.concatenate(answers)


def rotate(digit_images: FloatArray, degrees: float, scale: float = 1.0) -> FloatArray:
    """Rotate digit images (N, 28, 28) anticlockwise about their centre, and scale them."""
    if degrees == 0 and scale == 1:
        return digit_images
    matrix = cv2.getRotationMatrix2D((13.5, 13.5), degrees, scale)
    return np.stack([cv2.warpAffine(image, matrix, (28, 28)) for image in digit_images])
