"""The loss of the line reader beside Keras's, value and gradient."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from digit.learning.numbers.batches import labels_of
from digit.learning.numbers.ctc_loss import ctc_loss

TEXTS = ["107", "", "5", "99", "0123456789", ""]


@pytest.fixture(scope="module")
def logits() -> Any:
    return np.random.default_rng(3).standard_normal((len(TEXTS), 40, 11), np.float32)


def test_the_loss_is_kerass(logits: Any) -> None:
    labels = labels_of(TEXTS)
    ours = keras.ops.convert_to_numpy(ctc_loss()(labels, logits))
    each = [float(keras.losses.CTC()(labels[i : i + 1], logits[i : i + 1])) for i in range(len(TEXTS))]
    np.testing.assert_allclose(ours, each, rtol=1e-4)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="other backends have Keras's own")
def test_the_gradient_is_kerass_and_never_without_a_value(logits: Any) -> None:
    import tensorflow as tf

    labels, gradients = labels_of(TEXTS), []
    for loss in (ctc_loss(), keras.losses.CTC(reduction="none")):
        given = tf.constant(logits)
        with tf.GradientTape() as tape:
            tape.watch(given)
            total = tf.reduce_sum(loss(labels, given))
        gradients.append(tape.gradient(total, given).numpy())
    assert np.isfinite(gradients[0]).all()
    np.testing.assert_allclose(gradients[0], gradients[1], atol=1e-4)
