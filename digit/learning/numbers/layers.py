"""Layers that the finder and the reader are made of."""

from __future__ import annotations

from typing import Any

import keras


def convolution(x: Any, filters: int, size: int | tuple[int, int], *, strides: int = 1, padding: str = "same") -> Any:
    """A convolution, batch normalization and ReLU."""
    x = keras.layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False)(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization()(x))


def residual(x: Any, filters: int, size: int | tuple[int, int]) -> Any:
    """A convolution whose output is added to its input (He et al. 2016)."""
    added = keras.layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    added = keras.layers.BatchNormalization()(added)
    return keras.layers.ReLU()(keras.layers.Add()([x, added]))
