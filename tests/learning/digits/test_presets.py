"""Every preset has the parameters, the shapes and the appetite that its row promises."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import pytest

from digit.data.mnist import to_digit_images
from digit.errors import SettingsError
from digit.learning.digits.presets import GEOMETRY, PRESETS, build_model, list_presets, preset_settings
from digit.learning.digits.settings import TrainingSettings
from digit.learning.digits.training import one_hot
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


@pytest.mark.parametrize("name", list_presets())
def test_one_step_lowers_the_loss_of_its_batch(name: str) -> None:
    digits = make_digits(32)
    images, targets = to_digit_images(digits.images)[..., np.newaxis], one_hot(digits.labels)
    model = build_model(name, seed=0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0  # the same network before and after the step
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.SGD(1e-2), loss=loss)
    before = float(loss(targets, model(images, training=True)))
    model.train_on_batch(images, targets)
    assert float(loss(targets, model(images, training=True))) < before


@pytest.mark.parametrize("name", list_presets())
def test_64_images_can_be_learnt_by_heart(name: str) -> None:
    digits = make_digits(64)
    images, targets = to_digit_images(digits.images)[..., np.newaxis], one_hot(digits.labels)
    model = build_model(name, seed=0)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.8  # the usual 0.99 averages over more steps than 64 images need
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(2e-3), loss=loss, metrics=["accuracy"])
    before = model.evaluate(images, targets, verbose=0)[0]
    model.fit(images, targets, epochs=40, batch_size=32, verbose=0)
    after, accuracy = model.evaluate(images, targets, verbose=0)
    assert after < before / 10
    assert accuracy == 1.0


@pytest.mark.parametrize("name", list_presets())
def test_its_training_can_be_used_and_written_down(name: str) -> None:
    settings = preset_settings(name)
    settings.check()
    assert settings.preset == name
    json.dumps(asdict(settings))
    assert preset_settings(name, epochs=77).epochs == 77


def test_the_flagship_trains_as_the_defaults_say() -> None:
    assert preset_settings("flagship") == TrainingSettings(preset="flagship")


def test_the_classic_is_rotated_shifted_and_zoomed_and_nothing_else() -> None:
    """Textbook geometry: no elastic or photometric changes, no other pens, no glyph variants, no outliers."""
    settings = preset_settings("cnn_classic")
    assert settings.augmentation == GEOMETRY
    assert all(getattr(GEOMETRY, name) > 0 for name in ("rotation", "shift", "zoom"))
    assert all(getattr(GEOMETRY, name) == 0 for name in ("shear", "elastic", "stray", "pen", "photometric"))
    assert (settings.epochs, settings.batch_size, settings.glyph_variants, settings.outliers) == (10, 128, 0, 0)


def test_options_change_the_network() -> None:
    names = [type(layer).__name__ for layer in build_model("cnn_classic").layers]
    assert "Dropout" in names
    assert "BatchNormalization" not in names
    architecture = {"filters": [8, 16, 24], "dense_units": 32, "dropout": 0.0, "batch_normalization": True}
    changed = build_model("cnn_classic", architecture=architecture)
    names = [type(layer).__name__ for layer in changed.layers]
    assert names.count("Conv2D") == names.count("BatchNormalization") == 3
    assert "Dropout" not in names
    assert changed.count_params() < PRESETS["cnn_classic"].parameters


@pytest.mark.parametrize(
    ("name", "architecture", "sentence"),
    [
        ("resnet", {}, "There is no preset 'resnet'. Presets: flagship, cnn_classic, cnn_single"),
        ("cnn_classic", {"depth": 3}, "no option 'depth'. Options: filters, dense_units, dropout, batch_normalization"),
        ("flagship", {"dropout": 0.5}, "The preset flagship has no option 'dropout'. It has none."),
        ("cnn_classic", {"dropout": 1.5}, "No cnn_classic can be built with .*'dropout': 1.5"),
        ("mlp_small", {"units": 50}, "No mlp_small can be built with .*'units': 50"),
        ("cnn_classic", {"filters": [32, 64, 64, 64, 64]}, "No cnn_classic can be built with"),
    ],
)
def test_what_cannot_be_built_is_said(name: str, architecture: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        build_model(name, architecture=architecture)


def test_the_documentation_lists_every_preset_with_its_size() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "training.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", text, re.MULTILINE)
    assert dict(listed) == {name: f"{preset.parameters:,}" for name, preset in PRESETS.items()}


def test_an_unknown_preset_has_no_settings() -> None:
    with pytest.raises(SettingsError, match="There is no preset 'resnet'"):
        preset_settings("resnet")
