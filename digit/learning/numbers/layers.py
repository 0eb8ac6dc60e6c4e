"""Layers that the finder and the reader are made of."""

from __future__ import annotations

from typing import Any

import keras


def convolution(
    x: Any,
    filters: int,
    size: int | tuple[int, int],
    *,
    strides: int = 1,
    padding: str = "same",
    name: str | None = None,
) -> Any:
    """A convolution, batch normalization and ReLU. The layers with weights are called `name` and `name`_norm."""
    return keras.layers.ReLU()(_normalized(x, filters, size, strides, padding, name))


def residual(x: Any, filters: int, size: int | tuple[int, int], *, name: str | None = None) -> Any:
    """A convolution whose output is added to its input (He et al. 2016), named as in `convolution`."""
    added = _normalized(x, filters, size, 1, "same", name)
    return keras.layers.ReLU()(keras.layers.Add()([x, added]))


def _normalized(x: Any, filters: int, size: int | tuple[int, int], strides: int, padding: str, name: str | None) -> Any:
    x = keras.layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False, name=name)(x)
    return keras.layers.BatchNormalization(name=name and f"{name}_norm")(x)
