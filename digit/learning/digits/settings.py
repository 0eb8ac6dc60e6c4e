"""How a network is trained, as one frozen dataclass, and the settings files that contain it. Imports no Keras."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from digit.data.augmentation import AugmentationSettings
from digit.errors import SettingsError
from digit.learning.datasets import SPLIT_SEED, VALIDATION_FRACTION


@dataclass(frozen=True)
class TrainingSettings:
    """How a network is trained; each field with its reason.

    Attributes:
        preset: name of the architecture.
        architecture: options of the preset to override, as JSON: {"filters": [16, 48], "dropout": 0.3}.
        epochs: passes over the training digits; the accuracy is flat after about 20, averaging still helps.
        epoch_digits: digits of an epoch, others in each; 0 takes all.
        batch_size: digits per step; larger batches are hardly faster on two cores.
        learning_rate: peak rate of the schedule, for AdamW.
        weight_decay: of AdamW; batch-normalised weights need some to keep their effective learning rate up.
        warmup_epochs: epochs in which the rate rises linearly, because the first batch statistics vary widely.
        label_smoothing: none by default, because confidence and energy are computed from the logits.
        ema_momentum: decay of the running average of the weights, which is the final network (Polyak averaging).
        validation_fraction: share of the training digits, by writer where known, that is never trained on.
        precision: "float32", or "mixed_bfloat16", which is a third faster on processors that support bfloat16. The
            final weights are float32 either way.
        glyph_variants: rare variants of digits (`digit.data.synthesis.glyph_variants`) added to each batch, as a
            fraction of the batch size.
        outliers: pictures of no digit (`digit.data.synthesis.outliers`) added to each batch, as a fraction of the batch
            size; their target is a uniform distribution.
        teaching: weight of the teachers' answers in the targets when distilling; the rest is the label's.
        split_seed: seed of the validation split; fixed, so that runs with different seeds validate on the same digits.
        seed: seed of the initial weights, the order and the augmentation.
        augmentation: None trains on the digits as they are.
    """

    preset: str = "flagship"
    architecture: dict[str, Any] = field(default_factory=dict)
    epochs: int = 30
    epoch_digits: int = 0
    batch_size: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    warmup_epochs: float = 1.0
    label_smoothing: float = 0.0
    ema_momentum: float = 0.995
    validation_fraction: float = VALIDATION_FRACTION
    precision: str = "float32"
    glyph_variants: float = 0.04
    outliers: float = 0.1
    teaching: float = 0.7
    split_seed: int = SPLIT_SEED
    seed: int = 0
    augmentation: AugmentationSettings | None = field(default_factory=AugmentationSettings)

    def check(self) -> None:
        """Check the ranges of all values.

        Raises:
            SettingsError: a value is not allowed.
        """
        if self.epochs < 1:
            raise SettingsError(f"epochs should be 1 or more; received {self.epochs}.")
        if self.epoch_digits < 0:
            raise SettingsError(f"epoch_digits should be 0 or more; received {self.epoch_digits}.")
        if self.batch_size < 1:
            raise SettingsError(f"batch_size should be 1 or more; received {self.batch_size}.")
        for name in ("seed", "split_seed"):
            if not 0 <= getattr(self, name) < 2**32:
                raise SettingsError(f"{name} should be 0 to {2**32 - 1}; received {getattr(self, name)}.")
        for name in ("glyph_variants", "outliers", "label_smoothing", "teaching"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"{name} should be 0 to 1; received {getattr(self, name)}.")
        if not 0 < self.validation_fraction < 1:
            raise SettingsError(f"validation_fraction should lie between 0 and 1; received {self.validation_fraction}.")
        if not 0 <= self.ema_momentum < 1:
            raise SettingsError(f"ema_momentum should be 0 or more and below 1; received {self.ema_momentum}.")
        if self.warmup_epochs < 0:
            raise SettingsError(f"warmup_epochs should be 0 or more; received {self.warmup_epochs}.")
        if not 0 < self.learning_rate < 1:
            raise SettingsError(f"learning_rate should lie between 0 and 1; received {self.learning_rate}.")
        if self.precision not in ("float32", "mixed_bfloat16"):
            raise SettingsError(f"precision should be float32 or mixed_bfloat16; received {self.precision!r}.")


FORMER_NAMES = {"forms": "glyph_variants"}
"""Fields that were renamed, as older settings files and model folders spell them."""


def current_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Recorded settings with the current names of their fields."""
    return {FORMER_NAMES.get(name, name): value for name, value in values.items()}


def save_settings(path: Path, settings: TrainingSettings) -> None:
    """Write every field as JSON."""
    path.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")


def load_settings(path: Path) -> dict[str, Any]:
    """The fields of `TrainingSettings` that a settings file contains, which may be a few of them.

    Raises:
        SettingsError: the file cannot be read, is not JSON, or contains an unknown field or a value of the wrong type.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise SettingsError(f"The settings file {path} is not JSON ({error}).") from None
    checked = _checked(values, TrainingSettings(), origin=str(path))
    if isinstance(augmentation := checked.get("augmentation"), dict):
        known = _checked(augmentation, AugmentationSettings(), origin=f"{path}, augmentation")
        checked["augmentation"] = AugmentationSettings(**known)
    return checked


def _checked(values: Any, defaults: Any, *, origin: str) -> dict[str, Any]:
    """Check that `values` is an object of known fields, each of the type of its default."""
    if not isinstance(values, dict):
        raise SettingsError(f"{origin} should contain a JSON object; it contains a {type(values).__name__}.")
    renamed = current_names(values)
    known = {f.name: getattr(defaults, f.name) for f in fields(defaults)}
    for name, value in renamed.items():
        if name not in known:
            raise SettingsError(f"{origin}: unknown setting {name!r}. Settings: {', '.join(known)}.")
        if name == "augmentation":
            if value is not None and not isinstance(value, dict):
                raise SettingsError(f"{origin}: augmentation should be an object or null; received {value!r}.")
            continue
        expected = (int, float) if isinstance(known[name], float) else type(known[name])
        if isinstance(value, bool) or not isinstance(value, expected):
            kind = {int: "a whole number", float: "a number", str: "a string", dict: "an object"}[type(known[name])]
            raise SettingsError(f"{origin}: {name} should be {kind}; received {value!r}.")
    return renamed
