"""Evaluates an artifact's `.tflite` on MNIST's test set and compares the figures with its `metrics.json`.

    python -m benchmarks.evaluate [--artifact DIR] [--data-dir DIR]

Also prints the accuracy on the test parts of USPS, Semeion and optdigits where the data folder has them (under
`extra/`). The exit status is 1 when the accuracy on MNIST differs.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.support.options import data_folder, options_parser
from digit.artifact import MNIST_TEST, Artifact, load_artifact, load_metrics, verify
from digit.data.extra import EXTRA_DATASETS, load_extra
from digit.data.mnist import Digits, load_mnist
from digit.errors import DigitError
from digit.evaluation.metrics import evaluate
from digit.evaluation.report import DISPUTED_MNIST_TEST_LABELS, Evaluation
from digit.recognition.litert import LiteModel
from digit.recognition.probability import softmax

TOLERANCE = 1e-6
COMPARED = ("accuracy", "macro_precision", "macro_recall", "macro_f1", "roc_auc", "ece", "log_loss", "rmse")
OTHER_SETS = ("usps", "optdigits", "semeion")


def main() -> int:
    options = options_parser(__doc__, artifact=True, data=True).parse_args()
    try:
        artifact = load_artifact(options.artifact)
        verify(artifact)
        data_dir = data_folder(options.data_dir)
        evaluation = _evaluate(artifact, load_mnist(data_dir).test)
        print(f"{artifact.tflite}: {artifact.config.preset} {artifact.config.version}, {artifact.config.created}\n")
        _print_figures(evaluation)
        equal = _compare(evaluation.metrics, load_metrics(artifact).get("sets", {}).get(MNIST_TEST))
        if data_dir is not None:
            _print_other_sets(artifact, data_dir)
    except DigitError as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    return 0 if equal else 1


def _evaluate(artifact: Artifact, digits: Digits) -> Evaluation:
    logits = LiteModel(artifact.tflite)(digits.images.astype(np.float32) / np.float32(255))
    return evaluate(digits.labels, softmax(logits / np.float32(artifact.config.temperature)))


def _print_figures(evaluation: Evaluation) -> None:
    metrics: Mapping[str, Any] = evaluation.metrics
    disputed = sum(int(i) in DISPUTED_MNIST_TEST_LABELS for i in evaluation.mistakes)
    print(f"MNIST test set: {metrics['count']} digits, {metrics['errors']} errors ({disputed} with a disputed label)")
    low, high = metrics["accuracy_interval"]
    print(f"accuracy         {metrics['accuracy']:.4%}  (95 % interval {low:.2%} to {high:.2%})")
    for name in COMPARED[1:5]:
        print(f"{name.replace('_', ' '):16} {metrics[name]:.6f}")
    print(f"ECE              {metrics['ece']:.4%}")
    print(f"log loss         {metrics['log_loss']:.6f}")
    print(f"RMSE             {metrics['rmse']:.6f}\n")
    print("digit  precision  recall      F1  support")
    for row in metrics["per_class"]:
        figures = f"{row['precision']:9.4f}  {row['recall']:6.4f}  {row['f1']:6.4f}  {row['support']:7d}"
        print(f"{row['digit']:5d}  {figures}")
    print()


def _compare(measured: Mapping[str, Any], written: Mapping[str, Any] | None) -> bool:
    """Print the differences from `metrics.json`; true when the accuracy is equal. Older files lack some figures."""
    if written is None:
        print(f"metrics.json has no set {MNIST_TEST}: nothing to compare with")
        return False
    off = {name: abs(measured[name] - written[name]) for name in COMPARED if name in written}
    differing = {name: distance for name, distance in off.items() if distance > TOLERANCE}
    lacking = [name for name in COMPARED if name not in written]
    if lacking:
        print(f"metrics.json: lacks {', '.join(lacking)}")
    if off and not differing:
        print(f"metrics.json: equal (to {TOLERANCE:g})")
    for name, distance in differing.items():
        print(f"metrics.json: {name} is {written[name]:.8f}, measured {measured[name]:.8f}: {distance:.2e} off")
    return "accuracy" in off and "accuracy" not in differing


def _print_other_sets(artifact: Artifact, data_dir: Path) -> None:
    """Print the accuracy on further data sets, normalized to MNIST's frame as in the app."""
    for name in OTHER_SETS:
        if not (data_dir / EXTRA_DATASETS[name].file).is_file():
            continue
        digits = load_extra(name, data_dir).test
        metrics = _evaluate(artifact, digits).metrics
        trained = "its training part was trained on" if name in artifact.config.datasets else "never trained on"
        print(
            f"{name:10} {metrics['count']:5d} digits  accuracy {metrics['accuracy']:.2%}  "
            f"ECE {metrics['ece']:.2%}  ({trained})"
        )


if __name__ == "__main__":
    sys.exit(main())
