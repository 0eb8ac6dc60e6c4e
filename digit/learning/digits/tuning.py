"""Searches for better settings of a small CNN with Keras Tuner: filters, dense units, dropout, batch normalisation,
learning rate, strength of the augmentation.

    python train.py --tune 8 --trial-epochs 2                  random search, then train with the best settings
    python train.py --tune 30 --tuner hyperband                at most 30 trials; good ones are trained for longer

A trial is a complete training, ranked by its accuracy on the validation digits; the test digits are not used. No trial
has more parameters than the preset, so that the two can be compared. The folder of a search contains the files of Keras
Tuner, `trials.csv` and `best.json`; the same command continues the search.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

os.environ.setdefault("GRPC_VERBOSITY", "ERROR")

import keras
import keras_tuner  # type: ignore[import-untyped]

from digit.data.augmentation import AugmentationSettings
from digit.data.mnist import Digits
from digit.errors import SettingsError
from digit.learning.digits.presets import PRESETS, build_model, get_preset
from digit.learning.digits.settings import TrainingSettings, save_settings
from digit.learning.digits.training import train

SEARCH, TRIALS, BEST = "search.json", "trials.csv", "best.json"
TUNERS = ("random", "hyperband", "bayesian")
FILTERS = ((16, 24, 32, 48), (32, 48, 64, 96))
"""Choices for the first and the second convolution."""
DENSE_UNITS = (64, 96, 128, 192, 256)
DROPOUT = (0.2, 0.6, 0.1)
"""Lowest, highest and step."""
LEARNING_RATE = (5e-4, 1e-2)
AUGMENTATION = (0.25, 1.75, 0.25)
"""Factor of the preset's standard deviations: lowest, highest and step."""
DEVIATIONS = ("rotation", "shear", "zoom", "shift", "elastic")
CHIEF, ADDRESS, WORKER = "chief", "KERASTUNER_ORACLE_IP", "KERASTUNER_TUNER_ID"
"""Environment variables of Keras Tuner: with an address set, the process named "chief" serves trials to the others."""


@dataclass(frozen=True)
class Search:
    """One search.

    Attributes:
        folder: files of the search; an existing search is continued.
        trials: number of trials, those of earlier runs included; hyperband may stop earlier.
        tuner: "random" (Bergstra and Bengio 2012), "hyperband" (Li et al. 2018, arXiv:1603.06560) or "bayesian"
            (Gaussian process, upper confidence bound).
        epochs: length of a trial, for hyperband of the longest. A trial always trains from scratch, because the
            learning-rate schedule depends on its length.
        verbose: verbosity of Keras in each trial.
    """

    folder: Path
    trials: int
    tuner: str = "random"
    epochs: int = 3
    verbose: int = 0

    def check(self) -> None:
        """Check the ranges of all values.

        Raises:
            SettingsError: a value is not allowed.
        """
        for name, value in (("--tune", self.trials), ("--trial-epochs", self.epochs)):
            if value < 1:
                raise SettingsError(f"{name} should be 1 or more; received {value}.")
        if self.tuner not in TUNERS:
            raise SettingsError(f"There is no tuner {self.tuner!r}. Tuners: {', '.join(TUNERS)}.")


def tune(training: Digits, validation: Digits, base: TrainingSettings, search: Search) -> TrainingSettings | None:
    """Search for better settings, in this process alone or as one of several.

    Args:
        base: the settings that are not searched for, and the number of epochs of the final training.

    Returns:
        The best settings, also written to `best.json`; None in a worker process, because the chief process has them.

    Raises:
        SettingsError: the preset cannot be tuned, the folder belongs to another search, or no trial succeeded.
    """
    search.check()
    space = search_space(base)
    search.folder.mkdir(parents=True, exist_ok=True)
    is_worker = ADDRESS in os.environ and os.environ.get(WORKER) != CHIEF
    if not is_worker:
        _claim(search, base)
    with contextlib.redirect_stdout(io.StringIO()):  # Keras Tuner prints "Reloading Tuner from ..."
        tuner = _Tuner(training, validation, base, search, space)
    try:
        tuner.search(verbose=0)
    except RuntimeError as error:  # raised by Keras Tuner after three failed trials in a row
        reason = str(error).strip().splitlines()[-1]
        raise SettingsError(f"The search in {search.folder} stopped: {reason}") from None
    if is_worker:
        return None
    tuner.write_trials()
    best = tuner.oracle.get_best_trials(1)
    if not best:
        raise SettingsError(f"No trial of the search in {search.folder} succeeded.")
    settings = settings_of(best[0].hyperparameters.values, base)
    save_settings(search.folder / BEST, settings)
    return settings


def search_space(base: TrainingSettings) -> Any:
    """The search space, as `keras_tuner.HyperParameters`.

    Raises:
        SettingsError: the preset lacks these options.
    """
    if not can_be_tuned(base.preset):
        tunable = ", ".join(name for name in PRESETS if can_be_tuned(name))
        raise SettingsError(f"The preset {base.preset} cannot be tuned. Presets that can: {tunable}.")
    space = keras_tuner.HyperParameters()
    for position, choices in enumerate(FILTERS, start=1):
        space.Choice(f"filters_{position}", choices)
    space.Choice("dense_units", DENSE_UNITS)
    space.Float("dropout", *DROPOUT)
    space.Boolean("batch_normalization")
    space.Float("learning_rate", *LEARNING_RATE, sampling="log")
    if base.augmentation is not None:
        space.Float("augmentation", *AUGMENTATION)
    return space


def can_be_tuned(preset: str) -> bool:
    """Whether a preset has two convolutions and a dense layer with options for their sizes.

    Raises:
        SettingsError: there is no such preset.
    """
    options = get_preset(preset).options
    return len(options.get("filters", ())) == len(FILTERS) and bool(options.get("dense_units"))


def settings_of(values: Mapping[str, Any], base: TrainingSettings) -> TrainingSettings:
    """The training settings for values of the search space.

    The dense layer is reduced where the network would otherwise be larger than the preset.
    """
    architecture = {
        "filters": [values[f"filters_{position}"] for position in range(1, len(FILTERS) + 1)],
        "dense_units": values["dense_units"],
        "dropout": round(values["dropout"], 2),
        "batch_normalization": bool(values["batch_normalization"]),
    }
    for units in sorted((n for n in DENSE_UNITS if n <= values["dense_units"]), reverse=True):
        architecture["dense_units"] = units
        if _parameters(base.preset, architecture) <= PRESETS[base.preset].parameters:
            break
    augmentation = base.augmentation
    if augmentation is not None:
        augmentation = scaled(augmentation, values["augmentation"])
    rate = float(f"{values['learning_rate']:.3g}")
    return replace(base, architecture=architecture, learning_rate=rate, augmentation=augmentation)


def scaled(augmentation: AugmentationSettings, strength: float) -> AugmentationSettings:
    """Multiply every standard deviation of the geometric augmentation by `strength`."""
    changes = {name: round(getattr(augmentation, name) * strength, 4) for name in DEVIATIONS}
    return replace(augmentation, **changes)


class _Tuner(keras_tuner.Tuner):  # type: ignore[misc]
    """Runs each trial with `digit.learning.digits.training.train`."""

    def __init__(
        self, training: Digits, validation: Digits, base: TrainingSettings, search: Search, space: Any
    ) -> None:
        self._digits, self._base, self._search = (training, validation), base, search
        super().__init__(_oracle(search, base, space), directory=str(search.folder), project_name="keras_tuner")

    def run_trial(self, trial: Any, *_: Any, **__: Any) -> dict[str, float]:
        values = trial.hyperparameters.values
        settings = settings_of(values, self._base)
        settings = replace(settings, epochs=values.get("tuner/epochs", self._search.epochs))
        keras.utils.clear_session()
        began = perf_counter()
        model, history = train(*self._digits, settings, verbose=self._search.verbose)
        figures = {
            "val_accuracy": history["val_accuracy"][-1],
            "val_loss": history["val_loss"][-1],
            "seconds": perf_counter() - began,
            "parameters": model.count_params(),
        }
        print(
            f"Trial {int(trial.trial_id) + 1:>3}  {100 * figures['val_accuracy']:.2f} % of the validation digits, "
            f"{settings.epochs} epochs, {figures['seconds']:.0f} s: {_describe(settings)}",
            flush=True,
        )
        return figures

    def on_trial_end(self, trial: Any) -> None:
        super().on_trial_end(trial)
        if ADDRESS not in os.environ:
            self.write_trials()

    def write_trials(self) -> None:
        """Write `trials.csv`: the settings and figures of every trial so far."""
        rows = [_row(trial, self._base, self._search) for _, trial in sorted(self.oracle.trials.items())]
        with (self._search.folder / TRIALS).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0] if rows else ["trial"])
            writer.writeheader()
            writer.writerows(rows)


def _oracle(search: Search, base: TrainingSettings, space: Any) -> Any:
    common = {
        "objective": keras_tuner.Objective("val_accuracy", "max"),
        "hyperparameters": space,
        "seed": base.seed + 1,  # Keras Tuner treats 0 as no seed
    }
    if search.tuner == "hyperband":
        oracle = keras_tuner.oracles.HyperbandOracle(max_epochs=search.epochs, **common)
        oracle.max_trials = search.trials
        return oracle
    if search.tuner == "bayesian":  # the default would start with three random trials per dimension
        initial = max(2, search.trials // 3)
        return keras_tuner.oracles.BayesianOptimizationOracle(
            max_trials=search.trials, num_initial_points=initial, **common
        )
    return keras_tuner.oracles.RandomSearchOracle(max_trials=search.trials, **common)


def _claim(search: Search, base: TrainingSettings) -> None:
    """Record the plan of the search in its folder; the folder of another search is refused."""
    plan = json.loads(json.dumps({"tuner": search.tuner, "trial_epochs": search.epochs, "base": asdict(base)}))
    path = search.folder / SEARCH
    if path.exists() and json.loads(path.read_text(encoding="utf-8")) != plan:
        raise SettingsError(
            f"{search.folder} contains a search with other settings (see {SEARCH}): "
            "expected the same, or another --tuning."
        )
    path.write_text(json.dumps(plan, indent=2) + "\n", encoding="utf-8")


def _row(trial: Any, base: TrainingSettings, search: Search) -> dict[str, Any]:
    settings = settings_of(trial.hyperparameters.values, base)
    row = {
        "trial": int(trial.trial_id) + 1,
        "status": trial.status.lower(),
        "epochs": trial.hyperparameters.values.get("tuner/epochs", search.epochs),
    }
    for name in ("val_accuracy", "val_loss", "seconds", "parameters"):
        known = trial.metrics.exists(name)
        row[name] = f"{trial.metrics.get_last_value(name):.6g}" if known else ""
    row |= settings.architecture | {"filters": "-".join(map(str, settings.architecture["filters"]))}
    return row | {
        "learning_rate": settings.learning_rate,
        "augmentation": trial.hyperparameters.values.get("augmentation", ""),
    }


def _describe(settings: TrainingSettings) -> str:
    architecture = settings.architecture
    filters = "-".join(map(str, architecture["filters"]))
    words = f"filters {filters}, dense {architecture['dense_units']}, dropout {architecture['dropout']}, "
    words += "batch normalisation, " if architecture["batch_normalization"] else ""
    turned = f", rotation {settings.augmentation.rotation}" if settings.augmentation else ""
    return f"{words}rate {settings.learning_rate}{turned}"


def _parameters(preset: str, architecture: Mapping[str, Any]) -> int:
    return int(build_model(preset, architecture=architecture).count_params())
