"""Probabilities and energies of logits, for reading and evaluation."""

from __future__ import annotations

import numpy as np

from digit.types import FloatArray


def softmax(logits: FloatArray) -> FloatArray:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: FloatArray = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def free_energy(logits: FloatArray, temperature: float) -> FloatArray:
    """`-T logsumexp(logits / T)` of each row: low for familiar inputs (Liu et al. 2020, arXiv:2010.03759)."""
    scaled = logits / temperature
    top = scaled.max(axis=-1)
    result: FloatArray = -temperature * (top + np.log(np.exp(scaled - top[..., np.newaxis]).sum(axis=-1)))
    return result
