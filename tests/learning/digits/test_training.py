"""Training learns, keeps a full history, and does the same again for the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from digit.data.augmentation import AugmentationSettings
from digit.data.mnist import to_digit_images
from digit.errors import SettingsError
from digit.learning.digits.settings import TrainingSettings
from digit.learning.digits.training import AugmentedDigits, accuracy, train
from tests.digits import make_digits

QUICK = TrainingSettings(preset="cnn_classic", epochs=4, batch_size=32, seed=5)


def test_a_short_training_reads_new_digits_and_keeps_its_history() -> None:
    model, history = train(make_digits(640), make_digits(100, seed=1), QUICK, verbose=0)
    assert {name: len(values) for name, values in history.items()} == {
        "accuracy": 4,
        "loss": 4,
        "val_accuracy": 4,
        "val_loss": 4,
        "learning_rate": 4,
    }
    fresh = make_digits(200, seed=2)
    answers = np.asarray(model(to_digit_images(fresh.images)[..., np.newaxis])).argmax(axis=1)
    assert (answers == fresh.labels).mean() > 0.8
    assert history["loss"][-1] < history["loss"][0]


def test_the_rate_warms_up_and_comes_down() -> None:
    _, history = train(make_digits(320), make_digits(20, seed=1), replace(QUICK, epochs=6), verbose=0)
    rates = history["learning_rate"]
    assert max(rates) <= QUICK.learning_rate * 1.001
    assert rates[-1] < 0.1 * max(rates)


def test_bfloat16_training_leaves_a_float32_network() -> None:
    settings = replace(QUICK, epochs=1, precision="mixed_bfloat16")
    model, _ = train(make_digits(64), make_digits(20, seed=1), settings, verbose=0)
    assert {str(w.dtype) for w in model.weights} == {"float32"}
    assert model.dtype_policy.name == "float32"


def test_batches_are_the_same_for_the_same_seed_and_epoch() -> None:
    digits = make_digits(100)
    batches = [AugmentedDigits(digits, QUICK)[1] for _ in range(2)]
    assert (batches[0][0] == batches[1][0]).all()
    later = AugmentedDigits(digits, QUICK)
    later.begin_epoch(1)
    assert not (later[1][0] == batches[0][0]).all()


def test_an_epoch_shows_every_digit_once() -> None:
    digits = make_digits(100)
    batches = AugmentedDigits(digits, replace(QUICK, augmentation=None, glyph_variants=0, outliers=0))
    assert len(batches) == 4
    images = np.concatenate([batches[i][0] for i in range(4)])[..., 0]
    expected = to_digit_images(digits.images)
    assert sorted(images.sum(axis=(1, 2)).round(2)) == sorted(expected.sum(axis=(1, 2)).round(2))


def test_glyph_variants_and_outliers_come_on_top_in_their_shares() -> None:
    settings = replace(QUICK, glyph_variants=0.1, outliers=0.25)
    images, targets = AugmentedDigits(make_digits(100), settings)[0]
    assert len(images) == len(targets) == 32 + 3 + 8
    assert (targets.max(axis=1) == 1).sum() == 32 + 3
    assert np.allclose(targets[-8:], 0.1)


def test_outliers_do_not_count_in_the_accuracy() -> None:
    targets = np.concatenate([np.eye(10, dtype=np.float32)[[1, 2, 3, 4]], np.full((2, 10), 0.1, np.float32)])
    logits = np.eye(10, dtype=np.float32)[[1, 2, 3, 9, 0, 0]]
    assert float(accuracy(targets, logits)) == 0.75


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"epochs": 0}, "epochs should be 1 or more; received 0"),
        ({"batch_size": 0}, "batch_size should be 1 or more"),
        ({"learning_rate": 0.0}, "learning_rate should lie between 0 and 1"),
        ({"precision": "float8"}, "received 'float8'"),
        ({"seed": -1}, "seed should be 0 to 4294967295; received -1"),
        ({"validation_fraction": 0.0}, "validation_fraction should lie between 0 and 1"),
        ({"ema_momentum": 1.0}, "ema_momentum should be 0 or more and below 1"),
        ({"outliers": -0.1}, "outliers should be 0 to 1; received -0.1"),
        ({"warmup_epochs": -1.0}, "warmup_epochs should be 0 or more"),
    ],
)
def test_settings_that_cannot_work_are_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        replace(QUICK, **change).check()


def test_default_augmentation_is_on() -> None:
    assert TrainingSettings().augmentation == AugmentationSettings()
