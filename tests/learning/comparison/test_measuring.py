"""Networks and baselines are measured alike, and the figures are what their names say."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from digit.artifact import load_artifact
from digit.errors import DataError
from digit.learning.comparison.measuring import (
    Pictures,
    artifact_answer,
    latency_ms,
    load_pictures,
    measure,
    real_world_accuracy,
)
from digit.recognizer import Recognizer
from digit.types import FloatArray
from tests.digits import draw_digit, make_digits


def always(digit: int) -> FloatArray:
    """Probabilities that are the same for everything."""
    row = np.full(10, 0.01, np.float32)
    row[digit] = 0.91
    return row


def constant(digit_images: FloatArray) -> FloatArray:
    return np.tile(always(3), (len(digit_images), 1))


def test_the_error_of_the_probabilities_is_their_distance_from_the_truth() -> None:
    """Nine times wrong by 0.91 and 0.99 in two places, once right by 0.09; all else is off by 0.01."""
    figures, evaluation = measure(constant, make_digits(100), None)
    right, wrong = 9 * 0.01**2 + 0.09**2, 0.91**2 + 0.99**2 + 8 * 0.01**2
    assert figures["rmse"] == pytest.approx(np.sqrt((0.1 * right + 0.9 * wrong) / 10), rel=1e-5)
    assert figures["accuracy"] == 0.1
    assert figures["errors"] == 90 == len(evaluation.mistakes)
    assert figures["real_world"] is None


def test_every_writer_counts_the_same_and_a_blank_picture_is_wrong() -> None:
    images = make_digits(6).images.astype(np.float32) / 255
    images[3] = 0
    pictures = Pictures(images, np.array([3, 3, 3, 3, 3, 5], np.uint8), ["a", "a", "a", "a", "b", "b"])
    assert real_world_accuracy(constant, pictures) == pytest.approx((3 / 4 + 1 / 2) / 2)


def test_pictures_come_through_the_imaging_of_the_app(tmp_path: Path, recognizer: Recognizer) -> None:
    folder = tmp_path / "real_world"
    folder.mkdir()
    with (folder / "index.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "kind", "writer"])
        for digit in (0, 4, 7):
            large = cv2.resize(255 - draw_digit(digit), (280, 280), interpolation=cv2.INTER_CUBIC)
            cv2.imwrite(str(folder / f"{digit}.png"), large)
            writer.writerow([f"{digit}.png", digit, "draw", "somebody"])
        (folder / "no.png").write_bytes(b"no picture")
        writer.writerow(["no.png", 1, "draw", "nobody"])
    pictures = load_pictures(tmp_path)
    assert pictures is not None
    assert pictures.images.shape == (4, 28, 28)
    assert not pictures.images[3].any()
    assert real_world_accuracy(artifact_answer(recognizer.artifact), pictures) == 0.5

    (folder / "4.png").unlink()
    with pytest.raises(DataError, match=r"4\.png, listed in index\.csv, does not exist"):
        load_pictures(tmp_path)


def test_without_pictures_there_are_none(tmp_path: Path) -> None:
    assert load_pictures(None) is None
    assert load_pictures(tmp_path) is None


def test_a_model_folder_answers_calibrated_probabilities(recognizer: Recognizer) -> None:
    images = make_digits(30).images.astype(np.float32) / 255
    answer = artifact_answer(load_artifact(recognizer.artifact.path))
    np.testing.assert_allclose(answer(images), recognizer.probabilities(images), atol=1e-6)


def test_latency_is_of_one_digit_image() -> None:
    seen: list[int] = []

    def answer(digit_images: FloatArray) -> FloatArray:
        seen.append(len(digit_images))
        return constant(digit_images)

    assert 0 < latency_ms(answer, make_digits(20)) < 50
    assert set(seen) == {1}
