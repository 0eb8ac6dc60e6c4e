"""Presets and baselines, trained on the same digits and measured alike: one row for each, kept while others train.

Every finished system has a folder of its own with a `row.json`: a preset a whole model folder as `train.py` writes it,
a baseline its report. A comparison that was interrupted goes on where it stopped, and a folder that was made in
another way is never taken for a finished one. Knows how systems are made; how they are shown stands in
`digit.learning.comparison.bundling`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from digit.artifact import CONFIG, MODEL_TFLITE, REPORT, Artifact, load_artifact, load_metrics
from digit.data.mnist import Digits, Mnist, validation_split
from digit.errors import SettingsError
from digit.evaluation.report import Evaluation, save_report
from digit.learning.checkpoint import Checkpoint
from digit.learning.comparison.baselines import BASELINES, fit_baseline, list_baselines
from digit.learning.comparison.measuring import Pictures, artifact_answer, latency_ms, measure
from digit.learning.digits.building import TrainedNetwork, build_artifact
from digit.learning.digits.presets import PRESETS, list_presets, preset_settings
from digit.learning.digits.settings import TrainingSettings
from digit.learning.digits.training import train

ROW = "row.json"
FLAGSHIP = "flagship"
REMEDY = "Give another --output, or remove that folder to make it anew."
TEST_SET = "mnist_test"

Json = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Ground:
    """What all systems of a comparison share.

    Attributes:
        training, validation, test: the digits.
        datasets: their counts and the kind of split, as `config.json` holds them.
        pictures: real people's digits to measure on; None where there are none.
    """

    training: Digits
    validation: Digits
    test: Digits
    datasets: Json
    pictures: Pictures | None


def common_ground(mnist: Mnist, pictures: Pictures | None) -> Ground:
    """MNIST, split as the flagship's defaults say: a preset's own share of validation digits does not count here."""
    defaults = TrainingSettings()
    train_index, validation_index = validation_split(
        mnist.train, fraction=defaults.validation_fraction, seed=defaults.split_seed
    )
    split = "by writer" if mnist.train.writers is not None else "stratified"
    counts = {"train": len(train_index), "validation": len(validation_index), "split": split}
    return Ground(mnist.train[train_index], mnist.train[validation_index], mnist.test, {"mnist": counts}, pictures)


def list_systems() -> list[str]:
    """The names of all presets, the flagship first, and of all baselines."""
    return [FLAGSHIP, *(name for name in list_presets() if name != FLAGSHIP), *list_baselines()]


def system_names(text: str | None) -> list[str]:
    """The systems of a comma-separated text in the order of `list_systems`; None: all.

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


def finished_systems(folder: Path) -> list[str]:
    """The systems that have a row in the output of a comparison."""
    return [name for name in list_systems() if (folder / name / ROW).is_file()]


def compare(
    folder: Path,
    systems: Sequence[str],
    ground: Ground,
    *,
    changes: Mapping[str, Any] | None = None,
    flagship: Artifact | None = None,
    say: Say = print,
    verbose: int = 1,
) -> tuple[list[Json], float]:
    """Train and measure each system that has no row yet.

    Args:
        folder: where the finished systems are kept; may hold some already.
        systems: names of `list_systems()`.
        changes: fields of `TrainingSettings` in which all presets are trained differently from their defaults.
        flagship: a finished model folder whose figures make the flagship's row; None trains one.
        say: takes a line of progress for each system.
        verbose: Keras's, of the training.

    Returns:
        The rows in the order of `systems`, and the seconds that all of them took, those of earlier runs included.

    Raises:
        SettingsError: a folder holds a system that was made in another way than it would be now.
    """
    changed = dict(changes or {})
    plans = {name: _plan(name, ground, changed, flagship) for name in systems}
    found = {name: _kept(folder / name, plan) for name, plan in plans.items()}  # all of them, before anything trains
    rows, seconds = [], 0.0
    for number, (name, plan) in enumerate(plans.items(), start=1):
        kept = found[name]
        again = "" if kept is None else ", finished before"
        say(f"\n[{number}/{len(plans)}] {name}: {_described(name)['description']}")
        if kept is None:
            began = perf_counter()
            row, evaluation = _make(folder / name, name, ground, changed, flagship, verbose)
            spent = max(perf_counter() - began, row["train_seconds"] if "model" not in plan else 0)
            kept = {"made_from": plan, "row": row, "seconds": round(spent, 1)}  # also of a training that was resumed
            _keep(folder / name, kept, evaluation, ground.test)
        row = kept["row"]
        say(f"      {100 * row['accuracy']:.2f} %, {row['errors']} errors{again}")
        rows.append(row)
        seconds += kept["seconds"]
    return rows, seconds


def _described(name: str) -> Json:
    """What the row says of a system before anything is measured."""
    entry = PRESETS[name] if name in PRESETS else BASELINES[name]
    kind = "preset" if name in PRESETS else "baseline"
    return {"name": name, "kind": kind, "title": entry.title, "description": entry.description}


def _settings(name: str, changes: Mapping[str, Any]) -> TrainingSettings:
    settings = preset_settings(name, **changes, validation_fraction=TrainingSettings().validation_fraction)
    settings.check()
    return settings


def _plan(name: str, ground: Ground, changes: Json, flagship: Artifact | None) -> Json:
    """What the row of a system depends on, as JSON: two rows of the same plan are the same row."""
    plan: Json = {"pictures": len(ground.pictures) if ground.pictures is not None else 0}
    if name == FLAGSHIP and flagship is not None:
        plan["model"] = flagship.config.sha256.get(MODEL_TFLITE, "")[:12]
    elif name in PRESETS:
        plan |= {"settings": asdict(_settings(name, changes)), "datasets": ground.datasets}
    else:
        estimator = BASELINES[name].build(changes.get("seed", 0))
        plan |= {"estimator": " ".join(repr(estimator).split()), "datasets": ground.datasets}
    same: Json = json.loads(json.dumps(plan))  # as it comes back from the file: tuples become lists
    return same


def _kept(folder: Path, plan: Json) -> Json | None:
    """The row of a finished system; None where it is still to be made.

    Raises:
        SettingsError: the folder holds something else.
    """
    if not folder.exists():
        return None
    made_from = _made_from(folder, plan)
    kept: Json | None = None
    if made_from is None:
        try:
            kept = json.loads((folder / ROW).read_text(encoding="utf-8"))
            made_from, _ = kept["made_from"], (kept["row"]["accuracy"], kept["row"]["errors"], kept["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            raise SettingsError(f"{folder} should hold a finished system with its {ROW}. {REMEDY}") from None
    then, now = _flat(made_from), _flat(plan)
    for key in [*now, *then]:
        if then.get(key) != now.get(key):
            values = f"{key} {_short(then.get(key))}, and now it would be {_short(now.get(key))}"
            raise SettingsError(f"{folder} was made with {values}. {REMEDY}")
    return kept


def _made_from(folder: Path, plan: Json) -> Json | None:
    """What a model folder without a row was made from: the comparison stopped between the two. None elsewhere."""
    if (folder / ROW).is_file() or not (folder / CONFIG).is_file() or "settings" not in plan:
        return None
    config = load_artifact(folder).config
    told = {key: value for key, value in config.training.items() if value or key in plan["settings"]}
    return {"settings": told, "datasets": config.datasets, "pictures": plan["pictures"]}


def _flat(value: Json, prefix: str = "") -> Json:
    """Nested objects as one, with dotted keys."""
    flat: Json = {}
    for key, item in value.items():
        flat |= _flat(item, f"{prefix}{key}.") if isinstance(item, dict) else {f"{prefix}{key}": item}
    return flat


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _make(
    folder: Path, name: str, ground: Ground, changes: Json, flagship: Artifact | None, verbose: int
) -> tuple[Json, Evaluation | None]:
    """The row of a system, and for a baseline its evaluation: a model folder holds its own."""
    if name in BASELINES:
        return _baseline(name, ground, changes.get("seed", 0))
    if name == FLAGSHIP and flagship is not None:
        return _artifact_row(name, flagship, ground), None
    if not folder.exists():
        _train_preset(folder, _settings(name, changes), ground, verbose)
    return _artifact_row(name, load_artifact(folder), ground), None


def _train_preset(folder: Path, settings: TrainingSettings, ground: Ground, verbose: int) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(folder.with_name(f".{folder.name}.checkpoint.npz"))
    model, history = train(ground.training, ground.validation, settings, checkpoint=checkpoint, verbose=verbose)
    network = TrainedNetwork(model, history, settings, checkpoint.seconds, ground.datasets)
    build_artifact(folder, network, ground.validation, {TEST_SET: ground.test})
    checkpoint.remove()


def _artifact_row(name: str, artifact: Artifact, ground: Ground) -> Json:
    answer = artifact_answer(artifact)
    figures, _ = measure(answer, ground.test, ground.pictures)
    written = load_metrics(artifact)
    return {
        **_described(name),
        **figures,
        "parameters": written["model"]["parameters"],
        "bytes": artifact.tflite.stat().st_size,
        "latency_ms": latency_ms(answer, ground.test),
        "train_seconds": written["training"]["seconds"],
        "train_digits": sum(part["train"] for part in artifact.config.datasets.values()),
        "made": artifact.config.created,
    }


def _baseline(name: str, ground: Ground, seed: int) -> tuple[Json, Evaluation]:
    began = perf_counter()
    fitted = fit_baseline(name, ground.training, ground.validation, seed=seed)
    seconds = perf_counter() - began
    count = BASELINES[name].parameters
    figures, evaluation = measure(fitted, ground.test, ground.pictures)
    row = {
        **_described(name),
        **figures,
        "parameters": None if count is None else count(fitted.estimator),
        "bytes": fitted.size,
        "latency_ms": latency_ms(fitted.on_one_core(), ground.test),
        "train_seconds": round(seconds, 1),
        "train_digits": len(ground.training),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return row, evaluation


def _keep(folder: Path, kept: Json, evaluation: Evaluation | None, test: Digits) -> None:
    """Write the row into its folder, whole or not at all; with the report of a baseline."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        (aside / ROW).write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        if evaluation is not None:
            save_report(aside / REPORT, {TEST_SET: (evaluation, test.images)})
        if folder.exists():
            (aside / ROW).replace(folder / ROW)
        else:
            aside.chmod(0o755)
            aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
