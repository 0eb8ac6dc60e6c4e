"""The curves that the page draws are scikit-learn's, and need nothing of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from digit.evaluation import curves


def answers(count: int = 1500, dtype: type = np.float32) -> tuple[np.ndarray, np.ndarray]:
    """Labels and plausible probabilities; as float16 many of them are tied, as in a report."""
    rng = np.random.default_rng(7)
    labels = rng.integers(0, 10, count)
    logits = rng.normal(0, 2, (count, 10))
    logits[np.arange(count), labels] += 5
    exp = np.exp(logits)
    return labels, (exp / exp.sum(axis=1, keepdims=True)).astype(dtype)


@pytest.mark.parametrize(("hits", "count"), [(9966, 10_000), (0, 7), (7, 7), (1, 1), (50, 100)])
@pytest.mark.parametrize("level", [0.95, 0.99])
def test_wilson_interval_is_scipys(hits: int, count: int, level: float) -> None:
    """Ordinary shares, none and all: the interval is that of SciPy."""
    expected = binomtest(hits, count).proportion_ci(level, method="wilson")
    assert curves.wilson_interval(hits, count, level) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("hits", "count"), [(0, 0), (5, 4), (-1, 4)])
def test_wilson_interval_of_nonsense(hits: int, count: int) -> None:
    """Numbers that no count can give are refused with both."""
    with pytest.raises(ValueError, match=f"received {hits} of {count}"):
        curves.wilson_interval(hits, count)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_precision_recall_is_scikit_learns(dtype: type) -> None:
    """Every point and the average precision agree, ties included."""
    labels, probabilities = answers(dtype=dtype)
    for digit in (0, 4, 9):
        positive = labels == digit
        precision, recall, _ = metrics.precision_recall_curve(positive, probabilities[:, digit])
        curve = curves.precision_recall_curve(positive, probabilities[:, digit])
        np.testing.assert_allclose(curve[::-1, 0], recall)
        np.testing.assert_allclose(curve[::-1, 1], precision)
        expected = metrics.average_precision_score(positive, probabilities[:, digit])
        assert curves.average_precision(curve) == pytest.approx(expected)


def test_precision_recall_of_every_digit() -> None:
    """Ten drawable curves from recall 0 to 1 with exact areas; a digit that the labels lack has NaN."""
    labels, probabilities = answers()
    labels = np.where(labels == 3, 4, labels)
    drawn, areas = curves.precision_recall_curves(labels, probabilities, points=50)
    assert (drawn.shape, drawn.dtype) == ((10, 50, 2), np.float32)
    assert np.isnan(drawn[3]).all()
    assert np.isnan(areas[3])
    others = [digit for digit in range(10) if digit != 3]
    np.testing.assert_array_equal(drawn[others, 0], np.tile([0, 1], (9, 1)))
    np.testing.assert_array_equal(drawn[others, -1, 0], 1)
    expected = [metrics.average_precision_score(labels == d, probabilities[:, d]) for d in others]
    np.testing.assert_allclose(areas[others], expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_roc_areas_are_scikit_learns(dtype: type) -> None:
    """The area of every digit agrees, ties included; a digit that the labels lack has NaN."""
    labels, probabilities = answers(dtype=dtype)
    labels = np.where(labels == 3, 4, labels)
    areas = curves.roc_areas(labels, probabilities)
    assert np.isnan(areas[3])
    for digit in (0, 4, 9):
        expected = metrics.roc_auc_score(labels == digit, probabilities[:, digit])
        assert areas[digit] == pytest.approx(expected, abs=1e-12)


def test_one_digit_alone_has_no_roc_area() -> None:
    """With nothing to tell apart there is no area."""
    assert np.isnan(curves.roc_areas(np.full(3, 7), answers(3)[1])).all()


def test_coverage_by_hand() -> None:
    """Four digits, one wrong and unsure: the surest two are right, the tie is answered together."""
    probabilities = np.full((4, 10), 0.01)
    probabilities[[0, 1, 2, 3], [1, 2, 3, 4]] = [0.9, 0.8, 0.8, 0.6]
    curve = curves.coverage_curve(np.array([1, 2, 3, 5]), probabilities)
    np.testing.assert_allclose(curve, [[0.25, 1, 0.9], [0.75, 1, 0.8], [1, 0.75, 0.6]])


def test_coverage_ends_at_the_accuracy() -> None:
    """Each row is the accuracy of those at least so sure; at full coverage it is the accuracy of all."""
    labels, probabilities = answers()
    right = probabilities.argmax(axis=1) == labels
    confidence = probabilities.max(axis=1)
    full = curves.coverage_curve(labels, probabilities, points=None)
    for coverage, accuracy, threshold in full[[0, 100, 700, -1]]:
        answered = confidence >= threshold
        assert coverage == pytest.approx(answered.mean())
        assert accuracy == pytest.approx(right[answered].mean())
    assert full[-1, :2].tolist() == [1, pytest.approx(right.mean())]
    thin = curves.coverage_curve(labels, probabilities, points=20)
    assert thin.shape == (20, 3)
    np.testing.assert_array_equal(thin[[0, -1]], full[[0, -1]])


def test_thinned_repeats_the_last_point() -> None:
    """A short curve is not stretched: its end is repeated."""
    curve = np.array([[0.0, 1.0], [1.0, 0.5]])
    assert curves.thinned(curve, 4).tolist() == [[0, 1], [1, 0.5], [1, 0.5], [1, 0.5]]
    assert curves.thinned(np.arange(9.0)[:, np.newaxis], 3).ravel().tolist() == [0, 4, 8]


def test_nothing_heavy_is_imported() -> None:
    """The page may import this: no scikit-learn, no SciPy."""
    code = "import sys, digit.evaluation.curves; print('sklearn' in sys.modules, 'scipy' in sys.modules)"
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.split() == ["False", "False"]
