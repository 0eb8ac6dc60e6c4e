"""The command line of `train.py digits` becomes settings."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from digit.errors import SettingsError
from digit.learning.digits.options import add_options, chosen_preset, chosen_settings


def parse(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return parser.parse_args(given)


def test_only_what_is_given_differs_from_the_preset() -> None:
    assert chosen_settings(parse()) == {}
    options = parse("--epochs", "3", "--learning-rate", "0.01", "--no-augmentation")
    assert chosen_settings(options) == {"epochs": 3, "learning_rate": 0.01, "augmentation": None}


def test_options_are_json_or_strings() -> None:
    options = parse("--option", "dropout=0.3", "--option", "filters=[8,16]", "--option", "batch_normalization=true")
    expected = {"dropout": 0.3, "filters": [8, 16], "batch_normalization": True}
    assert chosen_settings(options) == {"architecture": expected}
    assert chosen_settings(parse("--option", "a=b=c")) == {"architecture": {"a": "b=c"}}


def test_an_option_without_a_value_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"--option should be NAME=VALUE, such as dropout=0\.3; received 'dropout'"):
        chosen_settings(parse("--option", "dropout"))


def test_the_preset_comes_from_the_command_line_the_settings_file_or_the_task(tmp_path: Path) -> None:
    file = tmp_path / "best.json"
    file.write_text(json.dumps({"preset": "cnn_single", "epochs": 7, "batch_size": 64}))
    assert chosen_preset(parse()) == ("flagship", {})
    assert chosen_preset(parse("--tune", "3")) == ("cnn_classic", {})
    assert chosen_preset(parse("--preset", "mlp_small", "--tune", "3")) == ("mlp_small", {})
    settings = {"epochs": 2, "batch_size": 64}
    assert chosen_preset(parse("--config", str(file), "--epochs", "2")) == ("cnn_single", settings)
    with pytest.raises(SettingsError, match=r"--preset is mlp_small, and .*best\.json is for cnn_single\."):
        chosen_preset(parse("--config", str(file), "--preset", "mlp_small"))
