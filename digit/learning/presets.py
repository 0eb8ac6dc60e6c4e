"""The architectures, as a table of data: name, description, source, parameter count and builder.

    model = build_model("flagship", seed=0)

Every network takes digit images of shape (28, 28, 1), float32, ink = 1, and answers ten logits: the softmax comes
after the temperature, which is fitted after training. Free of backend calls, so that any Keras backend can train it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from digit.errors import SettingsError

INPUT_SHAPE = (28, 28, 1)
CLASSES = 10


@dataclass(frozen=True)
class Preset:
    """An architecture.

    Attributes:
        description: one sentence for people who choose.
        source: paper or page that the idea comes from.
        parameters: number of weights, batch-normalisation statistics included; a test checks it.
        build: makes the untrained network.
    """

    description: str
    source: str
    parameters: int
    build: Callable[[], Any]


def list_presets() -> list[str]:
    """The names of all presets."""
    return list(PRESETS)


def build_model(name: str, *, seed: int | None = None) -> Any:
    """An untrained network.

    Args:
        name: one of `list_presets()`.
        seed: fixes the initial weights; None draws fresh ones.

    Raises:
        SettingsError: there is no such preset.
    """
    if name not in PRESETS:
        raise SettingsError(f"There is no preset {name!r}. Presets: {', '.join(PRESETS)}.")
    if seed is not None:
        keras.utils.set_random_seed(seed)
    model = PRESETS[name].build()
    model.name = name
    return model


def _convolution(x: Any, filters: int, size: int, *, strides: int = 1, padding: str = "valid") -> Any:
    """Convolution, batch normalisation, ReLU; the convolution needs no bias before a normalisation."""
    x = layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def _flagship() -> Any:
    inputs = keras.Input(INPUT_SHAPE, name="digit_image")
    x = _convolution(inputs, 32, 3)
    x = _convolution(x, 32, 3)
    x = _convolution(x, 32, 5, strides=2, padding="same")
    x = layers.Dropout(0.05)(x)
    x = _convolution(x, 64, 3)
    x = _convolution(x, 64, 3)
    x = _convolution(x, 64, 5, strides=2, padding="same")
    x = layers.Dropout(0.1)(x)
    x = _convolution(x, 128, 4)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(inputs, layers.Dense(CLASSES, name="logits")(x))


def _cnn_classic() -> Any:
    inputs = keras.Input(INPUT_SHAPE, name="digit_image")
    x = layers.Conv2D(32, 3, activation="relu")(inputs)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(128, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(inputs, layers.Dense(CLASSES, name="logits")(x))


PRESETS: dict[str, Preset] = {
    "flagship": Preset(
        description="Seven convolutions with batch normalisation and dropout; strided ones instead of pooling. "
        "The one in the bundle.",
        source="All-convolutional nets (Springenberg et al. 2015, arXiv:1412.6806), batch normalisation "
        "(Ioffe and Szegedy 2015, arXiv:1502.03167)",
        parameters=326_826,
        build=_flagship,
    ),
    "cnn_classic": Preset(
        description="Two convolutions of 32 and 64 filters with max pooling, one dense layer of 128: the textbook CNN.",
        source="LeNet-5 (LeCun et al. 1998) with ReLU, max pooling and dropout",
        parameters=225_034,
        build=_cnn_classic,
    ),
}
