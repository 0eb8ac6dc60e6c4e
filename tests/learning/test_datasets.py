"""Data sets are found by name, with MNIST always among them."""

from __future__ import annotations

import pytest

from digit.errors import SettingsError
from digit.learning.datasets import load_dataset, parse_datasets


def test_data_sets_are_named_once_and_mnist_is_among_them() -> None:
    assert parse_datasets("mnist, usps,semeion,usps") == ["usps", "semeion"]
    with pytest.raises(SettingsError, match="--datasets should contain mnist"):
        parse_datasets("usps")


def test_an_unknown_data_set_lists_the_choices() -> None:
    with pytest.raises(SettingsError, match=r"There is no data set 'emnist'\. Data sets: mnist, usps, .*, or a folder"):
        parse_datasets("mnist,emnist")
    with pytest.raises(SettingsError, match="There is no data set 'emnist'"):
        load_dataset("emnist")
