"""`python train.py explore`: counts, checks and figures of the data, before anything is trained on it."""

from __future__ import annotations

import argparse

from digit.data.mnist import load_mnist
from digit.learning.flags import add_data_dir, add_output
from digit.learning.runs import dated_folder


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every flag of `train.py explore`."""
    add_data_dir(parser)
    add_output(parser, "artifacts/exploration-<date>")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample that is drawn (default: 0)")


def run(options: argparse.Namespace) -> int:
    """Write `exploration.npz` and its figures into a new folder, and print the findings."""
    folder = options.output or dated_folder("exploration")

    from digit.data.profile import exploration_text
    from digit.evaluation.plots.figures import write_exploration

    found = write_exploration(folder, load_mnist(options.data_dir), seed=options.seed)
    print(f"{exploration_text(found)}\n\nArrays and figures: {folder}")
    return 0
