"""The architectures, as a table of data: title, description, source, parameters, training, options and builder.

    model = build_model("cnn_classic", seed=0, architecture={"dropout": 0.3})

Every network maps digit images of shape (28, 28, 1), float32, ink = 1, to ten logits: the softmax is applied after
the temperature, which is fitted after training. Labels are always one-hot, where textbooks also use the "sparse" form
of the same loss. There are no backend calls, so that any Keras backend can train the networks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import keras
from keras import layers

from digit.data.augmentation import AugmentationSettings
from digit.errors import SettingsError
from digit.learning.digits.settings import TrainingSettings

INPUT_SHAPE = (28, 28, 1)
CLASSES = 10


@dataclass(frozen=True)
class Preset:
    """An architecture and how it is trained.

    Attributes:
        title: short name for tables.
        description: one sentence.
        source: paper or page.
        parameters: number of weights, batch-normalisation statistics included; a test checks it.
        build: returns the untrained network; takes the options as keyword arguments.
        options: what can be changed in the network, with the defaults.
        training: fields of `TrainingSettings` that differ from the defaults.
    """

    title: str
    description: str
    source: str
    parameters: int
    build: Callable[..., Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


def list_presets() -> list[str]:
    """The names of all presets."""
    return list(PRESETS)


def get_preset(name: str) -> Preset:
    """The row of a preset.

    Raises:
        SettingsError: there is no such preset.
    """
    if name not in PRESETS:
        raise SettingsError(f"There is no preset {name!r}. Presets: {', '.join(PRESETS)}.")
    return PRESETS[name]


def preset_settings(name: str, **changes: Any) -> TrainingSettings:
    """The training settings of a preset, with the given fields of `TrainingSettings` changed.

    Raises:
        SettingsError: there is no such preset.
    """
    return replace(TrainingSettings(preset=name), **{**get_preset(name).training, **changes})


def build_model(name: str, *, seed: int | None = None, architecture: Mapping[str, Any] | None = None) -> Any:
    """An untrained network.

    Args:
        name: one of `list_presets()`.
        seed: seed of the initial weights; None draws different ones each time.
        architecture: options of the preset to override.

    Raises:
        SettingsError: there is no such preset or option, or no network can be built with the value of an option.
    """
    preset = get_preset(name)
    options = {**preset.options, **(architecture or {})}
    unknown = [option for option in options if option not in preset.options]
    if unknown:
        known = f"Options: {', '.join(preset.options)}." if preset.options else "It has none."
        raise SettingsError(f"The preset {name} has no option {unknown[0]!r}. {known}")
    if seed is not None:
        keras.utils.set_random_seed(seed)
    try:
        model = preset.build(**options)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"No {name} can be built with {options}: {str(error).splitlines()[0]}") from None
    model.name = name
    return model


def _convolution(x: Any, filters: int, size: int, *, strides: int = 1, padding: str = "valid") -> Any:
    """Convolution without bias, which the normalisation makes redundant, batch normalisation, ReLU."""
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


def _cnn_quick() -> Any:
    """Strided convolutions compute a quarter of the pixels that convolutions with pooling do."""
    inputs = keras.Input(INPUT_SHAPE, name="digit_image")
    x = _convolution(inputs, 24, 5, strides=2, padding="same")
    x = _convolution(x, 48, 3)
    x = _convolution(x, 64, 3, strides=2, padding="same")
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(CLASSES, name="logits")(x))


def _cnn(*, filters: Sequence[int], dense_units: int, dropout: float, batch_normalization: bool) -> Any:
    """One 3x3 convolution and max pooling for each of `filters`, a dense layer (0: none), dropout, logits."""
    inputs = keras.Input(INPUT_SHAPE, name="digit_image")
    x = inputs
    for count in filters:
        x = _convolution(x, count, 3) if batch_normalization else layers.Conv2D(count, 3, activation="relu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    if dense_units:
        x = layers.Dense(dense_units, activation="relu")(x)
    if dropout:
        x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(CLASSES, name="logits")(x))


def _mlp(*, units: Sequence[int], dropout: float) -> Any:
    """Dense ReLU layers of `units`, each followed by dropout, then the logits."""
    inputs = keras.Input(INPUT_SHAPE, name="digit_image")
    x = layers.Flatten()(inputs)
    for count in units:
        x = layers.Dense(count, activation="relu")(x)
        if dropout:
            x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(CLASSES, name="logits")(x))


PLAIN: Mapping[str, Any] = {"weight_decay": 0.0, "glyph_variants": 0.0, "outliers": 0.0, "augmentation": None}
"""Textbook training: Adam, which is AdamW without weight decay, and no augmentation."""

GEOMETRY = AugmentationSettings(
    rotation=6, shear=0, zoom=0.06, shift=1.6, elastic=0, stray=0, still=0.1, pen=0, photometric=0
)
"""Standard deviations that correspond to the usual uniform ranges of 10 degrees, a tenth of the size and a tenth of the
width, each way."""

SLIGHT = AugmentationSettings(
    rotation=4, shear=0, zoom=0.03, shift=0.6, elastic=0, stray=0, still=0.3, pen=0, photometric=0
)
"""As much as a single convolution benefits from: 0.1 points more accuracy on validation digits than without."""

PRESETS: dict[str, Preset] = {
    "flagship": Preset(
        title="Flagship CNN",
        description="Seven convolutions with batch normalisation and dropout; strided ones instead of pooling. "
        "The one in the bundle.",
        source="All-convolutional nets (Springenberg et al. 2015, arXiv:1412.6806), batch normalisation "
        "(Ioffe and Szegedy 2015, arXiv:1502.03167)",
        parameters=326_826,
        build=_flagship,
    ),
    "cnn_classic": Preset(
        title="CNN classic",
        description="Two convolutions of 32 and 64 filters with max pooling, one dense layer of 128 and dropout, on "
        "rotated, shifted and zoomed digits: the textbook CNN.",
        source="LeNet-5 (LeCun et al. 1998) with ReLU, max pooling and dropout (Srivastava et al. 2014)",
        parameters=225_034,
        build=_cnn,
        options={"filters": [32, 64], "dense_units": 128, "dropout": 0.5, "batch_normalization": False},
        training={**PLAIN, "epochs": 10, "learning_rate": 1e-3, "ema_momentum": 0.0, "augmentation": GEOMETRY},
    ),
    "cnn_single": Preset(
        title="CNN single",
        description="One convolution of 32 filters, max pooling, dropout, ten answers, on slightly moved digits; "
        "20 % of the digits validate.",
        source="The smallest network of convolution and pooling (LeCun et al. 1998) with ReLU and dropout",
        parameters=54_410,
        build=_cnn,
        options={"filters": [32], "dense_units": 0, "dropout": 0.5, "batch_normalization": False},
        training={
            **PLAIN,
            "epochs": 15,
            "learning_rate": 3e-3,
            "weight_decay": 0.02,
            "validation_fraction": 0.2,
            "augmentation": SLIGHT,
        },
    ),
    "cnn_quick": Preset(
        title="CNN quick",
        description="Three convolutions with batch normalisation and strides, trained for two epochs at a high rate: "
        "the shortest way to 99 %.",
        source="Super-convergence (Smith and Topin 2018, arXiv:1708.07120): a rate that rises high and falls to "
        "nothing within few epochs",
        parameters=62_210,
        build=_cnn_quick,
        training={**PLAIN, "epochs": 2, "learning_rate": 1e-2, "ema_momentum": 0.0, "weight_decay": 0.02},
    ),
    "mlp_dropout": Preset(
        title="MLP dropout",
        description="Two dense ReLU layers of 512 with dropout and no convolution, trained with the categorical "
        "cross-entropy and Adam.",
        source="Dropout (Srivastava et al. 2014, JMLR 15) on the multilayer perceptron",
        parameters=669_706,
        build=_mlp,
        options={"units": [512, 512], "dropout": 0.2},
        training={**PLAIN, "epochs": 20, "learning_rate": 1e-3, "ema_momentum": 0.0},
    ),
    "mlp_small": Preset(
        title="MLP small",
        description="Two dense ReLU layers of 50, trained with the sparse cross-entropy (here the same loss on "
        "one-hot rows) and Adam.",
        source="The multilayer perceptron (Rumelhart, Hinton and Williams 1986) with ReLU and Adam "
        "(Kingma and Ba 2015, arXiv:1412.6980)",
        parameters=42_310,
        build=_mlp,
        options={"units": [50, 50], "dropout": 0.0},
        training={**PLAIN, "epochs": 10, "batch_size": 64, "learning_rate": 2e-3},
    ),
}
