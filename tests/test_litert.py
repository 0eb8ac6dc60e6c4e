"""The LiteRT runner takes any batch, from any thread, and refuses files that are no models."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from digit.artifact import MODEL_TFLITE
from digit.errors import ArtifactError
from digit.litert import BATCH, LiteModel
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
