"""Trains presets and baselines on the same digits and measures them in the same way: one row of figures each.

Every finished system has a folder with a `row.json`: a preset has a complete model folder as `train.py` writes it, a
baseline has its report. An interrupted comparison continues with the first system that is not finished. A folder whose
row was made from other settings or data is an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from digit.artifact import CONFIG, MNIST_TEST, MODEL_TFLITE, REPORT, Artifact, load_artifact, load_metrics
from digit.artifact.writing import new_folder
from digit.data.mnist import Digits, Mnist
from digit.errors import SettingsError
from digit.evaluation.report import Evaluation, save_report
from digit.learning.checkpoint import Checkpoint, shorten
from digit.learning.comparison.baselines import BASELINES, fit_baseline, list_baselines
from digit.learning.comparison.measuring import ROW, Pictures, artifact_answer, latency_ms, measure
from digit.learning.datasets import DigitsData, split_mnist
from digit.learning.digits.building import TrainedNetwork, build_artifact
from digit.learning.digits.presets import PRESETS, list_presets, preset_settings
from digit.learning.digits.settings import TrainingSettings, current_names
from digit.learning.digits.training import train

FLAGSHIP = "flagship"
REMEDY = "Choose another --output, or delete that folder to train it again."

Json = dict[str, Any]
Log = Callable[[str], None]
"""Receives lines of progress."""


@dataclass(frozen=True, eq=False)
class ComparisonData:
    """What all systems of a comparison are trained and measured on.

    Attributes:
        digits: MNIST's digits for training, validation and test.
        pictures: pictures of real people's digits to measure on; None if there are none.
    """

    digits: DigitsData
    pictures: Pictures | None


def comparison_data(mnist: Mnist, pictures: Pictures | None) -> ComparisonData:
    """MNIST with the default validation split, whatever the `validation_fraction` of a preset."""
    return ComparisonData(split_mnist(mnist), pictures)


def list_systems() -> list[str]:
    """The names of all presets, the flagship first, then those of all baselines."""
    return [FLAGSHIP, *(name for name in list_presets() if name != FLAGSHIP), *list_baselines()]


def parse_systems(text: str | None) -> list[str]:
    """The systems in a comma-separated text, in the order of `list_systems`; None selects all.

    Raises:
        SettingsError: there is no such system.
    """
    if text is None:
        return list_systems()
    names = {name.strip() for name in text.split(",")}
    unknown = sorted(names - set(list_systems()))
    if unknown:
        raise SettingsError(f"There is no system {unknown[0]!r} to compare. Systems: {', '.join(list_systems())}.")
    return [name for name in list_systems() if name in names]


def compare(
    folder: Path,
    systems: Sequence[str],
    data: ComparisonData,
    *,
    changes: Mapping[str, Any] | None = None,
    flagship: Artifact | None = None,
    log: Log = print,
    verbose: int = 1,
) -> tuple[list[Json], float]:
    """Train and measure each system that has no row yet.

    Args:
        folder: where finished systems are kept; may contain some already.
        systems: names from `list_systems()`.
        changes: fields of `TrainingSettings` that override the defaults of every preset.
        flagship: a finished model folder to measure as the flagship; None trains one.
        verbose: verbosity of Keras during training.

    Returns:
        The rows in the order of `systems`, and the total seconds they took, earlier runs included.

    Raises:
        SettingsError: the folder of a system was made from other settings or data.
    """
    changed = dict(changes or {})
    plans = {name: _plan(name, data, changed, flagship) for name in systems}
    found = {name: _finished(folder / name, plan) for name, plan in plans.items()}  # checks all before training any
    rows, seconds = [], 0.0
    for number, (name, plan) in enumerate(plans.items(), start=1):
        finished = found[name]
        earlier = "" if finished is None else ", finished earlier"
        log(f"\n[{number}/{len(plans)}] {name}: {_described(name)['description']}")
        if finished is None:
            began = perf_counter()
            row, evaluation = _make(folder / name, name, data, changed, flagship, verbose)
            # the training may have been resumed, and have taken longer than this run
            spent = max(perf_counter() - began, row["train_seconds"] if "model" not in plan else 0)
            finished = {"made_from": plan, "row": row, "seconds": round(spent, 1)}
            _save(folder / name, finished, evaluation, data.digits.test)
        row = finished["row"]
        log(f"      {100 * row['accuracy']:.2f} %, {row['errors']} errors{earlier}")
        rows.append(row)
        seconds += finished["seconds"]
    return rows, seconds


def _described(name: str) -> Json:
    """The part of a system's row that is known before it is measured."""
    entry = PRESETS[name] if name in PRESETS else BASELINES[name]
    kind = "preset" if name in PRESETS else "baseline"
    return {"name": name, "kind": kind, "title": entry.title, "description": entry.description}


def _settings(name: str, changes: Mapping[str, Any]) -> TrainingSettings:
    settings = preset_settings(name, **changes, validation_fraction=TrainingSettings().validation_fraction)
    settings.check()
    return settings


def _plan(name: str, data: ComparisonData, changes: Json, flagship: Artifact | None) -> Json:
    """Everything that the row of a system depends on, as JSON."""
    plan: Json = {"pictures": len(data.pictures) if data.pictures is not None else 0}
    if name == FLAGSHIP and flagship is not None:
        plan["model"] = flagship.config.sha256.get(MODEL_TFLITE, "")[:12]
    elif name in PRESETS:
        plan |= {"settings": asdict(_settings(name, changes)), "datasets": data.digits.counts}
    else:
        estimator = BASELINES[name].build(changes.get("seed", 0))
        plan |= {"estimator": " ".join(repr(estimator).split()), "datasets": data.digits.counts}
    as_loaded: Json = json.loads(json.dumps(plan))  # JSON turns tuples into lists
    return as_loaded


def _finished(folder: Path, plan: Json) -> Json | None:
    """The content of a finished system's `row.json`; None if the system has to be trained or measured.

    Raises:
        SettingsError: the folder contains something else, or its row was made from another plan.
    """
    if not folder.exists():
        return None
    made_from = _made_from(folder, plan)
    finished: Json | None = None
    if made_from is None:
        try:
            finished = json.loads((folder / ROW).read_text(encoding="utf-8"))
            row, made_from = finished["row"], finished["made_from"]
            _ = (row["accuracy"], row["errors"], finished["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            raise SettingsError(f"{folder} should contain a finished system with its {ROW}. {REMEDY}") from None
        if "settings" in made_from:
            made_from |= {"settings": current_names(made_from["settings"])}
    then, now = _flat(made_from), _flat(plan)
    for key in [*now, *then]:
        if then.get(key) != now.get(key):
            values = f"{key} {shorten(then.get(key))}, and would now be made with {shorten(now.get(key))}"
            raise SettingsError(f"{folder} was made with {values}. {REMEDY}")
    return finished


def _made_from(folder: Path, plan: Json) -> Json | None:
    """The plan of a model folder that has no row yet, because the comparison stopped between the two; else None."""
    if (folder / ROW).is_file() or not (folder / CONFIG).is_file() or "settings" not in plan:
        return None
    config = load_artifact(folder).config
    training = current_names(config.training)
    settings = {key: value for key, value in training.items() if value or key in plan["settings"]}
    return {"settings": settings, "datasets": config.datasets, "pictures": plan["pictures"]}


def _flat(value: Json, prefix: str = "") -> Json:
    """Flatten nested objects into one with dotted keys."""
    flat: Json = {}
    for key, item in value.items():
        flat |= _flat(item, f"{prefix}{key}.") if isinstance(item, dict) else {f"{prefix}{key}": item}
    return flat


def _make(
    folder: Path, name: str, data: ComparisonData, changes: Json, flagship: Artifact | None, verbose: int
) -> tuple[Json, Evaluation | None]:
    """The row of a system, and the evaluation of a baseline; a model folder contains its own."""
    if name in BASELINES:
        return _baseline(name, data, changes.get("seed", 0))
    if name == FLAGSHIP and flagship is not None:
        return _artifact_row(name, flagship, data), None
    if not folder.exists():
        _train_preset(folder, _settings(name, changes), data.digits, verbose)
    return _artifact_row(name, load_artifact(folder), data), None


def _train_preset(folder: Path, settings: TrainingSettings, digits: DigitsData, verbose: int) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(folder.with_name(f".{folder.name}.checkpoint.npz"))
    model, history = train(digits.training, digits.validation, settings, checkpoint=checkpoint, verbose=verbose)
    network = TrainedNetwork(model, history, settings, checkpoint.seconds, digits.counts)
    build_artifact(folder, network, digits.validation, digits.test_sets)
    checkpoint.remove()


def _artifact_row(name: str, artifact: Artifact, data: ComparisonData) -> Json:
    answer = artifact_answer(artifact)
    figures, _ = measure(answer, data.digits.test, data.pictures)
    metrics = load_metrics(artifact)
    return {
        **_described(name),
        **figures,
        "parameters": metrics["model"]["parameters"],
        "bytes": artifact.tflite.stat().st_size,
        "latency_ms": latency_ms(answer, data.digits.test),
        "train_seconds": metrics["training"]["seconds"],
        "train_digits": sum(part["train"] for part in artifact.config.datasets.values()),
        "made": artifact.config.created,
    }


def _baseline(name: str, data: ComparisonData, seed: int) -> tuple[Json, Evaluation]:
    began = perf_counter()
    fitted = fit_baseline(name, data.digits.training, data.digits.validation, seed=seed)
    seconds = perf_counter() - began
    count = BASELINES[name].parameters
    figures, evaluation = measure(fitted, data.digits.test, data.pictures)
    row = {
        **_described(name),
        **figures,
        "parameters": None if count is None else count(fitted.estimator),
        "bytes": fitted.size,
        "latency_ms": latency_ms(fitted.on_one_core(), data.digits.test),
        "train_seconds": round(seconds, 1),
        "train_digits": len(data.digits.training),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return row, evaluation


def _save(folder: Path, finished: Json, evaluation: Evaluation | None, test: Digits) -> None:
    """Write the row, and the report of a baseline, into the folder of a system, completely or not at all."""
    row = json.dumps(finished, indent=2) + "\n"
    if folder.exists():
        (folder / f".{ROW}").write_text(row, encoding="utf-8")
        (folder / f".{ROW}").replace(folder / ROW)
        return
    with new_folder(folder) as aside:
        (aside / ROW).write_text(row, encoding="utf-8")
        if evaluation is not None:
            save_report(aside / REPORT, {MNIST_TEST: (evaluation, test.images)})
