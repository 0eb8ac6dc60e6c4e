"""The loss of the line reader: connectionist temporal classification (Graves et al. 2006), by TensorFlow's own kernel.

Keras's loss is the same sum, made of TensorFlow operations step by step: 48 ms for a batch that the kernel takes 4 ms
for, a quarter of a training step. Knows labels and logits; other backends than TensorFlow get Keras's.
"""

from __future__ import annotations

from typing import Any

import keras

from digit.numbers.ctc import BLANK


def ctc_loss() -> Any:
    """A Keras loss: int32 labels (N, L), padded with zeros, and logits (N, T, 11) to the loss of each line, (N,)."""
    return _by_kernel if keras.backend.backend() == "tensorflow" else keras.losses.CTC()


def _by_kernel(labels: Any, logits: Any) -> Any:
    import tensorflow as tf

    labels = tf.cast(labels, tf.int32)
    nothing = tf.reduce_all(labels == BLANK, axis=1)
    # The kernel takes no line without a digit. Such a line is spelt in one way, by blanks alone.
    some = tf.concat([tf.where(nothing, 1, labels[:, 0])[:, tf.newaxis], labels[:, 1:]], axis=1)
    steps = tf.fill([tf.shape(logits)[0]], tf.shape(logits)[1])
    losses = tf.nn.ctc_loss(tf.sparse.from_dense(some), tf.transpose(logits, (1, 0, 2)), None, steps, blank_index=BLANK)
    blanks = -tf.reduce_sum(tf.nn.log_softmax(logits)[:, :, BLANK], axis=1)
    return tf.where(nothing, blanks, losses)
