"""Batches of lines: their labels, widths and shares, and the same ones for the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from digit.data.records.cheques import Cheque
from digit.data.synthesis.glyphs import Glyphs
from digit.learning.numbers.reader.batches import WIDTHS, LabelledLine, LineBatches, Sources, as_arrays, labels_of
from digit.learning.numbers.reader.network import LONGEST
from digit.numbers.ctc import ALPHABET
from digit.numbers.line_image import LINE_HEIGHT
from tests.digits import make_digits
from tests.learning.numbers.tiny import READER

INK = np.zeros((50, 135), np.float32)
"""Long enough for a wide field, short enough for a narrow one."""
INK[10:40, [20, 80]] = 1
CHEQUE = Cheque(
    "made.png", "11", np.rint(255 * (1 - INK)).astype(np.uint8), INK, np.array([[10, 10, 20, 30], [70, 10, 20, 30]])
)


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(make_digits(60))


def real(text: str, width: int = 135, as_written: bool = True) -> LabelledLine:
    """A line that is filled with ink."""
    return LabelledLine(np.ones((50, width), np.float32), text, as_written)


def drawn(sources: Sources, batches: int = 30, **shares: float) -> np.ndarray:
    """The labels of many lines that have these shares, and nothing of the other real ones."""
    settings = replace(
        READER,
        columns=6400,
        **(
            {"cells": 0.0, "found": 0.0, "cut": 0.0, "cheques": 0.0, "spliced": 0.0, "empty": 0.0, "paper": 0.0}
            | shares
        ),
    )
    made = LineBatches(sources, settings)
    return np.concatenate([made.batch(0, index)[1] for index in range(batches)])


def says(labels: np.ndarray, text: str) -> np.ndarray:
    """Which lines have this text."""
    return (labels[:, 1:] == labels_of([real(text)])[0, 1:]).all(axis=1)


def test_labels_are_the_classes_of_the_characters_and_zeros() -> None:
    """The first number says whether the separators are among them."""
    labels = labels_of([real("07"), real("-1.5", as_written=False), real("")])
    assert labels.shape == (3, 1 + LONGEST)
    assert labels.dtype == np.int32
    assert labels[0, :4].tolist() == [1, 1, 8, 0]
    assert labels[1, :6].tolist() == [0, ALPHABET.index("-") + 1, 2, ALPHABET.index(".") + 1, 6, 0]
    assert labels[2].tolist() == [1] + [0] * LONGEST


def test_a_text_that_is_too_long_is_refused() -> None:
    assert labels_of([real("1" * LONGEST)])[0].all()
    with pytest.raises(ValueError):
        labels_of([real("1" * (LONGEST + 1))])


def test_variations_come_in_one_field_with_their_labels() -> None:
    lines = [real("1"), real("22", 300)]
    fields, labels = as_arrays(lines, np.random.default_rng(0), 96)
    assert fields.shape == (2, LINE_HEIGHT, 96, 1)
    assert 0 <= fields.min() < 0.2 < fields.max() <= 1
    np.testing.assert_array_equal(labels, labels_of(lines))


def test_batches_are_the_same_for_the_same_seed_and_take_turns_in_width(glyphs: Glyphs) -> None:
    """A resumed training sees what an unbroken one would have seen."""
    sources = Sources(glyphs, [real("7")], [real("8")], [CHEQUE])
    batches, again = (LineBatches(sources, READER) for _ in range(2))
    for index, width in enumerate(WIDTHS):
        lines, labels = batches.batch(2, index)
        assert lines.shape == (READER.columns // width, LINE_HEIGHT, width, 1)
        assert labels.shape == (len(lines), 1 + LONGEST)
        np.testing.assert_array_equal(lines, again.batch(2, index)[0])
        np.testing.assert_array_equal(labels, again.batch(2, index)[1])
    assert not np.array_equal(batches.batch(0, 0)[0], batches.batch(1, 0)[0])
    assert not np.array_equal(batches.batch(0, 0)[0], batches.batch(0, 3)[0])


def test_all_batches_have_about_as_many_columns(glyphs: Glyphs) -> None:
    """So that each takes the same time; a batch has one line at least."""
    batches = LineBatches(Sources(glyphs), replace(READER, columns=200))
    assert [len(batches.batch(0, index)[1]) for index in range(3)] == [1, 1, 1]


def test_real_lines_have_their_shares(glyphs: Glyphs) -> None:
    """The others are made."""
    sources = Sources(glyphs, [real("1111")], [real("2222")], [])
    labels = drawn(sources, cells=0.3, found=0.1)
    lines = 30 / 3 * sum(6400 // width for width in WIDTHS)
    assert len(labels) == lines
    assert says(labels, "1111").mean() == pytest.approx(0.3, abs=0.05)
    assert says(labels, "2222").mean() == pytest.approx(0.1, abs=0.04)


def test_cheques_come_whole_and_in_pieces_and_their_separators_are_not_labelled(glyphs: Glyphs) -> None:
    """They say nothing but ones, whole ones two of them."""
    labels = drawn(Sources(glyphs, [], [], [CHEQUE]), batches=12, cheques=0.5, spliced=0.5)
    assert (labels[:, 0] == 0).all()
    assert set(np.unique(labels[:, 1:])) == {0, 2}
    half = drawn(Sources(glyphs, [], [], [CHEQUE]), batches=12, cheques=0.5)
    assert says(half, "11")[half[:, 0] == 0].all()
    assert 0.4 < (half[:, 0] == 0).mean() < 0.6


def test_lines_go_to_fields_that_they_fill(glyphs: Glyphs) -> None:
    """A short cell is not lost in a wide field, and a long one is not squeezed into a narrow one."""
    short, long = real("3333", 100), real("4444", 300)
    made = LineBatches(
        Sources(glyphs, [short, long]), replace(READER, columns=6400, cells=1.0, fit=replace(READER.fit, seed=1))
    )
    labels = [made.batch(0, index)[1] for index in range(len(WIDTHS))]
    assert (short.length, long.length) == (80, 240)
    assert says(labels[0], "3333").all()
    assert says(labels[2], "4444").any()
    assert not says(labels[2], "3333").any()
    assert not says(labels[0], "4444").any()


def test_texts_that_are_too_long_are_not_trained_on(glyphs: Glyphs) -> None:
    labels = drawn(Sources(glyphs, [real("1" * (LONGEST + 1))]), batches=3, cells=1.0)
    assert not (labels[:, 1:] == 2).all(axis=1).any()


def test_without_real_lines_as_few_are_empty(glyphs: Glyphs) -> None:
    """Four lines in a hundred, whether there are real lines to learn from or not; made ones have separators."""
    labels = drawn(Sources(glyphs), empty=0.04)
    assert 0.02 < np.mean(~labels[:, 1:].any(axis=1)) < 0.06
    assert (labels[:, 0] == 1).all()
    assert 0.1 < (labels[:, 1:] > 10).any(axis=1).mean() < 0.7
