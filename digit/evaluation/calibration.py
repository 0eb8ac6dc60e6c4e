"""Confidence that means something: the temperature, the thresholds of the verdicts, and how far confidence is off.

Knows logits, probabilities and labels; knows neither the model nor the pictures. Every value fitted here belongs to
validation digits, never to the test set.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.evaluation.report import RELIABILITY_BINS
from digit.recognition.probability import free_energy, softmax
from digit.types import FloatArray

LARGEST_UNSURE_MARGIN = 0.5
"""75 % against 25 % leads by this much: nobody would call a wider lead "4 or 9?"."""


def fit_temperature(logits: FloatArray, labels: NDArray[np.integer[Any]]) -> float:
    """The temperature that makes `softmax(logits / T)` most likely to say the labels (Guo et al. 2017).

    Minimises the mean negative log-likelihood over log T between T = 0.05 and T = 20; it has one minimum there, since
    it is convex in 1 / T.

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
    """How often predictions of a given confidence are right (DeGroot and Fienberg 1983).

    Args:
        labels: integers of shape (N,).
        probabilities: float32 of shape (N, 10).
        bins: number of bins of equal width over 0 to 1; a confidence on a border belongs to the bin below it.

    Returns:
        float32 of shape (bins, 3): mean confidence, accuracy, count; NaN, NaN, 0 where no prediction fell.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(index, minlength=bins)
    with np.errstate(invalid="ignore"):  # 0 / 0 of an empty bin is the NaN that is promised
        mean_confidence = np.bincount(index, confidence, bins) / count
        accuracy = np.bincount(index, correct, bins) / count
    return np.stack([mean_confidence, accuracy, count], axis=1).astype(np.float32)


def expected_calibration_error(
    labels: NDArray[np.integer[Any]], probabilities: FloatArray, bins: int = RELIABILITY_BINS
) -> float:
    """Mean distance between confidence and accuracy over bins of equal width, weighted by their counts.

    Naeini et al. 2015; with 15 bins as Guo et al. 2017 (arXiv:1706.04599). 0 to 1.
    """
    curve = reliability_curve(labels, probabilities, bins).astype(np.float64)
    curve = curve[curve[:, 2] > 0]
    return float(np.average(np.abs(curve[:, 0] - curve[:, 1]), weights=curve[:, 2]))


def energy_threshold(logits: FloatArray, temperature: float, keep: float = 0.99) -> float:
    """The free energy that at least the share `keep` of these digits does not exceed (Liu et al. 2020).

    Above it, the verdict is "not_a_digit".

    Args:
        logits: float32 of shape (N, 10), of real digits that the model was not trained on.
        temperature: the same as in use.
        keep: share of the digits that must be kept, 0 to 1.
    """
    return float(np.quantile(free_energy(logits, temperature), keep, method="higher"))


def unsure_margin(labels: NDArray[np.integer[Any]], probabilities: FloatArray, false_alarms: float = 0.01) -> float:
    """The lead of the best probability over the second below which the verdict is "unsure".

    A wider margin catches more of the mistakes and never fewer, so the rule takes the widest one that calls at most
    the share `false_alarms` of the correctly read digits unsure, and no wider than `LARGEST_UNSURE_MARGIN`, beyond
    which "4 or 9?" would not be an honest question. The cap decides for a model that is sure of nearly all that it
    reads well.

    Args:
        labels: integers of shape (N,).
        probabilities: float32 of shape (N, 10), calibrated, of digits that the model was not trained on.
        false_alarms: share of the correct predictions, 0 to 1, that may be called unsure.

    Raises:
        ValueError: no prediction is correct.
    """
    correct = probabilities.argmax(axis=1) == labels
    if not correct.any():
        raise ValueError("The unsure margin needs correct predictions; received none.")
    second, first = np.partition(probabilities[correct], -2, axis=1)[:, -2:].T
    # "lower" and the strict comparison of the verdict keep the share at or below the one asked for.
    widest = float(np.quantile(first - second, false_alarms, method="lower"))
    return min(widest, LARGEST_UNSURE_MARGIN)


def calibrate(logits: FloatArray, labels: NDArray[np.integer[Any]], *, keep: float = 0.99) -> dict[str, float]:
    """The three settings of `config.json` that come from validation digits.

    Returns:
        "temperature", "energy_threshold" and "unsure_margin"; see the functions of these names.
    """
    temperature = fit_temperature(logits, labels)
    probabilities = softmax(logits / temperature)
    return {
        "temperature": temperature,
        "energy_threshold": energy_threshold(logits, temperature, keep),
        "unsure_margin": unsure_margin(labels, probabilities),
    }
