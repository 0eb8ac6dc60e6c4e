"""The reader's loss: connectionist temporal classification (Graves et al. 2006), by TensorFlow's own kernel.

Keras's loss is the same sum, made of TensorFlow operations step by step: 48 ms for a batch that the kernel takes 4 ms
for. Other backends than TensorFlow get Keras's.
"""

from __future__ import annotations

from typing import Any

import keras

from digit.numbers.ctc import BLANK, DIGITS

_SEPARATORS = 1 + len(DIGITS)
"""The first class of a separator."""
_NEVER = -30.0


def ctc_loss(labels: Any, logits: Any) -> Any:
    """The loss of each line, (N,).

    Lines whose labels leave the separators out are judged by the distribution in which blank and all separators are one
    class, so that a separator costs nothing wherever it is.

    Args:
        labels: int32 (N, 1 + L): whether the separators are in the label, then its classes, padded with zeros.
        logits: float32 (N, T, `CLASSES`).
    """
    ops = keras.ops
    labels = ops.cast(labels, "int32")
    as_written, labels = labels[:, 0], labels[:, 1:]
    scores = logits - ops.logsumexp(logits, axis=-1, keepdims=True)
    nothing = ops.concatenate([scores[..., :1], scores[..., _SEPARATORS:]], axis=-1)
    merged = ops.concatenate(
        [
            ops.logsumexp(nothing, axis=-1, keepdims=True),
            scores[..., 1:_SEPARATORS],
            ops.full_like(scores[..., _SEPARATORS:], _NEVER),
        ],
        axis=-1,
    )
    scores = ops.where(ops.reshape(as_written, (-1, 1, 1)) > 0, scores, merged)
    return _by_kernel(labels, scores) if keras.backend.backend() == "tensorflow" else keras.losses.CTC()(labels, scores)


def _by_kernel(labels: Any, logits: Any) -> Any:
    import tensorflow as tf

    nothing = tf.reduce_all(labels == BLANK, axis=1)
    # The kernel takes no line without a character. Such a line is spelt in one way, by blanks alone.
    some = tf.concat([tf.where(nothing, 1, labels[:, 0])[:, tf.newaxis], labels[:, 1:]], axis=1)
    steps = tf.fill([tf.shape(logits)[0]], tf.shape(logits)[1])
    losses = tf.nn.ctc_loss(tf.sparse.from_dense(some), tf.transpose(logits, (1, 0, 2)), None, steps, blank_index=BLANK)
    blanks = -tf.reduce_sum(tf.nn.log_softmax(logits)[:, :, BLANK], axis=1)
    return tf.where(nothing, blanks, losses)
