"""Accuracy on corrupted digits of MNIST's test set: 23 kinds of corruption at five severities each.

    python -m benchmarks.corruptions [--artifact DIR] [--beside DIR] [--data-dir DIR] [--limit N]

The corrupted digit images go straight to the `.tflite`, without `digit.imaging`, so the figures are those of the
classifier alone. All 10,000 digits take some minutes for each artifact; `--limit 1000` takes every tenth.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from numpy.typing import NDArray

from benchmarks.support.options import data_folder, options_parser
from digit.artifact import load_artifact
from digit.data.corruptions import CORRUPTIONS, MIDDLE_SEVERITY, SEVERITIES
from digit.data.mnist import load_mnist
from digit.errors import DigitError
from digit.evaluation.robustness import Robustness, evenly_spaced, measure_robustness
from digit.recognition.litert import LiteModel


def main() -> int:
    options = _parser().parse_args()
    try:
        models = {"artifact": LiteModel(load_artifact(options.artifact).tflite)}
        if options.beside is not None:
            models["beside"] = LiteModel(load_artifact(options.beside).tflite)
        digits = load_mnist(data_folder(options.data_dir)).test
    except DigitError as error:
        print(f"corruptions: {error}", file=sys.stderr)
        return 2
    digits = digits[evenly_spaced(len(digits), options.limit)]
    print(f"{len(digits)} digits of MNIST's test set, seed {options.seed}, accuracy in %\n")
    header = "  ".join(f"{f'sev. {severity}':>6}" for severity in SEVERITIES)
    print(f"{'kind':16}{header}    mean{'  beside: mean  sev. 3' if len(models) > 1 else ''}")
    found = measure_robustness(models, digits.images, digits.labels, seed=options.seed, progress=_print_kind)
    print("\nclean           " + "  ".join(f"{100 * accuracy:6.2f}" for accuracy in found.clean))
    _print_summary(found)
    return 0


def _print_kind(kind: str, accuracies: NDArray[np.float32]) -> None:
    table = 100 * accuracies.astype(np.float64)
    line = "  ".join(f"{value:6.2f}" for value in (*table[0], table[0].mean()))
    if len(table) > 1:
        line += f"  {table[1].mean():12.2f}  {table[1, MIDDLE_SEVERITY - 1]:6.2f}"
    print(f"{kind:16}{line}", flush=True)


def _print_summary(found: Robustness) -> None:
    from_paper = np.array([CORRUPTIONS[kind].from_paper for kind in found.kinds])
    print()
    for name, table in zip(found.systems, 100 * found.accuracy.astype(np.float64), strict=True):
        middle = table[:, MIDDLE_SEVERITY - 1]
        print(
            f"{name}: mean {table.mean():.2f}, mean at severity {MIDDLE_SEVERITY} {middle.mean():.2f}, "
            f"the {from_paper.sum()} kinds of MNIST-C {table[from_paper].mean():.2f} "
            f"(at severity {MIDDLE_SEVERITY} {middle[from_paper].mean():.2f}), "
            f"weakest kind at severity {MIDDLE_SEVERITY}: {found.kinds[int(middle.argmin())]} {middle.min():.2f}"
        )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, received {text}")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = options_parser(__doc__, artifact=True, data=True)
    parser.add_argument("--beside", metavar="DIR", help="another model folder, measured on the same images")
    parser.add_argument("--limit", type=_positive, metavar="N", help="use N evenly spaced digits instead of all")
    parser.add_argument("--seed", type=int, default=0, help="of the corruptions (default: 0)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
