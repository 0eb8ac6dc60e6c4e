"""The reader's loss: Keras's where all is labelled, and blind to separators where they are not."""

from __future__ import annotations

import itertools
import math
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.learning.numbers.reader.batches import LabelledLine, labels_of
from digit.learning.numbers.reader.loss import ctc_loss
from digit.numbers.ctc import ALPHABET, BLANK, CLASSES, DIGITS

TEXTS = ["107", "", "5", "99", "-12.50", "0123456789", ""]
INK = np.zeros((40, 40), np.float32)


def labels(texts: list[str], as_written: bool = True) -> NDArray[np.int32]:
    return labels_of([LabelledLine(INK, text, as_written) for text in texts])


def losses(labels: NDArray[np.int32], logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(keras.ops.convert_to_numpy(ctc_loss(labels, logits)))


@pytest.fixture(scope="module")
def logits() -> NDArray[np.float32]:
    return np.random.default_rng(3).standard_normal((len(TEXTS), 40, CLASSES), np.float32)


def spelled(steps: str) -> NDArray[np.float32]:
    """Logits of a network that is sure of these characters; a blank is written as a space."""
    logits = np.zeros((1, len(steps), CLASSES), np.float32)
    for step, character in enumerate(steps):
        logits[0, step, BLANK if character == " " else ALPHABET.index(character) + 1] = 15
    return logits


def counted(logits: NDArray[np.float32], classes: tuple[int, ...], digits: str) -> float:
    """The loss of a text without its separators: all alignments of these classes that have these digits."""
    scores = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    total = 0.0
    for path in itertools.product(classes, repeat=len(logits)):
        text = "".join(ALPHABET[c - 1] for c, _ in itertools.groupby(path) if c != BLANK)
        if "".join(character for character in text if character in DIGITS) == digits:
            total += float(np.exp(sum(scores[t, c] for t, c in enumerate(path))))
    return -math.log(total)


def test_the_loss_is_kerass(logits: NDArray[np.float32]) -> None:
    """Which is the sum over all alignments; one value for each line."""
    target = labels(TEXTS)
    each = [float(keras.losses.CTC()(target[i : i + 1, 1:], logits[i : i + 1])) for i in range(len(TEXTS))]
    np.testing.assert_allclose(losses(target, logits), each, rtol=1e-4)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="other backends have Keras's own")
def test_the_gradient_is_kerass_and_never_without_a_value(logits: NDArray[np.float32]) -> None:
    import tensorflow as tf

    target = labels(TEXTS)

    def gradient(loss: Any, wanted: Any) -> Any:
        given = tf.constant(logits)
        with tf.GradientTape() as tape:
            tape.watch(given)
            total = tf.reduce_sum(loss(wanted, given))
        return tape.gradient(total, given).numpy()

    ours = gradient(ctc_loss, target)
    np.testing.assert_allclose(ours, gradient(keras.losses.CTC(reduction="none"), target[:, 1:]), atol=1e-4)
    digits = labels([text.replace("-", "").replace(".", "") for text in TEXTS], as_written=False)
    assert np.isfinite(gradient(ctc_loss, digits)).all()


@pytest.mark.parametrize("digits", ["", "1", "10", "11"])
def test_unlabelled_separators_stand_for_nothing_in_every_alignment(digits: str) -> None:
    """As counted over all ways through five steps in which the blank, 0, 1, the point and the dash can occur."""
    classes = (BLANK, *(ALPHABET.index(character) + 1 for character in "01.-"))
    values = np.full((1, 5, CLASSES), -40, np.float32)
    values[..., classes] = np.random.default_rng(len(digits)).normal(0, 1.5, (1, 5, len(classes)))
    (found,) = losses(labels([digits], as_written=False), values)
    assert found == pytest.approx(counted(values[0], classes, digits), rel=1e-3)


def test_a_separator_costs_nothing_where_it_is_not_labelled() -> None:
    """Wherever it is, even between two of the same digit; where separators are labelled, each one counts."""
    for steps in (" 1 2  ", " 1.2 -", ". 1,2 ", "1 ./2 "):
        assert losses(labels(["12"], as_written=False), spelled(steps))[0] < 0.01
    assert losses(labels(["11"], as_written=False), spelled("1.1"))[0] < 0.01
    assert losses(labels(["12"]), spelled(" 1.2  "))[0] > 5
    assert losses(labels(["1.2"]), spelled(" 1.2  "))[0] < 0.01


def test_digits_still_count_where_separators_do_not() -> None:
    assert losses(labels(["12"], as_written=False), spelled(" 1.3 "))[0] > 5
    assert losses(labels(["1"], as_written=False), spelled(" 1.2 "))[0] > 5
    assert losses(labels([""], as_written=False), spelled(" . - "))[0] < 0.01


def test_lines_of_both_kinds_share_a_batch(logits: NDArray[np.float32]) -> None:
    texts = [text.replace("-", "").replace(".", "") for text in TEXTS]
    both = labels(texts)
    both[::2, 0] = 0
    expected = np.where(both[:, 0] > 0, losses(labels(texts), logits), losses(labels(texts, as_written=False), logits))
    np.testing.assert_allclose(losses(both, logits), expected, rtol=1e-5)
    assert (losses(labels(texts, as_written=False), logits) < losses(labels(texts), logits)).all()
