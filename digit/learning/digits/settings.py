"""How a network is trained, as one frozen dataclass; command-line flags are made from it, and settings files hold it.

Imports no Keras; knows neither networks nor their training.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from digit.data.augmentation import AugmentationSettings
from digit.errors import SettingsError


@dataclass(frozen=True)
class TrainingSettings:
    """How a network is trained; each field with its reason.

    Attributes:
        preset: architecture.
        architecture: options of the preset that differ from its own, as JSON: {"filters": [16, 48], "dropout": 0.3}.
        epochs: passes over the training digits; the accuracy is flat after about 20, averaging still helps.
        batch_size: digits per step; larger ones gain little speed on two cores.
        learning_rate: highest rate of the schedule, for AdamW.
        weight_decay: AdamW's; batch-normalised weights need some to keep their effective rate up.
        warmup_epochs: the rate rises linearly for so long, since the first batch statistics are wild.
        label_smoothing: none by default, because the confidence and the energy are read off the logits.
        ema_momentum: decay of the running average of the weights that is kept in the end (Polyak averaging).
        validation_fraction: share of the training digits, by writer where known, that is never trained on.
        precision: "float32", or "mixed_bfloat16", which is a third faster where the processor knows bfloat16. The
            kept weights are float32 in both.
        forms: rare forms of digits (`digit.data.synthesis.glyph_variants`) added to each batch, as a share of it.
        outliers: pictures of no digit (`digit.data.synthesis.outliers`) added to each batch, as a share of it; their target is
            "every digit is equally likely".
        teaching: weight of the teachers' answers in the targets, where there are teachers; the rest is the label's.
        split_seed: which writers validate; fixed, so that runs with different seeds are validated on the same digits.
        seed: of the initial weights, the order and the augmentation.
        augmentation: None trains on the digits as they are.
    """

    preset: str = "flagship"
    architecture: dict[str, Any] = field(default_factory=dict)
    epochs: int = 30
    batch_size: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    warmup_epochs: float = 1.0
    label_smoothing: float = 0.0
    ema_momentum: float = 0.995
    validation_fraction: float = 0.05
    precision: str = "float32"
    forms: float = 0.04
    outliers: float = 0.1
    teaching: float = 0.7
    split_seed: int = 2
    seed: int = 0
    augmentation: AugmentationSettings | None = field(default_factory=AugmentationSettings)

    def check(self) -> None:
        """
        Raises:
            SettingsError: a value is not allowed.
        """
        if self.epochs < 1:
            raise SettingsError(f"epochs should be 1 or more; received {self.epochs}.")
        if self.batch_size < 1:
            raise SettingsError(f"batch_size should be 1 or more; received {self.batch_size}.")
        for name in ("seed", "split_seed"):
            if not 0 <= getattr(self, name) < 2**32:
                raise SettingsError(f"{name} should be 0 to {2**32 - 1}; received {getattr(self, name)}.")
        for name in ("forms", "outliers", "label_smoothing", "teaching"):
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


def save_settings(path: Path, settings: TrainingSettings) -> None:
    """Write every field as JSON, for people to read and for `load_settings`."""
    path.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")


def load_settings(path: Path) -> dict[str, Any]:
    """The fields of `TrainingSettings` that a settings file holds; those that it leaves out stay the preset's.

    Raises:
        SettingsError: the file cannot be read, is not JSON, or holds a field or a kind of value that there is not.
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
    """`values` if it is an object of known fields, each of the kind of its default."""
    if not isinstance(values, dict):
        raise SettingsError(f"{origin} should hold a JSON object, and holds a {type(values).__name__}.")
    known = {f.name: getattr(defaults, f.name) for f in fields(defaults)}
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"{origin}: there is no setting {name!r}. Settings: {', '.join(known)}.")
        if name == "augmentation":
            if value is not None and not isinstance(value, dict):
                raise SettingsError(f"{origin}: augmentation should be an object or null; received {value!r}.")
            continue
        expected = (int, float) if isinstance(known[name], float) else type(known[name])
        if isinstance(value, bool) or not isinstance(value, expected):
            kind = {int: "a whole number", float: "a number", str: "a text", dict: "an object"}[type(known[name])]
            raise SettingsError(f"{origin}: {name} should be {kind}; received {value!r}.")
    return dict(values)
