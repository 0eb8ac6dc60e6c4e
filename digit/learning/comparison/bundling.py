"""Writes a finished comparison as tables, and as files of a model folder for the app.

The model folder receives `comparison.json`, `comparison/` with the report and the history of every other system,
`robustness.npz` and `exploration.npz`.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import shlex
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digit.artifact import (
    COMPARISON,
    COMPARISON_FOLDER,
    EXPLORATION,
    HISTORY,
    MNIST_TEST,
    MODEL_TFLITE,
    REPORT,
    ROBUSTNESS,
    Artifact,
    load_artifact,
    save_config,
)
from digit.data.mnist import Mnist
from digit.data.profile import save_exploration
from digit.errors import SettingsError
from digit.evaluation.robustness import save_robustness
from digit.learning.comparison.systems import FLAGSHIP, Json, Log
from digit.learning.diagnostics import corrupted, explored

PLAIN = "cnn_classic"
"""The preset whose robustness is shown beside the flagship's: a textbook network with geometric augmentation."""

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
"""By key of a row: heading of the column, and how a value is formatted. The CSV has the other keys, too."""


def text_table(rows: Sequence[Json]) -> str:
    """The rows as aligned text, names to the left and figures to the right."""
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
        folder: output of the comparison.
        command: the command that reproduces the table.
        seconds: total time of all rows.
    """
    content = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "command": command,
        "minutes": round(seconds / 60, 1),
        "set": MNIST_TEST,
        "systems": list(rows),
    }
    (folder / COMPARISON).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "comparison.md").write_text(markdown_table(rows), encoding="utf-8")
    with (folder / "comparison.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def public_command(words: Sequence[str]) -> str:
    """A command line with DIR in place of folders of this machine: absolute ones and those outside the current one."""
    shown = []
    for word in words:
        flag, equals, value = word.rpartition("=")
        private = Path(value).is_absolute() or value.startswith(("..", "~"))
        shown.append(f"{flag}{equals}DIR" if private else word)
    return shlex.join(shown)


def check_flagship(flagship: Artifact, bundle: Artifact | None) -> None:
    """Check that a model folder can be the flagship of a comparison, and is the model of the bundle.

    Raises:
        SettingsError: the model folder is of another preset, or the bundle contains another model.
    """
    if flagship.config.preset != FLAGSHIP:
        raise SettingsError(
            f"{flagship.path} is a {flagship.config.preset}: expected a model folder of the preset {FLAGSHIP}."
        )
    if bundle is not None and bundle.config.sha256.get(MODEL_TFLITE) != flagship.config.sha256.get(MODEL_TFLITE):
        raise SettingsError(
            f"--bundle {bundle.path} and --flagship {flagship.path} are different models: expected the same one. "
            "Without --flagship, the model of the bundle is compared."
        )


def bundle_comparison(bundle: Path, folder: Path, rows: Sequence[Json], mnist: Mnist, *, log: Log = print) -> int:
    """Add a finished comparison, the robustness and the exploration to a model folder, and renew its hashes.

    All files are written to a temporary folder first, so that a failure leaves the bundle as it was.

    Args:
        bundle: model folder of the flagship.
        folder: output of the comparison, with its tables.
        rows: the rows to show.
        mnist: data to explore, and to measure the robustness on.

    Returns:
        Bytes of the files added.

    Raises:
        OSError: a file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix=f".{COMPARISON_FOLDER}-", dir=bundle) as name:
        aside = Path(name)
        (aside / COMPARISON_FOLDER).mkdir()
        for system in (row["name"] for row in rows if row["name"] != FLAGSHIP):
            shutil.copyfile(folder / system / REPORT, aside / COMPARISON_FOLDER / f"{system}.npz")
            if (folder / system / HISTORY).is_file():
                shutil.copyfile(folder / system / HISTORY, aside / COMPARISON_FOLDER / f"{system}.csv")
        shutil.copyfile(folder / COMPARISON, aside / COMPARISON)
        save_exploration(aside / EXPLORATION, explored(mnist, log))
        if (folder / PLAIN / MODEL_TFLITE).is_file():
            systems = {FLAGSHIP: bundle, PLAIN: folder / PLAIN}
            save_robustness(aside / ROBUSTNESS, corrupted(systems, mnist.test, log))
        size = sum(path.stat().st_size for path in aside.rglob("*") if path.is_file())
        shutil.rmtree(bundle / COMPARISON_FOLDER, ignore_errors=True)
        for path in aside.iterdir():
            path.replace(bundle / path.name)
    save_config(bundle, load_artifact(bundle).config)
    return size


def _cells(rows: Sequence[Json]) -> list[list[str]]:
    """The headings and the formatted values; a dash where nothing was measured."""
    written = [["-" if row[key] is None else write(row[key]) for key, (_, write) in COLUMNS.items()] for row in rows]
    return [[head for head, _ in COLUMNS.values()], *written]
