"""The reader's network answers for every second column, and its accuracy is that of reading the best steps."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.learning.numbers.reader.batches import LabelledLine, labels_of
from digit.learning.numbers.reader.network import accuracy, build_reader
from digit.numbers.ctc import ALPHABET, BLANK, CLASSES, DIGITS
from digit.numbers.line_image import LINE_HEIGHT
from tests.learning.numbers.tiny import READER

INK = np.zeros((40, 40), np.float32)


def best(logits: NDArray[np.float32]) -> str:
    """The text of the best steps."""
    return "".join(ALPHABET[c - 1] for c, _ in itertools.groupby(logits.argmax(axis=1).tolist()) if c != BLANK)


def measured(texts: list[str], logits: NDArray[np.float32], as_written: bool = True) -> float:
    labels = labels_of([LabelledLine(INK, text, as_written) for text in texts])
    return float(keras.ops.convert_to_numpy(accuracy(labels, logits)))


def test_the_network_answers_every_second_column() -> None:
    model = build_reader(READER)
    assert model(np.zeros((2, LINE_HEIGHT, 64, 1), np.float32)).shape == (2, 32, CLASSES)
    assert model(np.zeros((1, LINE_HEIGHT, 100, 1), np.float32)).shape == (1, 50, CLASSES)


def test_accuracy_is_that_of_the_best_steps() -> None:
    logits = np.random.default_rng(0).normal(0, 3, (30, 12, CLASSES)).astype(np.float32)
    texts = [best(line) for line in logits]
    assert measured(texts, logits) == 1
    texts[:10] = [text + "1" if len(text) < 12 else text[:-1] for text in texts[:10]]
    assert measured(texts, logits) == pytest.approx(20 / 30)


def test_separators_do_not_count_where_they_are_not_labelled() -> None:
    """The digits beside them do: 1.1 is 11."""
    steps = np.array([[2, 11, 2, 0, 14], [2, 2, 11, 3, 0]])
    logits = np.eye(CLASSES, dtype=np.float32)[steps]
    assert [best(line) for line in logits] == ["1.1/", "1.2"]
    assert measured(["11", "12"], logits, as_written=False) == 1
    assert measured(["11", "12"], logits) == 0
    assert measured(["1.1/", "1.2"], logits) == 1


def test_a_line_that_is_read_far_too_long_is_wrong() -> None:
    """More characters than a label has room for: its beginning is the whole label."""
    steps = np.array([[1 + i % 10 for i in range(20)]])
    logits = np.eye(CLASSES, dtype=np.float32)[steps]
    assert measured([(DIGITS * 2)[:16]], logits) == 0
