"""`python train.py explore`: counts, checks and figures of the data, before anything is trained on it."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from digit.artifact import EXPLORATION, load_artifact, save_config
from digit.artifact.writing import new_folder
from digit.data.mnist import Mnist, load_mnist
from digit.data.profile import Exploration, exploration_text, save_exploration
from digit.learning.flags import add_data_dir, add_output
from digit.learning.runs import dated_folder


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every flag of `train.py explore`."""
    add_data_dir(parser)
    add_output(parser, "artifacts/exploration-<date>")
    parser.add_argument("--into", type=Path, metavar="DIR", help="model folder that receives the result, for the app")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample that is drawn (default: 0)")


def run(options: argparse.Namespace) -> int:
    """Explore the data into a new folder, and into a model folder if one is given; print the results."""
    folder = options.output or dated_folder("exploration")
    into = load_artifact(options.into) if options.into else None
    found = write_exploration(folder, load_mnist(options.data_dir), seed=options.seed)
    print(f"{exploration_text(found)}\n\nArrays and figures: {folder}")
    if into is not None:
        shutil.copyfile(folder / EXPLORATION, into.path / EXPLORATION)
        save_config(into.path, into.config)
        print(f"For the app:        {into.path}")
    return 0


def write_exploration(folder: Path, mnist: Mnist, *, points: int = 1000, seed: int = 0) -> Exploration:
    """Explore a data set and write `exploration.npz` and its figures into a new folder, or nothing on failure.

    `points` and `seed` are those of `digit.data.profile.analysis.explore`.

    Raises:
        SettingsError: the folder exists.
    """
    from digit.data.profile.analysis import explore
    from digit.evaluation.plots.figures import write_figures  # Matplotlib

    with new_folder(folder) as aside:
        found = explore(mnist, points=points, seed=seed)
        save_exploration(aside / EXPLORATION, found)
        write_figures(aside)
    return found
