"""Runs a `.tflite` classifier of digit images with LiteRT, from any number of threads.

Knows LiteRT alone; knows neither artifacts nor what the numbers mean.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digit.batch import cores
from digit.errors import ArtifactError

FloatArray = NDArray[np.float32]

BATCH = 32
"""Longer inputs run in batches of this many, on all cores: larger ones gain nothing on a CPU, and an interpreter keeps
the memory of its largest batch. Measured for 197 digit images on one core: 7 MB a thread and 67 ms, and with batches of
256, 35 MB and 67 ms."""


class LiteModel:
    """A `.tflite` file that maps (N, 28, 28, 1) to (N, 10).

    Interpreters must not be shared between threads, so every thread gets one of its own; shaping an interpreter for
    a batch size costs more than a prediction, so each keeps the one it was last used for.
    """

    def __init__(self, path: Path) -> None:
        """
        Raises:
            ArtifactError: the file is no LiteRT model, or one of other shapes.
        """
        self._path = path
        self._content = path.read_bytes()
        self._local = threading.local()
        self._pool = ThreadPoolExecutor(cores(), "litert")  # starts its threads when they are needed
        answer = self(np.zeros((1, 28, 28), np.float32))  # fails now rather than on the first picture
        if answer.shape != (1, 10):
            raise ArtifactError(f"{path} should answer ten numbers per digit image, and answers {answer.shape[1:]}.")

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
        interpreter = self._interpreter(images.shape)
        interpreter.set_tensor(self._local.input, images)
        interpreter.invoke()
        result: FloatArray = interpreter.get_tensor(self._local.output)
        return result

    def _interpreter(self, shape: tuple[int, ...]) -> Interpreter:
        local = self._local
        try:
            if not hasattr(local, "interpreter"):
                local.interpreter, local.shape = Interpreter(model_content=self._content, num_threads=1), None
                local.input = local.interpreter.get_input_details()[0]["index"]
                local.output = local.interpreter.get_output_details()[0]["index"]
            if local.shape != shape:
                local.interpreter.resize_tensor_input(local.input, shape)
                local.interpreter.allocate_tensors()
                local.shape = shape
        except (ValueError, RuntimeError) as error:
            raise ArtifactError(f"{self._path} is not a LiteRT model of digit images ({error}).") from None
        return local.interpreter
