"""Command-line flags that several commands of `train.py` share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from digit.data.mnist import DATA_DIR_VARIABLE
from digit.errors import SettingsError
from digit.learning.datasets import DATASET_NAMES

SETTINGS_HELP = {
    "epochs": "passes over the training digits",
    "steps": "batches in total",
    "batch_size": "digits per step",
    "learning_rate": "peak learning rate of the schedule",
    "precision": "float32, or mixed_bfloat16 on processors that support bfloat16",
    "seed": "seed of the initial weights, the order and the augmentation",
}


FORMER_FLAGS = {"--compare": False, "--explore": False, "--export": True, "--task": True}
"""Flags that commands have replaced, and whether each takes a value."""


def current_spelling(given: Sequence[str]) -> list[str] | None:
    """The arguments that replace a command line with one of `FORMER_FLAGS`; None for any other command line."""
    for position, word in enumerate(given):
        flag, equals, value = word.partition("=")
        if flag not in FORMER_FLAGS:
            continue
        after = position + 1
        values = [value] if equals else []
        if FORMER_FLAGS[flag] and not equals:
            after += 1
            values = list(given[position + 1 : after])
        command = values if flag == "--task" else [flag.removeprefix("--"), *values]
        return [*command, *given[:position], *given[after:]]
    return None


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        help=f"folder with mnist.npz (default: {DATA_DIR_VARIABLE}, else downloaded through Keras)",
    )


def add_datasets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--datasets",
        default="mnist",
        metavar="NAMES",
        help=f"comma-separated: mnist, {', '.join(DATASET_NAMES)}; your own pictures by their folder, with "
        "subfolders 0 to 9, or a CSV file with path and label (default: mnist)",
    )


def add_output(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument("--output", type=Path, metavar="DIR", help=f"output folder (default: {default})")


def add_training_flags(parser: argparse.ArgumentParser, defaults: Any, *names: str, whose: str = "") -> None:
    """Flags for fields of a settings dataclass, and `--verbose`.

    Args:
        defaults: settings whose values give the type and the default of each flag.
        names: the fields, of `SETTINGS_HELP`.
        whose: put before the default where it depends on the preset.
    """
    for name in names:
        value = getattr(defaults, name)
        text = f"{SETTINGS_HELP[name]} (default: {whose}{value})"
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), help=text)
    parser.add_argument("--verbose", type=int, default=1, help="1: progress bar, 2: a line per epoch, 0: nothing")


def given_settings(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """The fields of a settings dataclass that the command line sets."""
    return {name: value for name in names if (value := getattr(options, name)) is not None}


def add_architecture_option(parser: argparse.ArgumentParser, example: str) -> None:
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"option of the architecture, such as {example}; can be repeated",
    )


def architecture_options(options: argparse.Namespace) -> Mapping[str, Any]:
    """The `--option NAME=VALUE` pairs; a value that is not JSON remains a string.

    Raises:
        SettingsError: an option has no value.
    """
    pairs = {}
    for text in options.option:
        name, equals, value = text.partition("=")
        if not equals:
            raise SettingsError(f"--option should be NAME=VALUE, such as dropout=0.3; received {text!r}.")
        try:
            pairs[name] = json.loads(value)
        except ValueError:
            pairs[name] = value
    return pairs
