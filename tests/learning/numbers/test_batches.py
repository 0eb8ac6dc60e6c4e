"""Batches of lines: their labels, their widths, and the same ones for the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from digit.data.mnist import Digits
from digit.data.records.cheques import Cheque
from digit.data.synthesis.lines import Glyphs
from digit.learning.numbers.batches import LONGEST, WIDTHS, LineBatches, labels_of
from digit.learning.numbers.settings import LineSettings
from digit.numbers.line_image import LINE_HEIGHT
from tests.digits import make_digits

SMALL = LineSettings(steps=6, log_steps=3, columns=448)
INK = np.zeros((50, 110), np.float32)
INK[10:40, [20, 80]] = 1
CHEQUE = Cheque("made.png", "11", INK, np.array([[10, 10, 20, 30], [70, 10, 20, 30]], np.int32))


@pytest.fixture(scope="module")
def digits() -> Digits:
    return make_digits(60)


def test_labels_are_the_digits_plus_one_and_zeros() -> None:
    labels = labels_of(["07", ""])
    assert labels.shape == (2, LONGEST)
    assert labels[0, :3].tolist() == [1, 8, 0]
    assert not labels[1].any()


def test_batches_are_the_same_for_the_same_seed_and_take_turns_in_width(digits: Digits) -> None:
    batches, again = (LineBatches(Glyphs(digits), [CHEQUE], SMALL) for _ in range(2))
    for index, width in enumerate(WIDTHS):
        lines, labels = batches[index]
        assert lines.shape == (448 // width, LINE_HEIGHT, width, 1)
        np.testing.assert_array_equal(lines, again[index][0])
        np.testing.assert_array_equal(labels, again[index][1])
    again.begin_epoch(1)
    assert not np.array_equal(batches[0][0], again[0][0])


def test_without_cheques_as_few_lines_are_empty(digits: Digits) -> None:
    """Four lines in a hundred, whether there are real lines to learn from or not."""
    settings = replace(SMALL, columns=6400, log_steps=30, steps=30)
    batches = LineBatches(Glyphs(digits), [], settings)
    labels = np.concatenate([batches[index][1] for index in range(30)])
    assert 0.02 < np.mean(~labels.any(axis=1)) < 0.06
