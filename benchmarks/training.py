"""Training speed of presets: images a second, and seconds until 99 % of MNIST's test digits are right.

    python -m benchmarks.training [--presets cnn_quick,cnn_classic] [--data-dir DIR] [--goal 0.99] [--parts 4]

Each preset trains as in `train.py`, on the same digits. After each part of an epoch (a quarter by default) the test
digits are classified with the current weights, not their running average, to find the moment the goal is reached. The
clock includes building the graph and excludes validation and these tests. Nothing is chosen by the test digits. A
training ends at the goal or after the preset's number of epochs.
"""

from __future__ import annotations

import argparse
import os
import sys
from time import perf_counter

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import keras
import numpy as np

from benchmarks.support.options import data_folder, options_parser
from benchmarks.support.results import print_table, save
from digit.data.mnist import Digits, load_mnist, to_digit_images
from digit.errors import DigitError
from digit.learning.datasets import DigitsData, split_mnist
from digit.learning.digits.presets import PRESETS, get_preset, preset_settings
from digit.learning.digits.training import train
from digit.learning.export.convert import keras_logits


class Clock(keras.callbacks.Callback):  # type: ignore[misc]
    """Classifies the test digits after every part of an epoch and stops the training at the goal.

    Attributes:
        readings: seconds of training, epochs and test accuracy at each part.
    """

    def __init__(self, test: Digits, *, goal: float, steps: int, parts: int) -> None:
        super().__init__()
        self._images, self._labels = to_digit_images(test.images), test.labels
        self._goal, self._steps, self._parts = goal, steps, parts
        self._epoch, self._began, self._paused = 0, 0.0, 0.0
        self.readings: list[tuple[float, float, float]] = []

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._began = perf_counter()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        done = batch + 1
        part = self._steps / self._parts
        if int(done / part) == int(batch / part) and done != self._steps:
            return
        stopped = perf_counter()
        accuracy = float(np.mean(keras_logits(self.model, self._images).argmax(axis=1) == self._labels))
        self.readings.append((stopped - self._began - self._paused, self._epoch + done / self._steps, accuracy))
        print(f"          {self.readings[-1][0]:7.1f} s  epoch {self.readings[-1][1]:5.2f}  {100 * accuracy:.2f} %")
        if accuracy >= self._goal:
            self.model.stop_training = True
        self._paused += perf_counter() - stopped

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        self._validation_began = perf_counter()

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        self._paused += perf_counter() - self._validation_began


def main() -> int:
    options = _parser().parse_args()
    try:
        names = [name.strip() for name in options.presets.split(",")]
        for name in names:
            get_preset(name)
        data = split_mnist(load_mnist(data_folder(options.data_dir)))
        print(f"{len(data.training):,} digits to train on, goal {100 * options.goal:.2f} % of the test digits\n")
        clocks = {name: _measure(name, data, options) for name in names}
    except DigitError as error:
        print(f"training: {error}", file=sys.stderr)
        return 2
    save("training", _print_table(clocks, options.goal, len(data.training)), options.output)
    return 0


def _measure(name: str, data: DigitsData, options: argparse.Namespace) -> Clock:
    settings = preset_settings(name, seed=options.seed)
    print(f"{name}: {PRESETS[name].description}")
    steps = -(-len(data.training) // settings.batch_size)
    clock = Clock(data.test, goal=options.goal, steps=steps, parts=options.parts)
    train(data.training, data.validation, settings, callbacks=[clock], verbose=0)
    return clock


def _print_table(clocks: dict[str, Clock], goal: float, images: int) -> dict[str, dict[str, float | None]]:
    """Print the table; returns its figures by preset."""
    figures: dict[str, dict[str, float | None]] = {}
    for name, clock in clocks.items():
        reached = next((reading for reading in clock.readings if reading[2] >= goal), None)
        seconds, epochs, accuracy = reached or clock.readings[-1]
        figures[name] = {
            "seconds": seconds,
            "epochs": epochs,
            "accuracy": accuracy,
            "images_per_second": images * epochs / seconds,
            "seconds_to_goal": seconds if reached else None,
        }
    beside = figures[list(figures)[-1]]["seconds_to_goal"]
    rows = []
    for name, m in figures.items():
        to_goal = m["seconds_to_goal"]
        rows.append(
            [
                name,
                f"{to_goal:.1f}" if to_goal else f"not within {m['seconds']:.0f}",
                f"{m['epochs']:.2f}",
                f"{100 * (m['accuracy'] or 0):.2f} %",
                f"{m['images_per_second']:,.0f}",
                f"{100 * to_goal / beside:.0f} %" if to_goal and beside else "-",
            ]
        )
    print()
    print_table(["preset", "seconds", "epochs", "test accuracy", "images/s", f"beside {list(figures)[-1]}"], rows)
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = options_parser(__doc__, data=True, output=True)
    parser.add_argument(
        "--presets",
        default="cnn_quick,cnn_classic",
        metavar="NAMES",
        help="comma-separated (default: %(default)s)",
    )
    parser.add_argument("--goal", type=float, default=0.99, help="accuracy on the test digits (default: 0.99)")
    parser.add_argument("--parts", type=int, default=4, help="tests in an epoch (default: 4)")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
