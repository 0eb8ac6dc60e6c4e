"""What the evaluation computes, on answers small enough to count by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from digit.evaluation.curves import roc_areas
from digit.evaluation.metrics import classification_report_text, evaluate
from digit.evaluation.report import RELIABILITY_BINS, ROC_POINTS


def probabilities_for(predictions: list[int], confidence: float = 0.91) -> np.ndarray:
    """Rows that give `confidence` to the prediction and share the rest."""
    rows = np.full((len(predictions), 10), (1 - confidence) / 9, np.float32)
    rows[np.arange(len(predictions)), predictions] = confidence
    return rows


def random_answers(count: int = 4000, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Labels and plausible probabilities: mostly right, never certain."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    logits = rng.normal(0, 1.5, (count, 10))
    logits[np.arange(count), labels] += 4
    exp = np.exp(logits)
    return labels, (exp / exp.sum(axis=1, keepdims=True)).astype(np.float32)


def test_counts_by_hand() -> None:
    """Two of six wrong: errors, accuracy, confusion, precision, recall and F1 are what a person counts."""
    labels = np.array([0, 0, 1, 1, 1, 2])
    metrics = evaluate(labels, probabilities_for([0, 1, 1, 1, 2, 2])).metrics
    assert (metrics["count"], metrics["errors"]) == (6, 2)
    assert metrics["accuracy"] == pytest.approx(4 / 6)
    one = metrics["per_class"][1]
    assert one["digit"] == 1
    assert one["support"] == 3
    assert one["precision"] == pytest.approx(2 / 3)
    assert one["recall"] == pytest.approx(2 / 3)
    assert one["f1"] == pytest.approx(2 / 3)
    assert metrics["per_class"][0]["precision"] == 1.0
    assert metrics["per_class"][0]["recall"] == 0.5


def test_confusion_rows_are_the_truth() -> None:
    """A 4 read as 9 stands in row 4, column 9."""
    evaluation = evaluate(np.array([4, 9]), probabilities_for([9, 9]))
    assert evaluation.confusion[4, 9] == 1
    assert evaluation.confusion[9, 4] == 0
    assert evaluation.confusion.sum() == 2


def test_macro_figures_leave_out_digits_that_do_not_occur() -> None:
    """A perfect reader of a set without 8 and 9 has a macro recall of 1, not 0.8."""
    labels = np.arange(8)
    metrics = evaluate(labels, probabilities_for(list(range(8)))).metrics
    assert metrics["macro_recall"] == 1.0
    assert metrics["macro_f1"] == 1.0
    assert metrics["per_class"][9]["support"] == 0


def test_macro_figures_agree_with_scikit_learn_on_whole_sets() -> None:
    """Where all ten digits occur, the macro figures and the area are scikit-learn's own."""
    from sklearn.metrics import f1_score, roc_auc_score

    labels, probabilities = random_answers()
    metrics = evaluate(labels, probabilities).metrics
    exact = probabilities.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    assert metrics["macro_f1"] == pytest.approx(f1_score(labels, exact.argmax(axis=1), average="macro"))
    assert metrics["roc_auc"] == pytest.approx(roc_auc_score(labels, exact, multi_class="ovr"), abs=1e-6)


def test_log_loss_is_the_mean_surprise() -> None:
    """The log loss is the mean of -ln p of the true digit."""
    labels = np.array([3, 3])
    metrics = evaluate(labels, probabilities_for([3, 5], confidence=0.91)).metrics
    assert metrics["log_loss"] == pytest.approx(-(np.log(0.91) + np.log(0.01)) / 2, rel=1e-5)


def test_rmse_is_the_distance_from_one_hot() -> None:
    """By hand: 0.9 for the true digit and 0.1 for another are off by 0.1 twice, and by nothing eight times."""
    probabilities = np.zeros((2, 10), np.float32)
    probabilities[:, 3], probabilities[:, 5] = 0.9, 0.1
    assert evaluate(np.array([3, 3]), probabilities).metrics["rmse"] == pytest.approx((2 * 0.01 / 10) ** 0.5)
    assert evaluate(np.array([5, 5]), probabilities).metrics["rmse"] == pytest.approx((2 * 0.81 / 10) ** 0.5)
    assert evaluate(np.arange(10), np.eye(10, dtype=np.float32)).metrics["rmse"] == 0


def test_accuracy_interval_holds_the_accuracy() -> None:
    """The interval lies around the accuracy, and is that of SciPy."""
    from scipy.stats import binomtest

    labels, probabilities = random_answers()
    metrics = evaluate(labels, probabilities).metrics
    low, high = metrics["accuracy_interval"]
    assert low < metrics["accuracy"] < high
    expected = binomtest(metrics["count"] - metrics["errors"], metrics["count"]).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high))


def test_each_digit_has_its_area() -> None:
    """The areas of the digits are those that the page computes, their mean is the reported one, and none is None."""
    labels, probabilities = random_answers()
    labels = np.where(labels == 3, 4, labels)
    metrics = evaluate(labels, probabilities).metrics
    areas = [row["roc_auc"] for row in metrics["per_class"]]
    assert areas[3] is None
    others = [area for area in areas if area is not None]
    assert np.mean(others) == pytest.approx(metrics["roc_auc"])
    np.testing.assert_allclose(others, np.delete(roc_areas(labels, probabilities), 3), atol=1e-12)


def test_classification_report_text() -> None:
    """The text holds scikit-learn's figures and every cell of the confusion matrix."""
    text = classification_report_text(np.array([4, 4, 4, 9]), np.array([4, 9, 9, 9]))
    lines = text.splitlines()
    assert "           4     1.0000    0.3333    0.5000         3" in lines
    row = next(line for line in reversed(lines) if line.split()[0] == "4")
    assert row.split() == ["4", ".", ".", ".", ".", "1", ".", ".", ".", ".", "2"]


def test_metrics_are_json() -> None:
    """`metrics.json` can be written from the figures as they are."""
    labels, probabilities = random_answers()
    metrics = evaluate(labels, probabilities).metrics
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics


def test_roc_curves_rise_from_corner_to_corner() -> None:
    """Each curve starts at (0, 0), ends at (1, 1), never falls, and its area is the reported one."""
    labels, probabilities = random_answers()
    evaluation = evaluate(labels, probabilities)
    assert evaluation.roc.shape == (10, ROC_POINTS, 2)
    assert evaluation.roc.dtype == np.float32
    np.testing.assert_array_equal(evaluation.roc[:, 0], 0)
    np.testing.assert_array_equal(evaluation.roc[:, -1], 1)
    assert (np.diff(evaluation.roc, axis=1) >= 0).all()
    area = np.mean([np.trapezoid(curve[:, 1], curve[:, 0]) for curve in evaluation.roc])
    assert area == pytest.approx(evaluation.metrics["roc_auc"], abs=2e-3)


def test_one_digit_alone_has_no_roc() -> None:
    """A set of sevens has no curve and no area, and everything else is still measured."""
    evaluation = evaluate(np.array([7, 7]), probabilities_for([7, 1]))
    assert evaluation.metrics["roc_auc"] is None
    assert np.isnan(evaluation.roc).all()
    assert evaluation.metrics["accuracy"] == 0.5


def test_mistakes_come_most_confident_first() -> None:
    """The mistakes are exactly the wrong answers, in order of falling confidence."""
    labels, probabilities = random_answers()
    evaluation = evaluate(labels, probabilities)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    assert sorted(evaluation.mistakes.tolist()) == wrong.tolist()
    confidence = probabilities[evaluation.mistakes].max(axis=1)
    assert (np.diff(confidence) <= 0).all()
    assert len(wrong) == evaluation.metrics["errors"] > 10


def test_reliability_counts_everything() -> None:
    """The bins hold every prediction once."""
    labels, probabilities = random_answers()
    evaluation = evaluate(labels, probabilities)
    assert evaluation.reliability.shape == (RELIABILITY_BINS, 3)
    assert evaluation.reliability[:, 2].sum() == len(labels)


@pytest.mark.parametrize(
    ("labels", "probabilities", "expected"),
    [
        (np.zeros(0, int), np.zeros((0, 10), np.float32), "N > 0"),
        (np.array([1, 2]), probabilities_for([1]), "received (1, 10)"),
        (np.array([10]), probabilities_for([1]), "0 to 9"),
        (np.array([-1]), probabilities_for([1]), "0 to 9"),
        (np.array([0.5]), probabilities_for([1]), "integers"),
        (np.array([1]), np.full((1, 10), 0.2, np.float32), "sum to 1"),
        (np.array([1]), np.full((1, 10), np.nan, np.float32), "finite"),
    ],
)
def test_bad_input_is_named(labels: np.ndarray, probabilities: np.ndarray, expected: str) -> None:
    """Each kind of wrong input gets a sentence that says what was expected."""
    with pytest.raises(ValueError) as caught:
        evaluate(labels, probabilities)
    assert expected in str(caught.value)
