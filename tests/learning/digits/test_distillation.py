"""Teachers answer with the mean of their probabilities, and a student learns from them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digit.artifact import MODEL_KERAS, load_artifact
from digit.errors import ArtifactError, SettingsError
from digit.learning.digits.distillation import VIEWS, Teachers, rotate
from digit.learning.digits.settings import TrainingSettings
from digit.learning.digits.training import AugmentedDigits, train
from tests.digits import make_digits

pytestmark = pytest.mark.filterwarnings("ignore")
SETTINGS = TrainingSettings(preset="flagship", epochs=1, batch_size=32, seed=3)


@pytest.fixture(scope="module")
def teachers() -> Teachers:
    return Teachers([load_artifact().path])


def test_answers_are_probabilities(teachers: Teachers) -> None:
    images = make_digits(40).images.astype(np.float32) / 255
    answers = teachers(images, np.random.default_rng(0))
    assert answers.shape == (40, 10)
    assert np.allclose(answers.sum(axis=1), 1, atol=1e-5)


def test_every_teacher_and_view_has_its_say(teachers: Teachers) -> None:
    """Two draws differ, because the views do; the same generator gives the same answers."""
    images = make_digits(32).images.astype(np.float32) / 255
    draws = [teachers(images, np.random.default_rng(seed)) for seed in (0, *range(40))]
    assert np.array_equal(draws[0], draws[1])
    assert len({draw.tobytes() for draw in draws}) == len(VIEWS)


def test_a_folder_that_is_no_artifact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError):
        Teachers([tmp_path])


def test_turning_keeps_the_shape_and_the_ink() -> None:
    images = make_digits(5).images.astype(np.float32) / 255
    for degrees, scale in VIEWS:
        turned = rotate(images, degrees, scale)
        assert turned.shape == images.shape
        assert turned.dtype == np.float32
        assert turned.sum() == pytest.approx(scale**2 * images.sum(), rel=0.05)
    assert rotate(images, 0) is images


def test_targets_mix_labels_and_answers_and_leave_outliers_alone(teachers: Teachers) -> None:
    """Seven tenths of the answer and three of the label; "every digit is equally likely" stays for what is no digit."""
    digits = make_digits(64)
    alone, taught = (AugmentedDigits(digits, SETTINGS, teachers=t)[0] for t in (None, teachers))
    assert np.array_equal(alone[0][:32], taught[0][:32])
    labels = alone[1][:32]
    assert (taught[1][:32][labels == 1] >= 0.3 - 1e-6).all()
    assert not np.array_equal(labels, taught[1][:32])
    assert np.allclose(taught[1].sum(axis=1), 1, atol=1e-5)
    assert np.allclose(taught[1][-3:], 0.1)


def test_a_student_begins_with_the_given_weights() -> None:
    """One tiny epoch at a tiny rate from the bundle's weights still reads digits; from scratch it could not."""
    settings = replace(SETTINGS, learning_rate=1e-6)
    model, _ = train(
        make_digits(64), make_digits(20, seed=1), settings, start=load_artifact().path / MODEL_KERAS, verbose=0
    )
    digits = make_digits(100, seed=2)
    answers = model.predict(digits.images[..., np.newaxis].astype(np.float32) / 255, verbose=0).argmax(axis=1)
    assert (answers == digits.labels).mean() > 0.9


def test_weights_of_another_preset_are_refused() -> None:
    with pytest.raises(SettingsError, match="cnn_classic"):
        train(
            make_digits(32),
            make_digits(10, seed=1),
            replace(SETTINGS, preset="cnn_classic"),
            start=load_artifact().path / MODEL_KERAS,
            verbose=0,
        )
