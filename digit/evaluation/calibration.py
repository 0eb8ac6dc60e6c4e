"""Calibration: the temperature, the thresholds of the verdicts, and the calibration error.

All values are fitted on validation digits, never on the test set.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.evaluation.report import RELIABILITY_BINS
from digit.recognition.probability import free_energy, softmax
from digit.types import FloatArray

LARGEST_UNSURE_MARGIN = 0.5
"""The lead of 75 % over 25 %; asking "4 or 9?" at a wider lead would not be honest."""


def fit_temperature(logits: FloatArray, labels: NDArray[np.integer[Any]]) -> float:
    """Fit the temperature T that maximises the likelihood of the labels under `softmax(logits / T)` (Guo et al. 2017).

    Minimises the mean negative log-likelihood over log T between T = 0.05 and T = 20. It has a single minimum there,
    because it is convex in 1 / T.

    Args:
        logits: float32 of shape (N, 10), of digits that the model was not trained on.
        labels: integers of shape (N,), 0 to 9.
    """
    from scipy.optimize import minimize_scalar

    exact = logits.astype(np.float64)
    chosen = exact[np.arange(len(labels)), labels]

    def negative_log_likelihood(log_temperature: float) -> float:
        temperature = np.exp(log_temperature)
        scaled = exact / temperature
        top = scaled.max(axis=1)
        normaliser = top + np.log(np.exp(scaled - top[:, np.newaxis]).sum(axis=1))
        return float(np.mean(normaliser - chosen / temperature))

    found = minimize_scalar(negative_log_likelihood, bounds=(np.log(0.05), np.log(20)), method="bounded")
    return float(np.exp(found.x))


def reliability_curve(
    labels: NDArray[np.integer[Any]], probabilities: FloatArray, bins: int = RELIABILITY_BINS
) -> FloatArray:
    """Accuracy as a function of confidence (DeGroot and Fienberg 1983).

    Args:
        labels: integers of shape (N,).
        probabilities: float32 of shape (N, 10).
        bins: number of bins of equal width over 0 to 1, each closed at its upper edge.

    Returns:
        float32 of shape (bins, 3): mean confidence, accuracy, count; NaN, NaN, 0 for an empty bin.
    """
    return binned_accuracy(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels, bins)


def binned_accuracy(
    confidence: NDArray[np.floating[Any]], correct: NDArray[np.bool_], bins: int = RELIABILITY_BINS
) -> FloatArray:
    """Accuracy as a function of confidence, for answers of any kind.

    Args:
        confidence: of shape (N,), 0 to 1.
        correct: of shape (N,).

    Returns:
        As `reliability_curve`.
    """
    confidence = confidence.astype(np.float64)
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(index, minlength=bins)
    with np.errstate(invalid="ignore"):  # an empty bin gives 0 / 0 = NaN
        mean_confidence = np.bincount(index, confidence, bins) / count
        accuracy = np.bincount(index, correct, bins) / count
    return np.stack([mean_confidence, accuracy, count], axis=1).astype(np.float32)


def expected_calibration_error(
    labels: NDArray[np.integer[Any]], probabilities: FloatArray, bins: int = RELIABILITY_BINS
) -> float:
    """Mean absolute difference between confidence and accuracy over equal bins, weighted by their counts; 0 to 1.

    Naeini et al. 2015; 15 bins as in Guo et al. 2017 (arXiv:1706.04599).
    """
    return calibration_error(reliability_curve(labels, probabilities, bins))


def calibration_error(curve: FloatArray) -> float:
    """The expected calibration error of a curve from `reliability_curve` or `binned_accuracy`."""
    curve = curve[curve[:, 2] > 0].astype(np.float64)
    return float(np.average(np.abs(curve[:, 0] - curve[:, 1]), weights=curve[:, 2]))


def energy_threshold(logits: FloatArray, temperature: float, keep: float = 0.99) -> float:
    """Free energy above which the verdict is "not_a_digit" (Liu et al. 2020).

    Args:
        logits: float32 of shape (N, 10), of real digits that the model was not trained on.
        temperature: the one used for prediction.
        keep: share of these digits, 0 to 1, that must not exceed the threshold.
    """
    return float(np.quantile(free_energy(logits, temperature), keep, method="higher"))


def unsure_margin(labels: NDArray[np.integer[Any]], probabilities: FloatArray, false_alarms: float = 0.01) -> float:
    """Lead of the highest probability over the second highest below which the verdict is "unsure".

    A wider margin never catches fewer mistakes. So this is the widest margin that flags at most the share
    `false_alarms` of the correct predictions, but no more than `LARGEST_UNSURE_MARGIN`. The cap decides for a model
    that is confident about nearly all of its correct predictions.

    Args:
        labels: integers of shape (N,).
        probabilities: float32 of shape (N, 10), calibrated, of digits that the model was not trained on.
        false_alarms: share of the correct predictions, 0 to 1, that may be flagged as unsure.

    Raises:
        ValueError: no prediction is correct.
    """
    correct = probabilities.argmax(axis=1) == labels
    if not correct.any():
        raise ValueError("The unsure margin needs correct predictions; received none.")
    second, first = np.partition(probabilities[correct], -2, axis=1)[:, -2:].T
    # "lower", and the strict comparison of the verdict, keep the share at or below `false_alarms`.
    widest = float(np.quantile(first - second, false_alarms, method="lower"))
    return min(widest, LARGEST_UNSURE_MARGIN)


def calibrate(logits: FloatArray, labels: NDArray[np.integer[Any]], *, keep: float = 0.99) -> dict[str, float]:
    """Fit the three settings of `config.json` that depend on validation digits.

    Returns:
        "temperature", "energy_threshold" and "unsure_margin".
    """
    temperature = fit_temperature(logits, labels)
    probabilities = softmax(logits / temperature)
    return {
        "temperature": temperature,
        "energy_threshold": energy_threshold(logits, temperature, keep),
        "unsure_margin": unsure_margin(labels, probabilities),
    }
