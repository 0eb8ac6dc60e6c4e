"""Every preset has the parameters, the shapes and the appetite that its row promises."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from digit.errors import SettingsError
from digit.learning.presets import PRESETS, build_model, list_presets
from digit.learning.training import one_hot, to_digit_images
from tests.digits import make_digits


@pytest.mark.parametrize("name", list_presets())
def test_the_table_tells_the_truth(name: str) -> None:
    model = build_model(name)
    assert model.count_params() == PRESETS[name].parameters
    assert model(np.zeros((3, 28, 28, 1), np.float32)).shape == (3, 10)


@pytest.mark.parametrize("name", list_presets())
def test_the_seed_fixes_the_initial_weights(name: str) -> None:
    first, second, other = (build_model(name, seed=seed).get_weights()[0] for seed in (1, 1, 2))
    assert (first == second).all()
    assert not (first == other).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", list_presets())
def test_64_images_can_be_learnt_by_heart(name: str) -> None:
    digits = make_digits(64)
    images, targets = to_digit_images(digits.images)[..., np.newaxis], one_hot(digits.labels)
    model = build_model(name, seed=0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.8  # the usual 0.99 averages over more steps than 64 images need
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss, metrics=["accuracy"])
    before = model.evaluate(images, targets, verbose=0)[0]
    model.fit(images, targets, epochs=40, batch_size=32, verbose=0)
    after, accuracy = model.evaluate(images, targets, verbose=0)
    assert after < before / 10
    assert accuracy == 1.0


def test_an_unknown_preset_lists_the_choices() -> None:
    with pytest.raises(SettingsError, match="flagship, cnn_classic"):
        build_model("resnet")
