"""The recognizer: an artifact and a picture in, a prediction or a number out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digit.artifact import Artifact, load_artifact
from digit.errors import PictureError, SettingsError
from digit.hub.names import hub_name
from digit.imaging import DIGIT_SIZE, PictureSource, Steps, preprocess
from digit.imaging.marks import is_dot
from digit.numbers.number import Number
from digit.process.cores import cores
from digit.recognition.litert import LiteModel
from digit.recognition.parallel import QUEUED_PER_WORKER, in_order
from digit.recognition.prediction import Prediction, Reason, Verdict
from digit.recognition.probability import free_energy, softmax
from digit.types import FloatArray

if TYPE_CHECKING:
    from digit.numbers.finder import Finder
    from digit.numbers.reader import Reader


DIGIT_IMAGES_AT_ONCE = 2048
"""Batch size for a long array: enough for all cores, with a few MB of answers."""


class Recognizer:
    """Reads single digits and numbers with one artifact. Safe to share between threads.

    Attributes:
        artifact: the model folder.
        logits: the network itself: float32 digit images (N, 28, 28) to raw outputs (N, 10).
    """

    def __init__(self, artifact: Artifact) -> None:
        self.artifact = artifact
        self.logits = LiteModel(artifact.tflite)

    def predict(self, picture: PictureSource) -> Prediction:
        """Read one digit.

        Args:
            picture: a path, encoded bytes, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).

        Raises:
            PictureError: the picture cannot be read.
        """
        return self.predict_steps(preprocess(picture))

    def predict_or_error(self, picture: PictureSource) -> Prediction | PictureError:
        """As `predict`, but returns the error of a picture that cannot be read."""
        try:
            return self.predict(picture)
        except PictureError as error:
            return error

    def predict_steps(self, steps: Steps) -> Prediction:
        """Read the digit of a picture that has been through `digit.imaging.preprocess`.

        Several digits and a dot are not a digit, whatever the classifier makes of them.
        """
        if steps.box is None:
            nothing = np.zeros(10, np.float32)
            return Prediction(None, 0.0, nothing, "empty", steps.digit_image)
        prediction = self.predict_digit_images(steps.digit_image[np.newaxis])[0]
        if not steps.several and prediction.verdict != "not_a_digit" and not is_dot(steps.digit_image):
            return prediction
        reason: Reason = "several" if steps.several else "small" if steps.small else ""
        return replace(prediction, digit=None, verdict="not_a_digit", reason=reason)

    def predict_batch(
        self, pictures: Iterable[PictureSource] | FloatArray, workers: int | None = None
    ) -> Iterator[Prediction | PictureError]:
        """Read any number of pictures on all cores, in constant memory.

        Args:
            pictures: as for `predict`; they are consumed as they are needed. An array of digit images, float32
                of shape (N, 28, 28) with ink = 1, skips the preprocessing.
            workers: reading threads; None starts one per core.

        Returns:
            The predictions in the order of the pictures. A picture that cannot be read gives its error in its place.
        """
        if isinstance(pictures, np.ndarray) and pictures.ndim == 3 and pictures.shape[1:] == (DIGIT_SIZE, DIGIT_SIZE):
            for start in range(0, len(pictures), DIGIT_IMAGES_AT_ONCE):
                yield from self.predict_digit_images(pictures[start : start + DIGIT_IMAGES_AT_ONCE])
            return
        workers = workers or cores()
        with ThreadPoolExecutor(workers) as pool:
            yield from in_order(pool, self.predict_or_error, pictures, QUEUED_PER_WORKER * workers)

    def predict_digit_images(self, digit_images: FloatArray) -> list[Prediction]:
        """Read digit images, float32 of shape (N, 28, 28) with ink = 1."""
        config = self.artifact.config
        logits = self.logits(digit_images)
        probabilities = softmax(logits / config.temperature)
        energies = free_energy(logits, config.temperature)
        two_best = np.partition(probabilities, -2, axis=1)[:, -2:]
        predictions = []
        for image, row, energy, (second, first) in zip(digit_images, probabilities, energies, two_best, strict=True):
            best = int(row.argmax())
            verdict: Verdict = "digit"
            if energy > config.energy_threshold:
                verdict = "not_a_digit"
            elif first - second < config.unsure_margin:
                verdict = "unsure"
            digit = None if verdict == "not_a_digit" else best
            predictions.append(Prediction(digit, float(first), row, verdict, image))
        return predictions

    def read(self, picture: PictureSource) -> Number:
        """Read all numbers on a picture, row by row, as they are written.

        Args:
            picture: a path, encoded bytes, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).

        Returns:
            The number; it is empty where nothing looks like one.

        Raises:
            PictureError: the picture cannot be read.
        """
        from digit.numbers.reading import read_number

        return read_number(picture, *self._networks)

    @cached_property
    def _networks(self) -> tuple[Finder, Reader]:
        """The artifact's own networks for numbers, or the bundled ones where it has none."""
        from digit.artifact import FINDER_TFLITE, READER_TFLITE
        from digit.numbers.finder import Finder
        from digit.numbers.reader import Reader

        folder = self.artifact.numbers
        return Finder(folder / FINDER_TFLITE), Reader(folder / READER_TFLITE)

    def probabilities(self, digit_images: FloatArray) -> FloatArray:
        """Calibrated probabilities, float32 of shape (N, 10), of digit images of shape (N, 28, 28)."""
        return softmax(self.logits(digit_images) / self.artifact.config.temperature)


def load_recognizer(source: str | os.PathLike[str] | None = None, *, revision: str | None = None) -> Recognizer:
    """Load the recognizer of a model folder, of a repository on the Hugging Face Hub, or of the bundled model.

    Args:
        source: a folder, "user/repo" or "user/repo@revision"; None is the bundled model. An existing folder
            takes precedence over a repository of the same name.
        revision: branch, tag or commit of the repository.

    Raises:
        ArtifactError: the model cannot be used.
        HubError: the Hub does not deliver it, and there is no good copy of an earlier pull.
        SettingsError: a revision without a repository, or two revisions.
    """
    name = hub_name(source) if isinstance(source, str) and not Path(source).is_dir() else None
    if name is None:
        if revision is not None:
            raise SettingsError(f"revision is for a repository on the Hub, USER/NAME; received {source!r} with it.")
        return Recognizer(load_artifact(None if source is None else Path(source)))
    if revision is not None:
        if name.revision not in (None, revision):
            raise SettingsError(f"One revision is expected; received {name} and revision={revision!r}.")
        name = name._replace(revision=revision)

    from digit.hub.pull import pull  # the Hub's client takes half a second to import

    return Recognizer(pull(name))
