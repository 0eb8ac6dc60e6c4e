"""Temperature and thresholds are found where they are known to lie."""

from __future__ import annotations

import numpy as np
import pytest

from digit.evaluation.calibration import (
    LARGEST_UNSURE_MARGIN,
    binned_accuracy,
    calibrate,
    calibration_error,
    energy_threshold,
    expected_calibration_error,
    fit_temperature,
    reliability_curve,
    unsure_margin,
)
from digit.recognition.probability import free_energy, softmax


def honest_logits(count: int = 20_000, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax is the true chance of each label, and labels drawn by it."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2.5, (count, 10)).astype(np.float32)
    chance = softmax(logits).astype(np.float64).cumsum(axis=1)
    labels = (rng.random((count, 1)) * chance[:, -1:] > chance).sum(axis=1)
    return logits, labels


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_fit_temperature_finds_the_temperature(temperature: float) -> None:
    """Logits that were multiplied by T come back with the temperature T, within 5 %."""
    logits, labels = honest_logits()
    assert fit_temperature(logits * np.float32(temperature), labels) == pytest.approx(temperature, rel=0.05)


def test_fit_temperature_is_the_minimum() -> None:
    """A little more or a little less temperature makes the labels less likely."""
    logits, labels = honest_logits(3000)
    logits *= np.float32(1.7)
    best = fit_temperature(logits, labels)

    def loss(temperature: float) -> float:
        return float(-np.log(softmax(logits.astype(np.float64) / temperature)[np.arange(len(labels)), labels]).mean())

    assert loss(best) < min(loss(best * 1.03), loss(best / 1.03))


def test_temperature_repairs_calibration() -> None:
    """Overconfident logits have a large ECE before, and nearly none after."""
    logits, labels = honest_logits()
    logits *= np.float32(3)
    before = expected_calibration_error(labels, softmax(logits))
    after = expected_calibration_error(labels, softmax(logits / fit_temperature(logits, labels)))
    assert before > 0.1
    assert after < 0.015


def test_expected_calibration_error_by_hand() -> None:
    """Four answers at 0.8, half of them right: off by 0.3; and it counts the size of the bins."""
    rows = np.full((4, 10), 0.2 / 9, np.float32)
    rows[:, 2] = 0.8
    assert expected_calibration_error(np.array([2, 2, 3, 3]), rows) == pytest.approx(0.3, abs=1e-6)
    sure = np.zeros((4, 10), np.float32)
    sure[:, 5] = 1
    both = np.concatenate([rows, sure])
    assert expected_calibration_error(np.array([2, 2, 3, 3, 5, 5, 5, 5]), both) == pytest.approx(0.15, abs=1e-6)


def test_answers_of_any_kind_are_binned_by_their_confidence() -> None:
    """Four bins, each closed at its upper edge: 0.25 is in the first, 0.26 in the second, 0 in the first."""
    confidence = np.array([0.0, 0.25, 0.26, 0.9, 1.0])
    curve = binned_accuracy(confidence, np.array([False, True, True, False, True]), bins=4)
    assert curve.dtype == np.float32
    np.testing.assert_allclose(curve[0], [0.125, 0.5, 2])
    np.testing.assert_allclose(curve[1], [0.26, 1, 1])
    assert np.isnan(curve[2, :2]).all()
    assert curve[2, 2] == 0
    np.testing.assert_allclose(curve[3], [0.95, 0.5, 2])


def test_calibration_error_weighs_the_bins_by_their_answers() -> None:
    """Off by 0.375 for two answers, by 0.74 for one and by 0.45 for two; the empty bin does not count."""
    curve = binned_accuracy(np.array([0.0, 0.25, 0.26, 0.9, 1.0]), np.array([False, True, True, False, True]), bins=4)
    assert calibration_error(curve) == pytest.approx((2 * 0.375 + 0.74 + 2 * 0.45) / 5)
    assert calibration_error(binned_accuracy(np.array([1.0, 1.0]), np.array([True, True]))) == 0


def test_the_error_of_digits_is_that_of_their_curve() -> None:
    logits, labels = honest_logits(500)
    probabilities = softmax(logits)
    curve = reliability_curve(labels, probabilities)
    np.testing.assert_array_equal(
        curve, binned_accuracy(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels)
    )
    assert expected_calibration_error(labels, probabilities) == calibration_error(curve)


def test_reliability_curve_bins() -> None:
    """Certain answers fall into the last bin, empty bins are NaN with count 0."""
    sure = np.eye(10, dtype=np.float32)
    curve = reliability_curve(np.arange(10), sure)
    assert curve[-1].tolist() == [1.0, 1.0, 10.0]
    assert np.isnan(curve[:-1, :2]).all()
    assert (curve[:-1, 2] == 0).all()


@pytest.mark.parametrize("keep", [0.9, 0.99, 1.0])
def test_energy_threshold_keeps_what_it_promises(keep: float) -> None:
    """At least the promised share lies at or below the threshold, and hardly more."""
    logits, _ = honest_logits(5000)
    threshold = energy_threshold(logits, 1.3, keep)
    share = np.mean(free_energy(logits, 1.3) <= threshold)
    assert keep <= share <= keep + 1e-3


def test_energy_threshold_tells_digits_from_nothing() -> None:
    """Flat, low logits, as of things that are no digits, lie above the threshold of confident ones."""
    logits, _ = honest_logits(2000)
    confident = logits.copy()
    confident[np.arange(2000), confident.argmax(axis=1)] += 10
    threshold = energy_threshold(confident, 1.0)
    assert np.mean(free_energy(np.zeros((5, 10), np.float32), 1.0) > threshold) == 1.0


def test_unsure_margin_keeps_false_alarms_rare() -> None:
    """At most the asked share of right answers is called unsure, and mistakes more often than right answers."""
    logits, labels = honest_logits()
    probabilities = softmax(logits)
    margin = unsure_margin(labels, probabilities, false_alarms=0.05)
    second, first = np.partition(probabilities, -2, axis=1)[:, -2:].T
    unsure = first - second < margin
    correct = probabilities.argmax(axis=1) == labels
    assert 0.04 < unsure[correct].mean() <= 0.05
    assert unsure[~correct].mean() > 3 * unsure[correct].mean()


def test_unsure_margin_has_a_ceiling() -> None:
    """A reader that is nearly always certain still asks only when two digits are close."""
    sure = np.full((100, 10), 0.001, np.float32)
    sure[np.arange(100), np.arange(100) % 10] = 0.991
    assert unsure_margin(np.arange(100) % 10, sure) == LARGEST_UNSURE_MARGIN


def test_unsure_margin_needs_right_answers() -> None:
    """Without a single right answer there is nothing to choose by."""
    with pytest.raises(ValueError, match="received none"):
        unsure_margin(np.array([1]), np.eye(10, dtype=np.float32)[:1])


def test_calibrate_gives_the_three_settings() -> None:
    """The settings are those of the single functions."""
    logits, labels = honest_logits(2000)
    settings = calibrate(logits, labels)
    assert settings["temperature"] == fit_temperature(logits, labels)
    assert settings["energy_threshold"] == energy_threshold(logits, settings["temperature"])
    assert settings["unsure_margin"] == unsure_margin(labels, softmax(logits / settings["temperature"]))


def test_softmax_and_energy_do_not_overflow() -> None:
    """Logits of a thousand are as good as others."""
    logits = np.array([[1000.0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [-1000.0] * 10], np.float32)
    assert softmax(logits)[0, 0] == 1
    np.testing.assert_allclose(softmax(logits)[1], 0.1, rtol=1e-6)
    np.testing.assert_allclose(free_energy(logits, 1.0), [-1000, 1000 - np.log(10)], rtol=1e-6)
