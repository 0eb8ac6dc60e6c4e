"""The systems that the Evaluation tab can show: the artifact itself and those it was compared with.

If the comparison is missing or damaged, only the artifact remains.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from digit.artifact import COMPARISON, COMPARISON_FOLDER, HISTORY, REPORT, Artifact, load_metrics
from digit.artifact.json_file import read_json
from digit.errors import ArtifactError

TEST_SET = "mnist_test"
SET_TITLES = {
    TEST_SET: "MNIST test",
    "validation": "MNIST validation",
    "usps_test": "USPS test",
    "semeion_test": "Semeion, held out",
    "optdigits_test": "optdigits test",
    "hwd1000_test": "HWD-1000, held out",
    "scansheet_test": "Scanned sheets, held out",
}
"""Titles of the sets; a set without one is shown by its name."""
DATASET_TITLES = {
    "mnist": "MNIST",
    "usps": "USPS",
    "semeion": "Semeion",
    "optdigits": "optdigits",
    "hwd1000": "HWD-1000",
    "scansheet": "Scanned sheets",
}
"""Titles of the data sets that a model was trained on."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_NUMBERS = (
    "accuracy", "errors", "macro_precision", "macro_recall", "macro_f1", "roc_auc", "rmse", "log_loss", "ece",
    "real_world", "parameters", "bytes", "latency_ms", "train_seconds", "train_digits",
)  # fmt: skip


@dataclass(frozen=True)
class System:
    """One classifier of digits with its evaluation.

    Attributes:
        name: as in `--preset`, unique among the systems.
        title: readable name.
        kind: "preset" is a network of this project, "baseline" a simpler system.
        figures: the row of `comparison.json`; for the artifact itself that row, if any, updated with the figures of
            MNIST's test set in `metrics.json`. Figures are finite numbers or None.
        report: an `.npz` for `digit.evaluation.report.load_report`.
        history: a CSV like `history.csv`; None for a system that was not trained in epochs.
    """

    name: str
    title: str
    kind: Literal["preset", "baseline"]
    figures: dict[str, Any]
    report: Path
    history: Path | None


def systems(artifact: Artifact) -> list[System]:
    """The artifact itself, then every system of the comparison that has a report, in the order of its rows."""
    rows = _rows(artifact)[0]
    return [_itself(artifact, rows), *(s for row in rows if (s := _compared(artifact, row)) is not None)]


def comparison_trouble(artifact: Artifact) -> str | None:
    """One sentence on what is wrong with the comparison; None if nothing is, or there is no comparison."""
    rows, trouble = _rows(artifact)
    if trouble is not None:
        return trouble
    name = artifact.config.preset
    lacking = [row["title"] for row in rows if row["name"] != name and _compared(artifact, row) is None]
    return f"{COMPARISON} names systems whose reports are missing: {', '.join(lacking)}." if lacking else None


def set_title(name: str) -> str:
    """The title of a set."""
    return SET_TITLES.get(name, name.replace("_", " "))


def dataset_title(name: str) -> str:
    """The title of a data set for training."""
    return DATASET_TITLES.get(name, name.replace("_", " "))


def system_titles(artifact: Artifact) -> dict[str, str]:
    """The titles of the systems by name, the same on every part of the page."""
    return {system.name: system.title for system in systems(artifact)}


def compare_command(artifact: Artifact) -> str:
    """The command that measures the systems and puts the result into this model folder."""
    return f"python train.py compare --bundle {_place(artifact)}"


def explore_command(artifact: Artifact) -> str:
    """The command that explores the data and puts the result into this model folder."""
    return f"python train.py explore --into {_place(artifact)}"


def _place(artifact: Artifact) -> str:
    """A model folder as seen from where the app runs; its name alone when it lies elsewhere."""
    folder, here = artifact.path.absolute(), Path.cwd()
    return folder.relative_to(here).as_posix() if folder.is_relative_to(here) else folder.name


def accuracy_percent(accuracy: float) -> str:
    """An accuracy with two decimals: on 10,000 digits, one digit is 0.01."""
    return f"{100 * accuracy:.2f} %"


def _itself(artifact: Artifact, rows: list[dict[str, Any]]) -> System:
    config = artifact.config
    figures = next((dict(row) for row in rows if row["name"] == config.preset), {})
    # The parts that show a figure say when it is missing.
    with suppress(ArtifactError, LookupError, TypeError, ValueError):
        figures |= load_metrics(artifact)["sets"][TEST_SET]
    title = f"{config.preset} {config.version}"
    return System(config.preset, title, "preset", figures, artifact.path / REPORT, artifact.path / HISTORY)


def _compared(artifact: Artifact, row: dict[str, Any]) -> System | None:
    """The system of a row; None for the artifact's own row and without a report."""
    name = row["name"]
    folder = artifact.path / COMPARISON_FOLDER
    report, history = folder / f"{name}.npz", folder / f"{name}.csv"
    if name == artifact.config.preset or not report.is_file():
        return None
    return System(name, row["title"], row["kind"], row, report, history if history.is_file() else None)


def _rows(artifact: Artifact) -> tuple[list[dict[str, Any]], str | None]:
    """The valid rows of `comparison.json`, and a sentence on invalid ones."""
    path = artifact.path / COMPARISON
    if not path.exists():
        return [], None
    try:
        rows = read_json(path)["systems"]
    except (ArtifactError, KeyError):
        return [], f"{COMPARISON} cannot be read, or names no systems."
    if not isinstance(rows, list):
        return [], f"{COMPARISON} should hold a list of systems, and holds a {type(rows).__name__}."
    good = [row for row in rows if _is_row(row)]
    if len(good) < len(rows):
        return (
            good,
            f"{COMPARISON}: {len(rows) - len(good)} of {len(rows)} systems are invalid.",
        )
    return good, None


def _is_row(row: Any) -> bool:
    if not isinstance(row, dict) or row.get("kind") not in ("preset", "baseline"):
        return False
    texts = (row.get("name"), row.get("title"))
    if not all(isinstance(text, str) for text in texts) or not _NAME.fullmatch(row["name"]):
        return False
    return all(_is_number(row.get(key)) for key in _NUMBERS)


def _is_number(value: Any) -> bool:
    """Whether it is a finite number or None."""
    if value is None:
        return True
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer too large for a float
        return False
