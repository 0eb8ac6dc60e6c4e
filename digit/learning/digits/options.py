"""The command line of `train.py`: its flags, and what they say about settings and data sets.

Imports no Keras, so that `--help` and a mistake are answered at once; knows no training.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from digit.data.mnist import DATA_DIR_VARIABLE
from digit.errors import SettingsError
from digit.learning.datasets import DATASET_NAMES
from digit.learning.digits.settings import TrainingSettings

FLAGS = {
    "epochs": "passes over the training digits",
    "batch_size": "digits per step",
    "learning_rate": "highest learning rate of the schedule",
    "precision": "float32, or mixed_bfloat16 where the processor knows bfloat16",
    "seed": "of the initial weights, the order and the augmentation",
}


def command_line() -> argparse.ArgumentParser:
    """Every flag of `train.py`."""
    parser = argparse.ArgumentParser(
        description="Build a reader of handwritten digits: data, training, evaluation, export.",
        epilog="Every option has a default: `python train.py` downloads MNIST and trains the flagship.",
    )
    parser.add_argument(
        "--task",
        choices=("digits", "numbers"),
        default="digits",
        help="what to learn: single digits, or whole lines of touching digits (default: digits)",
    )
    parser.add_argument("--steps", type=int, help="with --task numbers: batches of lines in all (default: 6000)")
    parser.add_argument(
        "--into", type=Path, metavar="DIR", help="with --task numbers: model folder that gets the line reader"
    )
    parser.add_argument(
        "--merge", metavar="DIRS", help="with --task numbers: comma-separated finished readers that answer as one"
    )
    parser.add_argument("--preset", help="architecture (default: flagship)")
    parser.add_argument(
        "--data-dir", help=f"folder with mnist.npz; default: {DATA_DIR_VARIABLE}, else download through Keras"
    )
    parser.add_argument(
        "--datasets",
        default="mnist",
        metavar="NAMES",
        help=f"comma-separated: mnist, {', '.join(DATASET_NAMES)} (default: mnist)",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings as JSON, such as a tuning's best.json")
    parser.add_argument(
        "--resume", action="store_true", help="go on with an interrupted training: the same command again"
    )
    parser.add_argument("--output", type=Path, help="new folder; default: artifacts/<preset>-<date>")
    types = {"epochs": int, "batch_size": int, "learning_rate": float, "precision": str, "seed": int}
    flagship = TrainingSettings()
    for name, text in FLAGS.items():
        flag = "--" + name.replace("_", "-")
        parser.add_argument(
            flag, type=types[name], help=f"{text} (default: the preset's; flagship {getattr(flagship, name)})"
        )
    parser.add_argument(
        "--option",
        action="append",
        metavar="NAME=VALUE",
        help="of the architecture, as batch_normalization=true or filters=[16,32]; can be repeated",
    )
    parser.add_argument("--tune", type=int, metavar="N", help="try N settings first (preset cnn_classic)")
    parser.add_argument(
        "--tuner", default="random", help="with --tune: random, hyperband or bayesian (default: random)"
    )
    parser.add_argument("--trial-epochs", type=int, default=3, help="with --tune: epochs of a trial (default: 3)")
    parser.add_argument(
        "--tuning",
        type=Path,
        metavar="DIR",
        help="with --tune: folder of the search; one that is there is gone on with",
    )
    parser.add_argument("--teachers", metavar="DIRS", help="comma-separated model folders whose answers are learnt too")
    parser.add_argument("--start", metavar="DIR", help="model folder of the same preset whose weights to begin with")
    parser.add_argument(
        "--compare", action="store_true", help="train and measure every preset and baseline; goes on when interrupted"
    )
    parser.add_argument("--systems", metavar="NAMES", help="with --compare: comma-separated, only these")
    parser.add_argument("--flagship", metavar="DIR", help="with --compare: a finished flagship; default: trained")
    parser.add_argument(
        "--bundle", metavar="DIR", help="with --compare: model folder that gets the comparison; it is the flagship, too"
    )
    parser.add_argument("--export", metavar="DIR", help="add further formats to a finished model folder")
    parser.add_argument(
        "--formats",
        default="float16,int8",
        metavar="NAMES",
        help="with --export: of float16, int8 and onnx (default: float16,int8)",
    )
    parser.add_argument("--force", action="store_true", help="with --export: keep formats that lose accuracy, too")
    parser.add_argument("--push", metavar="USER/REPO", help="publish the model folder on the Hugging Face Hub")
    parser.add_argument("--private", action="store_true", help="with --push: nobody else may see it")
    parser.add_argument("--explore", action="store_true", help="count, check and draw the data; trains nothing")
    parser.add_argument("--no-augmentation", action="store_true", help="train on the digits as they are")
    parser.add_argument("--verbose", type=int, default=1, help="1: progress bar, 2: a line per epoch, 0: nothing")
    return parser


def chosen_settings(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of `TrainingSettings` that the command line sets.

    Raises:
        SettingsError: an option of the architecture is not NAME=VALUE.
    """
    chosen = {name: getattr(options, name) for name in FLAGS if getattr(options, name) is not None}
    if options.no_augmentation:
        chosen["augmentation"] = None
    if options.option:
        chosen["architecture"] = dict(_option(text) for text in options.option)
    return chosen


def given_of(options: argparse.Namespace, *names: str) -> list[str]:
    """Which of these flags are on the command line, as they are written there."""
    return [name.replace("_", "-") for name in names if getattr(options, name) not in (None, False)]


def chosen_line_settings(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of `LineSettings` that the command line sets.

    Raises:
        SettingsError: an option of the architecture is not filters=[...] or dropout=VALUE.
    """
    names = ("steps", "learning_rate", "precision", "seed")
    chosen = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    for name, value in (_option(text) for text in options.option or ()):
        if name == "filters" and isinstance(value, list) and all(type(one) is int for one in value):
            chosen[name] = tuple(value)
        elif name == "dropout" and type(value) in (int, float):
            chosen[name] = value
        else:
            raise SettingsError(
                "--option with --task numbers should be filters=[32,48,64,96,128] or dropout=0.2, with other numbers; "
                f"received {name}={json.dumps(value)}."
            )
    return chosen


def _option(text: str) -> tuple[str, Any]:
    """`dropout=0.3` as name and value; a value that is not JSON stays a text."""
    name, equals, value = text.partition("=")
    if not equals:
        raise SettingsError(f"--option should be NAME=VALUE, as dropout=0.3; received {text!r}.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
