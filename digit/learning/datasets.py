"""Data sets beside MNIST by name: those of `digit.data.extra`, and the corrections of visitors."""

from __future__ import annotations

from pathlib import Path

from digit.data.extra import EXTRA_DATASETS, TrainTest, load_extra
from digit.errors import SettingsError
from digit.feedback.dataset import FEEDBACK, FEEDBACK_REPEAT, load_feedback

DATASET_NAMES = (*EXTRA_DATASETS, FEEDBACK)


def load_dataset(name: str, data_dir: str | Path | None = None) -> TrainTest:
    """Load one of `DATASET_NAMES`.

    Raises:
        SettingsError: there is no such data set.
        DataError: the data set is missing, cannot be downloaded or is malformed.
    """
    if name == FEEDBACK:
        return TrainTest(*load_feedback(), FEEDBACK_REPEAT)
    check_dataset_name(name)
    return load_extra(name, data_dir)


def parse_datasets(text: str) -> list[str]:
    """The names in a comma-separated text, without MNIST, which must be among them.

    Raises:
        SettingsError: MNIST is missing, or a name is unknown.
    """
    names = [name.strip() for name in text.split(",")]
    if "mnist" not in names:
        raise SettingsError(f"--datasets should contain mnist, which the report is measured on; received {text!r}.")
    extras = [name for name in dict.fromkeys(names) if name != "mnist"]
    for name in extras:
        check_dataset_name(name)
    return extras


def check_dataset_name(name: str) -> None:
    """Raise `SettingsError` unless `name` is one of `DATASET_NAMES`."""
    if name not in DATASET_NAMES:
        raise SettingsError(f"There is no data set {name!r}. Data sets: mnist, {', '.join(DATASET_NAMES)}.")
