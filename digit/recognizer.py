"""Artifact and picture in, prediction out: the whole of the serving arm behind one object.

Knows LiteRT and the artifact's settings; knows neither how a model was trained nor how a page looks.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digit.artifact import Artifact, load_artifact
from digit.errors import ArtifactError
from digit.imaging import DIGIT_SIZE, PictureSource, Steps, preprocess
from digit.prediction import Prediction, Verdict

FloatArray = NDArray[np.float32]


class Recognizer:
    """Reads single digits with one artifact. Safe to share between threads: each gets an interpreter of its own."""

    def __init__(self, artifact: Artifact) -> None:
        self.artifact = artifact
        self._model = artifact.tflite.read_bytes()
        self._local = threading.local()
        self.logits(np.zeros((1, DIGIT_SIZE, DIGIT_SIZE), np.float32))  # fails now rather than on the first picture

    def predict(self, picture: PictureSource) -> Prediction:
        """Read one digit.

        Args:
            picture: a path, encoded bytes, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).

        Raises:
            PictureError: it is not a picture that can be read.
        """
        return self.predict_steps(preprocess(picture))

    def predict_steps(self, steps: Steps) -> Prediction:
        """Read the digit of a picture that has been through `digit.imaging.preprocess`."""
        if steps.box is None:
            nothing = np.zeros(10, np.float32)
            return Prediction(None, 0.0, nothing, "empty", steps.digit_image)
        return self.predict_digit_images(steps.digit_image[np.newaxis])[0]

    def predict_digit_images(self, digit_images: FloatArray) -> list[Prediction]:
        """Read digit images, float32 of shape (N, 28, 28) with ink = 1."""
        config = self.artifact.config
        logits = self.logits(digit_images)
        probabilities = softmax(logits / config.temperature)
        energies = free_energy(logits, config.temperature)
        predictions = []
        for image, row, energy in zip(digit_images, probabilities, energies, strict=True):
            best = int(row.argmax())
            second, first = np.partition(row, -2)[-2:]
            verdict: Verdict = "digit"
            if energy > config.energy_threshold:
                verdict = "not_a_digit"
            elif first - second < config.unsure_margin:
                verdict = "unsure"
            digit = None if verdict == "not_a_digit" else best
            predictions.append(Prediction(digit, float(first), row, verdict, image))
        return predictions

    def probabilities(self, digit_images: FloatArray) -> FloatArray:
        """Calibrated probabilities, float32 of shape (N, 10), of digit images of shape (N, 28, 28)."""
        return softmax(self.logits(digit_images) / self.artifact.config.temperature)

    def logits(self, digit_images: FloatArray) -> FloatArray:
        """The model's raw outputs, float32 of shape (N, 10), of digit images of shape (N, 28, 28) with ink = 1."""
        batch = np.ascontiguousarray(digit_images, np.float32).reshape(-1, DIGIT_SIZE, DIGIT_SIZE, 1)
        interpreter = self._interpreter(len(batch))
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], batch)
        interpreter.invoke()
        result: FloatArray = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
        return result

    def _interpreter(self, batch_size: int) -> Interpreter:
        """This thread's interpreter, shaped for `batch_size`: LiteRT interpreters must not be shared between threads."""
        interpreter = getattr(self._local, "interpreter", None)
        if interpreter is None:
            try:
                interpreter = Interpreter(model_content=self._model, num_threads=1)
            except ValueError as error:
                raise ArtifactError(f"{self.artifact.tflite} is not a LiteRT model ({error}).") from None
            self._local.interpreter, self._local.batch_size = interpreter, None
        if self._local.batch_size != batch_size:
            index = interpreter.get_input_details()[0]["index"]
            interpreter.resize_tensor_input(index, (batch_size, DIGIT_SIZE, DIGIT_SIZE, 1))
            interpreter.allocate_tensors()
            self._local.batch_size = batch_size
        return interpreter


def load_recognizer(source: str | os.PathLike[str] | None = None) -> Recognizer:
    """The reader of a model folder, or of the bundled one when `source` is None.

    Raises:
        ArtifactError: the folder cannot be used; the message says why.
    """
    return Recognizer(load_artifact(None if source is None else Path(source)))


def softmax(logits: FloatArray) -> FloatArray:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: FloatArray = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def free_energy(logits: FloatArray, temperature: float) -> FloatArray:
    """`-T logsumexp(logits / T)` of each row: low for what the model knows (Liu et al. 2020, arXiv:2010.03759)."""
    scaled = logits / temperature
    top = scaled.max(axis=-1)
    result: FloatArray = -temperature * (top + np.log(np.exp(scaled - top[..., np.newaxis]).sum(axis=-1)))
    return result
