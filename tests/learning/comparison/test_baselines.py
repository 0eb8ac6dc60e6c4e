"""Every baseline reads made digits, answers probabilities, and is measured without being written."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from digit.data.mnist import to_digit_images
from digit.errors import SettingsError
from digit.learning.comparison.baselines import BASELINES, FittedBaseline, fit_baseline, list_baselines
from tests.digits import make_digits


@pytest.fixture(scope="module")
def fitted() -> dict[str, FittedBaseline]:
    training, validation = make_digits(400), make_digits(100, seed=1)
    return {name: fit_baseline(name, training, validation) for name in list_baselines()}


@pytest.mark.parametrize("name", list_baselines())
def test_it_reads_digits_it_has_not_seen(name: str, fitted: dict[str, FittedBaseline]) -> None:
    fresh = make_digits(200, seed=2)
    probabilities = fitted[name](to_digit_images(fresh.images))
    assert probabilities.shape == (200, 10)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert (probabilities.argmax(axis=1) == fresh.labels).mean() > 0.8


@pytest.mark.parametrize("name", list_baselines())
def test_one_core_answers_the_same(name: str, fitted: dict[str, FittedBaseline]) -> None:
    images = to_digit_images(make_digits(20, seed=3).images)
    before = fitted[name](images)
    np.testing.assert_allclose(fitted[name].on_one_core()(images), before, atol=1e-6)


@pytest.mark.parametrize("name", list_baselines())
def test_the_size_is_that_of_a_file(name: str, fitted: dict[str, FittedBaseline]) -> None:
    assert fitted[name].size == len(pickle.dumps(fitted[name].estimator, protocol=5))


def test_linear_baselines_count_their_weights(fitted: dict[str, FittedBaseline]) -> None:
    counts = {n: row.parameters(fitted[n].estimator) for n, row in BASELINES.items() if row.parameters is not None}
    assert counts == {
        "logistic_regression": 784 * 10 + 10,
        "pca_logistic_regression": 50 * 784 + 784 + 50 * 10 + 10,
    }


def test_the_machine_says_as_often_right_as_it_promises(fitted: dict[str, FittedBaseline]) -> None:
    """Its decision values are no probabilities; with the fitted temperature they say the labels better than without."""
    machine, digits = fitted["support_vector_machine"], make_digits(200, seed=4)
    images = to_digit_images(digits.images)
    chosen = (np.arange(200), digits.labels)
    plain = FittedBaseline(machine.estimator, 1.0)
    assert machine.temperature != 1.0
    assert -np.log(machine(images)[chosen]).mean() < -np.log(plain(images)[chosen]).mean()
    assert (machine(images).argmax(axis=1) == plain(images).argmax(axis=1)).all()


def test_an_unknown_baseline_lists_the_choices() -> None:
    with pytest.raises(SettingsError, match="There is no baseline 'oracle'"):
        fit_baseline("oracle", make_digits(10), make_digits(10))
