"""The digits that a classifier is trained, validated and tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digit.artifact import MNIST_TEST
from digit.data.extra import join
from digit.data.mnist import Digits, Mnist, load_mnist, validation_split
from digit.learning.datasets import load_dataset
from digit.learning.digits.settings import TrainingSettings


@dataclass(frozen=True, eq=False)
class DigitsData:
    """Digits for a training.

    Attributes:
        training: digits to train on.
        validation: digits of MNIST that are never trained on.
        test_sets: digits to test on, by name of the set; contains `MNIST_TEST`.
        counts: number of digits by data set and split, as `config.json` records them.
    """

    training: Digits
    validation: Digits
    test_sets: dict[str, Digits]
    counts: dict[str, Any]

    @property
    def test(self) -> Digits:
        """MNIST's test digits."""
        return self.test_sets[MNIST_TEST]


def split_mnist(
    mnist: Mnist, *, fraction: float = TrainingSettings.validation_fraction, seed: int = TrainingSettings.split_seed
) -> DigitsData:
    """MNIST with a part of its training digits set aside for validation, by writer where the writers are known."""
    train_index, validation_index = validation_split(mnist.train, fraction=fraction, seed=seed)
    split = "by writer" if mnist.train.writers is not None else "stratified"
    counts = {"train": len(train_index), "validation": len(validation_index), "split": split}
    training, validation = mnist.train[train_index], mnist.train[validation_index]
    return DigitsData(training, validation, {MNIST_TEST: mnist.test}, {"mnist": counts})


def load_digits(data_dir: str | None, extras: Sequence[str], settings: TrainingSettings) -> DigitsData:
    """MNIST and further data sets by name, split as the settings say.

    Raises:
        DataError: a data set is missing, cannot be downloaded or is malformed.
    """
    mnist = split_mnist(load_mnist(data_dir), fraction=settings.validation_fraction, seed=settings.split_seed)
    parts, test_sets, counts = [(mnist.training, 1)], dict(mnist.test_sets), dict(mnist.counts)
    for name in extras:
        extra = load_dataset(name, data_dir)
        parts.append((extra.train, extra.repeat))
        if len(extra.test):
            test_sets[f"{name}_test"] = extra.test
        counts[name] = {"train": len(extra.train), "repeat": extra.repeat, "test": len(extra.test)}
    return DigitsData(join(parts), mnist.validation, test_sets, counts)
