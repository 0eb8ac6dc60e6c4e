"""Data sets for training: MNIST with its validation split, and further ones by name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digit.artifact import MNIST_TEST
from digit.data.extra import EXTRA_DATASETS, TrainTest, join, load_extra
from digit.data.mnist import Digits, Mnist, load_mnist, validation_split
from digit.data.own import MNIST_SHARE, load_pictures
from digit.errors import SettingsError
from digit.feedback.dataset import FEEDBACK, FEEDBACK_REPEAT, load_feedback

DATASET_NAMES = (*EXTRA_DATASETS, FEEDBACK)
VALIDATION_FRACTION = 0.05
SPLIT_SEED = 2


@dataclass(frozen=True, eq=False)
class DigitsData:
    """Digits for a training.

    Attributes:
        training: digits to train on.
        validation: digits of MNIST that are never trained on.
        test_sets: digits to test on, by name of the set; contains `MNIST_TEST`.
        counts: number of digits by data set and split, as `config.json` records them.
        mnist: MNIST as a whole.
        left_out: a line for each own picture that is not used.
    """

    training: Digits
    validation: Digits
    test_sets: dict[str, Digits]
    counts: dict[str, Any]
    mnist: Mnist
    left_out: tuple[str, ...] = ()

    @property
    def test(self) -> Digits:
        """MNIST's test digits."""
        return self.test_sets[MNIST_TEST]


def split_mnist(mnist: Mnist, *, fraction: float = VALIDATION_FRACTION, seed: int = SPLIT_SEED) -> DigitsData:
    """MNIST with a part of its training digits set aside for validation, by writer where the writers are known."""
    train_index, validation_index = validation_split(mnist.train, fraction=fraction, seed=seed)
    split = "by writer" if mnist.train.writers is not None else "stratified"
    counts = {"train": len(train_index), "validation": len(validation_index), "split": split}
    training, validation = mnist.train[train_index], mnist.train[validation_index]
    return DigitsData(training, validation, {MNIST_TEST: mnist.test}, {"mnist": counts}, mnist)


def load_digits(data_dir: str | None, extras: Sequence[str], fraction: float, seed: int) -> DigitsData:
    """MNIST, split as `split_mnist` does it, and further data sets by name.

    Raises:
        DataError: a data set is missing, cannot be downloaded or is malformed.
    """
    mnist = split_mnist(load_mnist(data_dir), fraction=fraction, seed=seed)
    parts, test_sets, counts = [(mnist.training, 1)], dict(mnist.test_sets), dict(mnist.counts)
    left_out: list[str] = []
    for name in extras:
        if is_own(name):
            own = load_pictures(Path(name), mnist.test.images)
            repeat = max(1, len(mnist.training) // (MNIST_SHARE * max(1, len(own.train))))
            extra, name = TrainTest(own.train, own.test, repeat), own_name(name, counts)
            left_out += own.left_out
        else:
            extra = load_dataset(name, data_dir)
        parts.append((extra.train, extra.repeat))
        if len(extra.test):
            test_sets[f"{name}_test"] = extra.test
        counts[name] = {"train": len(extra.train), "repeat": extra.repeat, "test": len(extra.test)}
    return DigitsData(join(parts), mnist.validation, test_sets, counts, mnist.mnist, tuple(left_out))


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
    """Raise `SettingsError` unless `name` is one of `DATASET_NAMES`, or own pictures."""
    if name not in DATASET_NAMES and not is_own(name):
        raise SettingsError(
            f"There is no data set {name!r}. Data sets: mnist, {', '.join(DATASET_NAMES)}, or a folder of your own "
            "pictures with subfolders 0 to 9, or a CSV file with the columns path and label."
        )


def is_own(name: str) -> bool:
    """Whether a data set is a folder or a file of own pictures."""
    return name not in DATASET_NAMES and Path(name).exists()


def own_name(name: str, taken: Collection[str]) -> str:
    """What a set of own pictures is called in reports: its folder's or file's name, in lower case."""
    stem = re.sub("[^a-z0-9]+", "_", Path(name).resolve().stem.lower()).strip("_") or "own"
    numbered = (f"{stem}_{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain([stem], numbered) if one not in (*taken, *DATASET_NAMES))
