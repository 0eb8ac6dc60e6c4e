"""A settings file holds what it was given, and every mistake in one is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from digit.data.augmentation import AugmentationSettings
from digit.errors import SettingsError
from digit.learning.digits.settings import TrainingSettings, load_settings, save_settings

SETTINGS = TrainingSettings(
    preset="cnn_classic",
    architecture={"filters": [16, 48]},
    epochs=7,
    augmentation=AugmentationSettings(rotation=5.5),
)


@pytest.mark.parametrize("settings", [SETTINGS, replace(SETTINGS, augmentation=None)])
def test_what_was_saved_comes_back(settings: TrainingSettings, tmp_path: Path) -> None:
    save_settings(tmp_path / "best.json", settings)
    assert TrainingSettings(**load_settings(tmp_path / "best.json")) == settings


def test_a_file_may_hold_a_few_settings_only(tmp_path: Path) -> None:
    (tmp_path / "few.json").write_text('{"learning_rate": 1, "augmentation": {"pen": 0}}')
    values = load_settings(tmp_path / "few.json")
    assert values == {"learning_rate": 1, "augmentation": AugmentationSettings(pen=0)}


def test_a_field_is_also_known_by_its_former_name(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"forms": 0.1}')
    assert load_settings(tmp_path / "old.json") == {"glyph_variants": 0.1}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ("[1]", "should contain a JSON object; it contains a list"),
        (json.dumps({"epoch": 3}), "unknown setting 'epoch'. Settings: preset, architecture, epochs"),
        (json.dumps({"epochs": 2.5}), "epochs should be a whole number; received 2.5"),
        (json.dumps({"epochs": True}), "epochs should be a whole number; received True"),
        (json.dumps({"learning_rate": "high"}), "learning_rate should be a number; received 'high'"),
        (json.dumps({"augmentation": 3}), "augmentation should be an object or null; received 3"),
        (json.dumps({"augmentation": {"turn": 3}}), "augmentation: unknown setting 'turn'"),
    ],
)
def test_mistakes_are_named(content: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(content)
    with pytest.raises(SettingsError, match=sentence.replace(".", r"\.")):
        load_settings(tmp_path / "bad.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        load_settings(tmp_path / "nowhere.json")
