"""A finished comparison as tables for people, and as files of a model folder for the app.

Knows the rows of `digit.learning.comparison.systems` and the names of the files; trains nothing. The bundle gets
`comparison.json`, `comparison/` with the report and the history of every other system, `robustness.npz` and
`exploration.npz`.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import shlex
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.artifact import (
    COMPARISON,
    COMPARISON_FOLDER,
    EXPLORATION,
    HISTORY,
    MODEL_TFLITE,
    REPORT,
    ROBUSTNESS,
    Artifact,
    load_artifact,
    save_config,
)
from digit.data.corruptions import CORRUPTIONS
from digit.data.mnist import Digits, Mnist
from digit.data.profile import save_exploration
from digit.data.profile.analysis import explore
from digit.errors import SettingsError
from digit.evaluation.robustness import Robustness, evenly_spaced, measure_robustness, save_robustness
from digit.learning.comparison.systems import FLAGSHIP, TEST_SET, Json, Say
from digit.recognition.litert import LiteModel

PLAIN = "cnn_classic"
"""What the flagship's robustness is shown beside: the textbook's network, trained with its geometry alone."""

SPOILT_DIGITS = 1000
"""A tenth of the test digits: the standard error is 0.5 points at 97 %, and it takes minutes rather than an hour."""

COLUMNS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "name": ("system", str),
    "accuracy": ("accuracy", lambda v: f"{100 * v:.2f} %"),
    "errors": ("errors", lambda v: f"{v:,}"),
    "macro_precision": ("precision", lambda v: f"{v:.4f}"),
    "macro_recall": ("recall", lambda v: f"{v:.4f}"),
    "macro_f1": ("F1", lambda v: f"{v:.4f}"),
    "roc_auc": ("ROC AUC", lambda v: f"{v:.5f}"),
    "rmse": ("RMSE", lambda v: f"{v:.4f}"),
    "ece": ("ECE", lambda v: f"{100 * v:.2f} %"),
    "real_world": ("real world", lambda v: f"{100 * v:.1f} %"),
    "parameters": ("parameters", lambda v: f"{v:,}"),
    "bytes": ("size", lambda v: f"{v / 1e6:.2f} MB"),
    "latency_ms": ("one digit", lambda v: f"{v:.2f} ms"),
    "train_seconds": ("training", lambda v: f"{v:,.0f} s"),
}
"""Key of a row, head of its column, how a value is written; the rest of a row stands in the CSV."""


def text_table(rows: Sequence[Json]) -> str:
    """The rows as aligned text: names to the left, figures to the right."""
    cells = _cells(rows)
    widths = [max(len(row[i]) for row in cells) for i in range(len(COLUMNS))]
    lines = [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    return "\n".join(line.rstrip() for line in lines)


def markdown_table(rows: Sequence[Json]) -> str:
    """The rows as a Markdown table."""
    head, *body = ("| " + " | ".join(row) + " |" for row in _cells(rows))
    return "\n".join([head, "|---|" + "---:|" * (len(COLUMNS) - 1), *body]) + "\n"


def save_tables(folder: Path, rows: Sequence[Json], *, command: str, seconds: float) -> None:
    """Write `comparison.json`, `comparison.md` and `comparison.csv`.

    Args:
        folder: the output of the comparison.
        command: how to get the same table again.
        seconds: how long all rows took together.
    """
    content = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "command": command,
        "minutes": round(seconds / 60, 1),
        "set": TEST_SET,
        "systems": list(rows),
    }
    (folder / COMPARISON).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "comparison.md").write_text(markdown_table(rows), encoding="utf-8")
    with (folder / "comparison.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def public_command(words: Sequence[str]) -> str:
    """A command line with DIR in place of folders that only one machine has: absolute ones and those above this one."""
    shown = []
    for word in words:
        flag, equals, value = word.rpartition("=")
        private = Path(value).is_absolute() or value.startswith(("..", "~"))
        shown.append(f"{flag}{equals}DIR" if private else word)
    return shlex.join(shown)


def check_flagship(flagship: Artifact, bundle: Artifact | None) -> None:
    """Whether a model folder can be the comparison's flagship, and the bundle's own.

    Raises:
        SettingsError: it is of another preset, or the bundle holds another model.
    """
    if flagship.config.preset != FLAGSHIP:
        raise SettingsError(
            f"{flagship.path} is a {flagship.config.preset}: expected a model folder of the preset {FLAGSHIP}."
        )
    if bundle is not None and bundle.config.sha256.get(MODEL_TFLITE) != flagship.config.sha256.get(MODEL_TFLITE):
        raise SettingsError(
            f"--bundle {bundle.path} holds another model than --flagship {flagship.path}, and its page would show "
            "figures of that one: expected the same. Without --flagship the bundle's own is compared."
        )


def bundle_comparison(bundle: Path, folder: Path, rows: Sequence[Json], mnist: Mnist, *, say: Say = print) -> int:
    """Put a finished comparison, the robustness and the exploration into a model folder; renew its hashes.

    Everything is made aside first, so that a bundle is not left with half of it.

    Args:
        bundle: the model folder, of the flagship.
        folder: the output of the comparison, with its tables.
        rows: the rows that are shown.
        mnist: what robustness is measured on and what is explored.
        say: takes lines of progress.

    Returns:
        Bytes of all that was put there.

    Raises:
        OSError: it cannot be written; the bundle stays as it was.
    """
    with tempfile.TemporaryDirectory(prefix=f".{COMPARISON_FOLDER}-", dir=bundle) as name:
        aside = Path(name)
        (aside / COMPARISON_FOLDER).mkdir()
        for system in (row["name"] for row in rows if row["name"] != FLAGSHIP):
            shutil.copyfile(folder / system / REPORT, aside / COMPARISON_FOLDER / f"{system}.npz")
            if (folder / system / HISTORY).is_file():
                shutil.copyfile(folder / system / HISTORY, aside / COMPARISON_FOLDER / f"{system}.csv")
        shutil.copyfile(folder / COMPARISON, aside / COMPARISON)
        say("Explore   MNIST: counts, checks, principal components, t-SNE")
        save_exploration(aside / EXPLORATION, explore(mnist))
        if (folder / PLAIN / MODEL_TFLITE).is_file():
            systems = {FLAGSHIP: bundle, PLAIN: folder / PLAIN}
            save_robustness(aside / ROBUSTNESS, _robustness(systems, mnist.test, say))
        size = sum(path.stat().st_size for path in aside.rglob("*") if path.is_file())
        shutil.rmtree(bundle / COMPARISON_FOLDER, ignore_errors=True)
        for path in aside.iterdir():
            path.replace(bundle / path.name)
    save_config(bundle, load_artifact(bundle).config)
    return size


def _robustness(systems: Mapping[str, Path], test: Digits, say: Say) -> Robustness:
    """Model folders by name, read on the same spoilt test digits."""
    chosen = test[evenly_spaced(len(test), SPOILT_DIGITS)]
    say(f"Spoil     {len(chosen):,} test digits in {len(CORRUPTIONS)} ways, read by {' and '.join(systems)}")
    models = {name: LiteModel(load_artifact(folder).tflite) for name, folder in systems.items()}

    def progress(kind: str, accuracies: NDArray[np.float32]) -> None:
        say(f"          {kind:16}" + "  ".join(f"{100 * value:6.2f} %" for value in accuracies.mean(axis=1)))

    return measure_robustness(models, chosen.images, chosen.labels, progress=progress)


def _cells(rows: Sequence[Json]) -> list[list[str]]:
    """The heads and the written values; a dash where nothing was measured."""
    written = [["-" if row[key] is None else write(row[key]) for key, (_, write) in COLUMNS.items()] for row in rows]
    return [[head for head, _ in COLUMNS.values()], *written]
