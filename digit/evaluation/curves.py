"""Curves and areas from labels and probabilities, with NumPy alone, because the page draws them from `report.npz`.

Knows arrays; neither files nor pages. `digit.evaluation.metrics` writes the figures of a report with scikit-learn; what
is here gives the same numbers (a test compares them) without the seconds that its import takes.
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
"""Of a curve that is drawn; more cannot be seen."""


def wilson_interval(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """Confidence interval of a share (Wilson 1927); holds near 0 and 1, where the usual one leaves the range.

    Args:
        hits: successes, 0 to `count`.
        count: trials, at least 1.
        level: how often such an interval holds the true share.

    Raises:
        ValueError: the numbers are not as said.
    """
    if not 0 <= hits <= count or count < 1:
        raise ValueError(f"An interval needs 1 trial or more and 0 to that many hits; received {hits} of {count}.")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = hits / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    # The ends are 0 and 1 exactly where nothing or everything was hit; rounding would miss them by 1e-17.
    return (0.0 if hits == 0 else centre - half), (1.0 if hits == count else centre + half)


def precision_recall_curve(positive: NDArray[np.bool_], scores: Scores) -> Curve:
    """Precision against recall as the threshold falls, one point for each different score.

    Args:
        positive: booleans of shape (N,), at least one of them true.
        scores: shape (N,), higher for what is more likely positive.

    Returns:
        float64 of shape (m, 2): recall and precision, from (0, 1) to the threshold that lets everything in.
        scikit-learn gives the same points in the opposite order.
    """
    true, false = _counts(positive, scores)
    points = np.stack([true / true[-1], true / (true + false)], axis=1)
    return np.concatenate([[[0.0, 1.0]], points])


def average_precision(curve: Curve) -> float:
    """Mean precision over the steps of recall, without interpolation: the area that scikit-learn reports.

    Args:
        curve: as `precision_recall_curve` gives it, not thinned.
    """
    return float(np.sum(np.diff(curve[:, 0]) * curve[1:, 1]))


def precision_recall_curves(
    labels: Labels, probabilities: Scores, points: int = POINTS
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """One curve for each digit against the rest, thin enough to draw, and its exact average precision.

    Args:
        labels: integers of shape (N,), 0 to 9.
        probabilities: shape (N, 10).
        points: on each curve, both ends included, most of them near full recall and precision; shorter curves repeat
            their last point.

    Returns:
        float32 of shape (10, points, 2), (recall, precision), and float64 of shape (10,); NaN for a digit that the
        labels lack.
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
    """Area under the ROC curve of each digit against the rest, ties counted half (Hanley and McNeil 1982).

    Args:
        labels: integers of shape (N,), 0 to 9.
        probabilities: shape (N, 10).

    Returns:
        float64 of shape (10,); NaN for a digit that the labels lack, or that all of them are.
    """
    areas = np.full(CLASSES, np.nan)
    for digit in range(CLASSES):
        positive = labels == digit
        if positive.any() and not positive.all():
            true, false = _counts(positive, probabilities[:, digit])
            areas[digit] = np.trapezoid(np.append(0, true), np.append(0, false)) / (int(true[-1]) * int(false[-1]))
    return areas


def coverage_curve(labels: Labels, probabilities: Scores, points: int | None = POINTS) -> Curve:
    """How accurate the reader is on the share of digits that it is most sure of, when it may say "unsure" to the rest.

    Risk against coverage (El-Yaniv and Wiener 2010), with accuracy in place of risk. Digits of equal confidence are
    answered together or not at all, so the curve starts at the share that is as sure as can be.

    Args:
        labels: integers of shape (N,), 0 to 9.
        probabilities: shape (N, 10).
        points: at most so many rows, both ends included; None keeps all.

    Returns:
        float64 of shape (m, 3): coverage (0 to 1, rising to 1), accuracy of what is answered, and the lowest confidence
        that is answered.
    """
    confidence = probabilities.max(axis=1)
    right, wrong = _counts(probabilities.argmax(axis=1) == labels, confidence)
    thresholds = np.unique(confidence)[::-1].astype(np.float64)
    answered = right + wrong
    curve = np.stack([answered / len(labels), right / answered, thresholds], axis=1)
    return curve if points is None or len(curve) <= points else thinned(curve, points)


def thinned(curve: Curve, points: int) -> Curve:
    """`points` rows of a curve (m, columns), evenly spaced with both ends; the last is repeated when m is less."""
    last = len(curve) - 1
    keep = np.linspace(0, last, points).round().astype(int) if last >= points else np.minimum(np.arange(points), last)
    chosen: Curve = curve[keep]
    return chosen


def _thinned_to_the_corner(curve: Curve, points: int) -> Curve:
    """`thinned` for a curve of shares, with most of the points near (1, 1), where good readers differ.

    Evenly spaced along the curve, its length measured where the distances from 1 are drawn as their fourth roots.
    """
    if len(curve) <= points:
        return thinned(curve, points)
    length = np.append(0, np.abs(np.diff((1 - curve) ** 0.25, axis=0)).sum(axis=1).cumsum())
    keep = np.searchsorted(length, np.linspace(0, length[-1], points))
    chosen: Curve = curve[np.minimum(keep, len(curve) - 1)]
    chosen[-1] = curve[-1]
    return chosen


def _counts(positive: NDArray[np.bool_], scores: Scores) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many positive and negative samples score at least each different score, the highest first."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    true = np.cumsum(positive[order], dtype=np.int64)[ends]
    return true, ends + 1 - true
