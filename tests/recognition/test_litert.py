"""The LiteRT runner takes any batch, from any thread, and refuses files that are no models."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digit.artifact import MODEL_TFLITE
from digit.errors import ArtifactError
from digit.recognition.litert import BATCH, LiteModel
from tests.digits import make_digits


@pytest.fixture(scope="module")
def model(model_folder: Path) -> LiteModel:
    return LiteModel(model_folder / MODEL_TFLITE)


def test_a_batch_answers_as_single_images_do(model: LiteModel) -> None:
    images = make_digits(BATCH + 30).images.astype(np.float32) / 255
    together = model(images)
    alone = np.concatenate([model(image[np.newaxis]) for image in images[-40:]])
    np.testing.assert_allclose(together[-40:], alone, atol=1e-4)


def test_no_image_gives_no_answer(model: LiteModel) -> None:
    assert model(np.zeros((0, 28, 28), np.float32)).shape == (0, 10)


def test_threads_do_not_disturb_each_other(model: LiteModel) -> None:
    images = make_digits(64).images.astype(np.float32) / 255
    expected = [model(image[np.newaxis]) for image in images]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            answers = list(pool.map(lambda image: model(image[np.newaxis]), images))
            assert all((a == e).all() for a, e in zip(answers, expected, strict=True))


def test_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.tflite").write_bytes(b"not a model" * 100)
    with pytest.raises(ArtifactError, match="is not a LiteRT model"):
        LiteModel(tmp_path / "model.tflite")


def test_no_interpreter_is_used_by_two_threads_at_once(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen threads, batches of many sizes: every run has its interpreter to itself, and few are made."""
    model = LiteModel(model_folder / MODEL_TFLITE)
    running: set[int] = set()
    made: set[int] = set()
    most, lock = 0, threading.Lock()
    whole = model._interpreters._take

    class Watched:
        """Stands for an interpreter while it runs."""

        def __init__(self, real: Any) -> None:
            self.real = real

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

        def invoke(self) -> None:
            nonlocal most
            with lock:
                assert id(self.real) not in running
                running.add(id(self.real))
                made.add(id(self.real))
                most = max(most, len(running))
            self.real.invoke()
            with lock:
                running.remove(id(self.real))

    def take(shape: tuple[int, ...]) -> Any:
        own = whole(shape)
        if not isinstance(own.interpreter, Watched):
            own.interpreter = Watched(own.interpreter)
        return own

    monkeypatch.setattr(model._interpreters, "_take", take)
    images = make_digits(64).images.astype(np.float32) / 255
    expected = {size: model(images[:size]) for size in (1, 3, 7, 32)}
    with ThreadPoolExecutor(16) as pool:
        sizes = [size for _ in range(60) for size in expected]
        for size, answer in zip(sizes, pool.map(lambda size: model(images[:size]), sizes), strict=True):
            assert (answer == expected[size]).all()
    assert 1 <= most <= len(made) <= 16


def test_idle_interpreters_are_taken_up_again(model_folder: Path) -> None:
    model = LiteModel(model_folder / MODEL_TFLITE)
    for _ in range(5):
        thread = threading.Thread(target=model, args=(np.zeros((2, 28, 28), np.float32),))
        thread.start()
        thread.join()
    assert len(model._interpreters._idle) == 1
