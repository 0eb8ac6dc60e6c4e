"""The digits that a classifier is trained, validated and tested on."""

from __future__ import annotations

from collections.abc import Sequence

from digit.data.extra import join
from digit.data.mnist import load_mnist
from digit.learning.datasets import DigitsData, load_dataset, split_mnist
from digit.learning.digits.settings import TrainingSettings


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
