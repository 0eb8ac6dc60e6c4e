"""A widened network answers as the smaller one does, and its copies learn different things."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest

from digit.learning.numbers.finder.network import build_finder
from digit.learning.numbers.reader.network import build_reader
from digit.learning.numbers.widening import widen
from digit.types import FloatArray
from tests.learning.numbers.tiny import FINDER, READER

LINES = np.random.default_rng(0).random((3, 40, 64, 1), np.float32)


def answer(network: Any) -> FloatArray:
    return np.asarray(keras.ops.convert_to_numpy(network(LINES, training=False)))


@pytest.fixture
def small() -> Any:
    """A reader whose normalizations are as if trained."""
    network = build_reader(READER)
    rng = np.random.default_rng(1)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, weight.shape) for weight in layer.get_weights()])
    return network


@pytest.mark.parametrize(
    "larger",
    [{}, {"filters": (2, 3, 7, 5, 9)}, {"blocks": (4, 4, 5)}, {"filters": (5, 4, 4, 6, 8), "blocks": (3, 3, 4)}],
)
def test_a_larger_network_answers_as_the_smaller_one(small: Any, larger: dict[str, Any]) -> None:
    network = build_reader(replace(READER, **larger))
    before = answer(network)
    widen(network, small)
    assert np.abs(answer(network) - answer(small)).max() < 1e-4
    assert np.abs(before - answer(small)).max() > 0.01


def test_a_network_of_the_same_size_has_the_same_weights() -> None:
    one, other = build_finder(FINDER), build_finder(FINDER)
    widen(one, other)
    for mine, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_copies_are_weighted_differently(small: Any) -> None:
    network = build_reader(replace(READER, filters=(4, 2, 3, 3, 4)))
    widen(network, small)
    kernel = network.get_layer("second").get_weights()[0]
    assert np.abs(kernel[:, :, 0] - kernel[:, :, 2]).max() > 0.001


def test_what_does_not_fit_is_refused(small: Any) -> None:
    for fewer in ({"filters": (2, 2, 2, 3, 4)}, {"blocks": (1, 3, 3)}):
        with pytest.raises(ValueError, match=r"do not fit into|no layer is called third_1"):
            widen(build_reader(replace(READER, **fewer)), small)
