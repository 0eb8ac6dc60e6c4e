"""The command line says what it means: settings, options of an architecture, data sets."""

from __future__ import annotations

import pytest

from digit.errors import SettingsError
from digit.learning.datasets import parse_datasets
from digit.learning.digits.options import chosen_settings, command_line


def test_only_what_is_given_differs_from_the_preset() -> None:
    assert chosen_settings(command_line().parse_args([])) == {}
    given = ["--epochs", "3", "--learning-rate", "0.01", "--no-augmentation"]
    assert chosen_settings(command_line().parse_args(given)) == {
        "epochs": 3,
        "learning_rate": 0.01,
        "augmentation": None,
    }


def test_options_are_json_or_text() -> None:
    given = ["--option", "dropout=0.3", "--option", "filters=[8,16]", "--option", "batch_normalization=true"]
    expected = {"dropout": 0.3, "filters": [8, 16], "batch_normalization": True}
    assert chosen_settings(command_line().parse_args(given)) == {"architecture": expected}
    assert chosen_settings(command_line().parse_args(["--option", "a=b=c"])) == {"architecture": {"a": "b=c"}}


def test_an_option_without_a_value_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"--option should be NAME=VALUE, as dropout=0\.3; received 'dropout'"):
        chosen_settings(command_line().parse_args(["--option", "dropout"]))


def test_data_sets_are_named_once_and_mnist_is_among_them() -> None:
    assert parse_datasets("mnist, usps,semeion,usps") == ["usps", "semeion"]
    with pytest.raises(SettingsError, match="--datasets should contain mnist"):
        parse_datasets("usps")
    with pytest.raises(SettingsError, match="There is no data set 'emnist'"):
        parse_datasets("mnist,emnist")
