"""Data sets are found by name, with MNIST always among them."""

from __future__ import annotations

import pytest

from digit.errors import SettingsError
from digit.learning.datasets import load_dataset, own_name, parse_datasets


def test_data_sets_are_named_once_and_mnist_is_among_them() -> None:
    assert parse_datasets("mnist, usps,semeion,usps") == ["usps", "semeion"]
    with pytest.raises(SettingsError, match="--datasets should contain mnist"):
        parse_datasets("usps")


def test_an_unknown_data_set_lists_the_choices() -> None:
    with pytest.raises(SettingsError, match=r"There is no data set 'emnist'\. Data sets: mnist, usps, .*, or a folder"):
        parse_datasets("mnist,emnist")
    with pytest.raises(SettingsError, match="There is no data set 'emnist'"):
        load_dataset("emnist")


def test_own_pictures_have_a_name_of_their_own() -> None:
    assert own_name("a/My Notes (2026).csv", ["mnist"]) == "my_notes_2026"
    assert own_name("a/mnist", ["mnist"]) == "mnist_2"
    assert own_name("a/USPS", ["mnist", "usps_2"]) == "usps_3"
    assert own_name("a/ü", []) == "own"
