"""A small comparison beside an artifact: real reports of invented answers, as `train.py compare` lays them out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from digit.evaluation.metrics import evaluate
from digit.evaluation.report import save_report

HISTORY_HEAD = "epoch,accuracy,loss,val_accuracy,val_loss,learning_rate\n"


def row(name: str, kind: str, title: str, **figures: Any) -> dict[str, Any]:
    """A row of `comparison.json` with every figure."""
    numbers = {
        "accuracy": 0.9, "errors": 30, "macro_precision": 0.9, "macro_recall": 0.9, "macro_f1": 0.9, "roc_auc": 0.99,
        "rmse": 0.1, "log_loss": 0.3, "ece": 0.02, "real_world": None, "parameters": 1000, "bytes": 4000,
        "latency_ms": 0.5, "train_seconds": 10.0, "train_digits": 54_000,
    }  # fmt: skip
    texts = {"name": name, "kind": kind, "title": title, "description": f"The {title}.", "made": "2026-01-02T03:04:05"}
    return {**texts, **numbers, **figures}


def add_comparison(folder: Path, count: int = 300) -> None:
    """Give the artifact in `folder` two more systems: `mlp_small`, which reads every fifth 4 as a 9, and `knn`,
    which reads every tenth digit as a 1 and has no history.
    """
    labels = (np.arange(count) % 10).astype(np.uint8)
    order = np.arange(count) // 10
    guesses = {
        "mlp_small": np.where((labels == 4) & (order % 5 == 0), 9, labels),
        "knn": np.where(np.arange(count) % 10 == order % 10, 1, labels),
    }
    (folder / "comparison").mkdir()
    images = np.random.default_rng(5).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    rows = [row("flagship", "preset", "Flagship")]
    for name, kind in (("mlp_small", "preset"), ("knn", "baseline")):
        probabilities = np.full((count, 10), 0.02, np.float32)
        probabilities[np.arange(count), guesses[name]] = 0.82
        evaluation = evaluate(labels, probabilities)
        save_report(folder / "comparison" / f"{name}.npz", {"mnist_test": (evaluation, images)})
        figures = {k: v for k, v in evaluation.metrics.items() if k not in ("count", "per_class")}
        rows.append(row(name, kind, name.replace("_", " ").title(), **figures))
    (folder / "comparison" / "mlp_small.csv").write_text(HISTORY_HEAD + "1,0.8,0.6,0.9,0.4,0.001\n", encoding="utf-8")
    (folder / "comparison.json").write_text(
        json.dumps({"created": "2026-01-02T03:04:05", "set": "mnist_test", "systems": rows}), encoding="utf-8"
    )
