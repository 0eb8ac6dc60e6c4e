"""Metrics of a classifier from labels and probabilities, computed with scikit-learn, and the report as text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.artifact import MNIST_TEST
from digit.artifact.schemas import SetFigures
from digit.evaluation.calibration import expected_calibration_error, reliability_curve
from digit.evaluation.curves import wilson_interval
from digit.evaluation.report import CLASSES, DISPUTED_MNIST_TEST_LABELS, ROC_POINTS, Evaluation, Report
from digit.types import FloatArray


def evaluate(labels: NDArray[np.integer[Any]], probabilities: FloatArray) -> Evaluation:
    """Compare predictions with the labels.

    The `metrics` are plain JSON: "count", "errors", "accuracy", "macro_precision", "macro_recall", "macro_f1" (means
    over the digits among the labels), "roc_auc" (mean over those digits, one against the rest; None if all labels are
    equal), "ece" (expected calibration error, 15 bins), "log_loss" (nats), "rmse" (over all N x 10 probabilities,
    against 1 for the true digit and 0 for the others), "accuracy_interval" ([low, high], Wilson, 95 %) and "per_class",
    a list of {"digit", "precision", "recall", "f1", "support", "roc_auc"} for all ten digits. Precision without
    predictions and recall without samples count as 0; "roc_auc" is None for a digit with no labels, or all of them.

    Args:
        labels: integers of shape (N,), 0 to 9.
        probabilities: float32 of shape (N, 10), rows summing to 1.

    Raises:
        ValueError: wrong shapes, labels or probabilities.
    """
    _check(labels, probabilities)
    from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support, roc_auc_score

    digits = np.arange(CLASSES)
    truth: NDArray[np.uint8] = labels.astype(np.uint8)
    probabilities = probabilities.astype(np.float32)
    predictions = probabilities.argmax(axis=1)
    errors = int(np.count_nonzero(predictions != truth))
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, predictions, labels=digits, zero_division=0.0
    )
    occurs = support > 0
    comparable = [d for d in digits if 0 < support[d] < len(truth)]
    areas = {int(d): float(roc_auc_score(truth == d, probabilities[:, d])) for d in comparable}
    exact = probabilities.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)  # float32 rows sum to 1 only roughly
    metrics: SetFigures = {
        "count": len(truth),
        "errors": errors,
        "accuracy": (len(truth) - errors) / len(truth),
        "macro_precision": float(precision[occurs].mean()),
        "macro_recall": float(recall[occurs].mean()),
        "macro_f1": float(f1[occurs].mean()),
        "roc_auc": float(np.mean(list(areas.values()))) if areas else None,
        "ece": expected_calibration_error(truth, probabilities),
        "log_loss": float(log_loss(truth, exact, labels=digits)),
        "rmse": float(np.sqrt(np.mean((exact - np.eye(CLASSES)[truth]) ** 2))),
        "accuracy_interval": list(wilson_interval(len(truth) - errors, len(truth))),
        "per_class": [
            {
                "digit": int(d),
                "precision": float(precision[d]),
                "recall": float(recall[d]),
                "f1": float(f1[d]),
                "support": int(support[d]),
                "roc_auc": areas.get(int(d)),
            }
            for d in digits
        ],
    }
    return Evaluation(
        labels=truth,
        probabilities=probabilities,
        confusion=confusion_matrix(truth, predictions, labels=digits).astype(np.int64),
        roc=_roc_curves(truth, probabilities),
        reliability=reliability_curve(truth, probabilities),
        metrics=metrics,
    )


def classification_report_text(labels: NDArray[np.integer[Any]], predictions: NDArray[np.integer[Any]]) -> str:
    """scikit-learn's classification report and the confusion matrix as text of fixed width.

    Args:
        labels: integers of shape (N,), 0 to 9.
        predictions: integers of shape (N,), 0 to 9.
    """
    from sklearn.metrics import classification_report, confusion_matrix

    digits = np.arange(CLASSES)
    figures = classification_report(labels, predictions, labels=digits, digits=4, zero_division=0.0)
    confusion = confusion_matrix(labels, predictions, labels=digits)
    rows = [f"{digit:>6}" + "".join(f"{count or '.':>6}" for count in row) for digit, row in enumerate(confusion)]
    header = "    is" + "".join(f"{digit:>6}" for digit in digits) + "   read as"
    return "\n".join([figures.rstrip(), "", header, *rows]) + "\n"


def report_text(report: Report) -> str:
    """Accuracy, `classification_report_text` and disputed labels of every set of a report."""
    parts = []
    for name in report:
        data = report[name]
        count, wrong = len(data.labels), len(data.mistake_index)
        low, high = wilson_interval(count - wrong, count)
        heading = f"{name}: {100 * (1 - wrong / count):.2f} % of {count:,} digits, {wrong:,} wrong"
        heading += f" (95 % interval {100 * low:.2f} to {100 * high:.2f} %)"
        if name == MNIST_TEST:
            disputed = sum(int(index) in DISPUTED_MNIST_TEST_LABELS for index in data.mistake_index)
            heading += f"\n{disputed} of the wrong ones have a label that most annotators dispute"
        parts.append(f"{heading}\n\n{classification_report_text(data.labels, data.predictions)}")
    return "\n\n".join(parts)


def _check(labels: NDArray[np.integer[Any]], probabilities: FloatArray) -> None:
    if labels.ndim != 1 or len(labels) == 0:
        raise ValueError(f"Labels should have the shape (N,) with N > 0; received {labels.shape}.")
    if probabilities.shape != (len(labels), CLASSES):
        raise ValueError(
            f"{len(labels)} labels need probabilities of shape ({len(labels)}, {CLASSES}); "
            f"received {probabilities.shape}."
        )
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0 or labels.max() >= CLASSES:
        raise ValueError(
            f"Labels should be integers from 0 to 9; received {labels.dtype}, {labels.min()} to {labels.max()}."
        )
    if not np.isfinite(probabilities).all() or np.abs(probabilities.sum(axis=1) - 1).max() > 1e-3:
        raise ValueError("Each row of probabilities should be finite and sum to 1.")


def _roc_curves(labels: NDArray[np.uint8], probabilities: FloatArray) -> FloatArray:
    """ROC curve of each digit against the rest, with at most `ROC_POINTS` points; see `Evaluation.roc`."""
    from sklearn.metrics import roc_curve

    curves = np.full((CLASSES, ROC_POINTS, 2), np.nan, np.float32)
    for digit in range(CLASSES):
        positive = labels == digit
        if positive.all() or not positive.any():
            continue
        false_rate, true_rate, _ = roc_curve(positive, probabilities[:, digit])
        keep = np.linspace(0, len(false_rate) - 1, ROC_POINTS).round().astype(int)
        if len(false_rate) < ROC_POINTS:
            keep = np.minimum(np.arange(ROC_POINTS), len(false_rate) - 1)
        curves[digit] = np.stack([false_rate[keep], true_rate[keep]], axis=1)
    return curves
