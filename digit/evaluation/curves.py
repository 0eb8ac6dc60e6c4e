"""Curves and areas from labels and probabilities, computed with NumPy alone.

The page computes them from `report.npz`, and importing scikit-learn takes seconds. `digit.evaluation.metrics` uses
scikit-learn to write a report; tests check that both give the same numbers.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.evaluation.report import CLASSES

Curve = NDArray[np.float64]
Labels = NDArray[np.integer[Any]]
Scores = NDArray[np.floating[Any]]

POINTS = 200
"""Points of a drawn curve; more would not be visible."""


def wilson_interval(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """Confidence interval of a proportion (Wilson 1927); it stays within 0 to 1, unlike the normal approximation.

    Args:
        hits: successes, 0 to `count`.
        count: trials, at least 1.
        level: confidence level, 0 to 1.

    Raises:
        ValueError: `hits` or `count` is out of range.
    """
    if not 0 <= hits <= count or count < 1:
        raise ValueError(f"An interval needs 1 trial or more and 0 to that many hits; received {hits} of {count}.")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = hits / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    # Rounding would miss the exact ends 0 and 1 by 1e-17.
    return (0.0 if hits == 0 else centre - half), (1.0 if hits == count else centre + half)


def precision_recall_curve(positive: NDArray[np.bool_], scores: Scores) -> Curve:
    """Precision against recall as the threshold falls, one point per distinct score.

    Args:
        positive: booleans of shape (N,), at least one of them true.
        scores: shape (N,), higher for more likely positives.

    Returns:
        float64 of shape (m, 2): recall and precision, from (0, 1) to the lowest threshold. scikit-learn returns the
        same points in reverse order.
    """
    true, false = _counts(positive, scores)
    points = np.stack([true / true[-1], true / (true + false)], axis=1)
    return np.concatenate([[[0.0, 1.0]], points])


def average_precision(curve: Curve) -> float:
    """Mean precision over the steps of recall, without interpolation, as in scikit-learn.

    Args:
        curve: the result of `precision_recall_curve`, not thinned.
    """
    return float(np.sum(np.diff(curve[:, 0]) * curve[1:, 1]))


def precision_recall_curves(
    labels: Labels, probabilities: Scores, points: int = POINTS
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Precision-recall curve of each digit against the rest, thinned for drawing, and its exact average precision.

    Args:
        labels: integers of shape (N,), 0 to 9.
        probabilities: shape (N, 10).
        points: points per curve, including both ends and dense near full recall and precision; shorter curves
            repeat their last point.

    Returns:
        float32 of shape (10, points, 2), (recall, precision), and float64 of shape (10,); NaN for a digit without
        labels.
    """
    curves = np.full((CLASSES, points, 2), np.nan, np.float32)
    areas = np.full(CLASSES, np.nan)
    for digit in range(CLASSES):
        positive = labels == digit
        if positive.any():
            curve = precision_recall_curve(positive, probabilities[:, digit])
            curves[digit], areas[digit] = _thinned_to_the_corner(curve, points), average_precision(curve)
    return curves, areas


def roc_areas(labels: Labels, probabilities: Scores) -> NDArray[np.float64]:
    """Area under the ROC curve of each digit against the rest, ties counted as a half (Hanley and McNeil 1982).

    Args:
        labels: integers of shape (N,), 0 to 9.
        probabilities: shape (N, 10).

    Returns:
        float64 of shape (10,); NaN for a digit that has no labels, or all of them.
    """
    areas = np.full(CLASSES, np.nan)
    for digit in range(CLASSES):
        positive = labels == digit
        if positive.any() and not positive.all():
            true, false = _counts(positive, probabilities[:, digit])
            areas[digit] = np.trapezoid(np.append(0, true), np.append(0, false)) / (int(true[-1]) * int(false[-1]))
    return areas


def coverage_curve(labels: Labels, probabilities: Scores, points: int | None = POINTS) -> Curve:
    """Accuracy against coverage, when the least confident predictions are withheld (El-Yaniv and Wiener 2010).

    Predictions of equal confidence are answered or withheld together, so the curve starts at the share with the
    highest confidence.

    Args:
        labels: integers of shape (N,), 0 to 9.
        probabilities: shape (N, 10).
        points: maximum number of rows, both ends included; None keeps all.

    Returns:
        float64 of shape (m, 3): coverage (rising to 1), accuracy of the answered predictions, and their lowest
        confidence.
    """
    confidence = probabilities.max(axis=1)
    right, wrong = _counts(probabilities.argmax(axis=1) == labels, confidence)
    thresholds = np.unique(confidence)[::-1].astype(np.float64)
    answered = right + wrong
    curve = np.stack([answered / len(labels), right / answered, thresholds], axis=1)
    return curve if points is None or len(curve) <= points else thinned(curve, points)


def thinned(curve: Curve, points: int) -> Curve:
    """Pick `points` evenly spaced rows of a curve (m, columns), both ends included; pad with the last if m is less."""
    last = len(curve) - 1
    keep = np.linspace(0, last, points).round().astype(int) if last >= points else np.minimum(np.arange(points), last)
    chosen: Curve = curve[keep]
    return chosen


def _thinned_to_the_corner(curve: Curve, points: int) -> Curve:
    """`thinned` for a curve of shares, dense near (1, 1), where good classifiers differ.

    Points are evenly spaced along the curve after taking the fourth root of the distances from 1.
    """
    if len(curve) <= points:
        return thinned(curve, points)
    length = np.append(0, np.abs(np.diff((1 - curve) ** 0.25, axis=0)).sum(axis=1).cumsum())
    keep = np.searchsorted(length, np.linspace(0, length[-1], points))
    chosen: Curve = curve[np.minimum(keep, len(curve) - 1)]
    chosen[-1] = curve[-1]
    return chosen


def _counts(positive: NDArray[np.bool_], scores: Scores) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number of positive and negative samples at or above each distinct score, highest first."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    true = np.cumsum(positive[order], dtype=np.int64)[ends]
    return true, ends + 1 - true
