"""The command line of `train.py digits`. Imports no Keras, so that `--help` and mistakes are answered at once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from digit.errors import SettingsError
from digit.learning import flags
from digit.learning.digits.settings import TrainingSettings, load_settings

SETTINGS = ("epochs", "batch_size", "learning_rate", "precision", "seed")
"""Fields of `TrainingSettings` that have a flag; a settings file (`--config`) can set all of them."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every flag of `train.py digits`."""
    parser.add_argument("--preset", help="architecture (default: flagship; with --tune: cnn_classic)")
    flags.add_data_dir(parser)
    flags.add_datasets(parser)
    flags.add_output(parser, "artifacts/<preset>-<date>")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted training")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings as JSON, such as best.json of a search")
    add_preset_flags(parser)
    flags.add_architecture_option(parser, "batch_normalization=true or filters=[16,32]")
    parser.add_argument("--start", metavar="DIR", help="model folder of the same preset that gives the initial weights")
    parser.add_argument("--teachers", metavar="DIRS", help="comma-separated model folders to distil from")
    parser.add_argument("--tune", type=int, metavar="N", help="search for better settings in N trials, then train")
    parser.add_argument(
        "--tuner", default="random", help="with --tune: random, hyperband or bayesian (default: random)"
    )
    parser.add_argument("--trial-epochs", type=int, default=3, help="with --tune: epochs of a trial (default: 3)")
    parser.add_argument(
        "--tuning", type=Path, metavar="DIR", help="with --tune: folder of the search; an existing one is continued"
    )
    parser.add_argument("--push", metavar="USER/REPO", help="publish the model folder on the Hugging Face Hub")
    parser.add_argument("--private", action="store_true", help="with --push: create a private repository")


def add_preset_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that change how a preset is trained."""
    flags.add_training_flags(parser, TrainingSettings(), *SETTINGS, whose="the preset's; flagship ")
    parser.add_argument("--no-augmentation", action="store_true", help="train on the digits as they are")


def chosen_preset(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """The preset, and the fields of `TrainingSettings` that the settings file and the command line set.

    Raises:
        SettingsError: the settings file cannot be used, or an option of the architecture is not NAME=VALUE.
    """
    from_file = load_settings(options.config) if options.config else {}
    default = from_file.pop("preset", None)
    if options.preset and default and options.preset != default:
        raise SettingsError(f"--preset is {options.preset}, and {options.config} is for {default}.")
    preset = options.preset or default or ("cnn_classic" if options.tune else "flagship")
    return preset, {**from_file, **chosen_settings(options)}


def chosen_settings(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of `TrainingSettings` that the command line sets.

    Raises:
        SettingsError: an option of the architecture is not NAME=VALUE.
    """
    chosen = flags.given_settings(options, *SETTINGS)
    if options.no_augmentation:
        chosen["augmentation"] = None
    if architecture := flags.architecture_options(options):
        chosen["architecture"] = dict(architecture)
    return chosen
