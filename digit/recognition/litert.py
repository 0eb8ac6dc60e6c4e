"""Runs `.tflite` files with LiteRT from any number of threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from digit.errors import ArtifactError
from digit.process.cores import cores
from digit.types import FloatArray

BATCH = 32
"""Longer inputs run in batches of this size on all cores. Larger ones are no faster on a CPU, and an interpreter keeps
the memory of its largest batch. Measured for 197 digit images on one core: 7 MB and 67 ms; with batches of 256, 35 MB
and 67 ms."""


@dataclass
class _Shaped:
    """An interpreter, the indices of its input and output, and its current input shape."""

    interpreter: Interpreter
    given: int
    answered: int
    shape: tuple[int, ...] | None = None


class Interpreters:
    """A pool of interpreters of one `.tflite`, as large as the number that ever ran at the same time.

    An interpreter is not thread-safe. One per thread would be too many: a server has forty threads, and each
    interpreter takes several MB. Resizing one costs more than a prediction, so one of the right shape is preferred.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._idle: list[_Shaped] = []
        self._lock = threading.Lock()

    def run(self, batch: FloatArray) -> FloatArray:
        """The output for one input, float32 and contiguous.

        Raises:
            ValueError, RuntimeError: the file is not a LiteRT model, or its shapes differ.
        """
        own = self._take(batch.shape)
        if own.shape != batch.shape:
            own.interpreter.resize_tensor_input(own.given, batch.shape)
            own.interpreter.allocate_tensors()
            own.shape = batch.shape
        own.interpreter.set_tensor(own.given, batch)
        own.interpreter.invoke()
        result: FloatArray = own.interpreter.get_tensor(own.answered)
        with self._lock:  # not after an error, which leaves it in an unknown state
            self._idle.append(own)
        return result

    def _take(self, shape: tuple[int, ...]) -> _Shaped:
        with self._lock:
            fits = next((number for number, one in enumerate(self._idle) if one.shape == shape), -1)
            if self._idle:
                return self._idle.pop(fits)
        interpreter = Interpreter(model_content=self._content, num_threads=1)
        return _Shaped(
            interpreter, interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
        )


class LiteModel:
    """A `.tflite` file that maps (N, 28, 28, 1) to (N, 10). Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """
        Raises:
            ArtifactError: the file is not a LiteRT model, or its shapes differ.
        """
        self._path = path
        self._interpreters = Interpreters(path.read_bytes())
        self._pool = ThreadPoolExecutor(cores(), "litert")  # starts its threads on demand
        answer = self(np.zeros((1, 28, 28), np.float32))  # fails here rather than on the first picture
        if answer.shape != (1, 10):
            raise ArtifactError(
                f"{path} should have ten outputs for a digit image; its output shape is {answer.shape[1:]}."
            )

    def __call__(self, digit_images: FloatArray) -> FloatArray:
        """The model's outputs, float32 of shape (N, 10), of digit images (N, 28, 28), float32, ink = 1."""
        images = np.ascontiguousarray(digit_images, np.float32).reshape(-1, 28, 28, 1)
        if len(images) <= BATCH:
            return self._run(images)
        batches = [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
        return np.concatenate(list(self._pool.map(self._run, batches)))

    def _run(self, images: FloatArray) -> FloatArray:
        if len(images) == 0:
            return np.zeros((0, 10), np.float32)
        try:
            return self._interpreters.run(images)
        except (ValueError, RuntimeError) as error:
            raise ArtifactError(f"{self._path} is not a LiteRT model of digit images ({error}).") from None
