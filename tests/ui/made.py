"""The optional files of a model folder, made on the spot in their real formats with invented figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from digit.data.corruptions import CORRUPTIONS, SEVERITIES, corrupt
from digit.data.profile import Exploration, save_exploration
from tests.digits import draw_digit, make_digits

SYSTEMS = (
    # name, kind, title, accuracy, bytes, latency in ms, parameters
    ("flagship", "preset", "Seven convolutions", 0.9966, 1_309_056, 0.21, 326_826),
    ("cnn_classic", "preset", "Two convolutions and a dense layer", 0.9921, 902_400, 0.09, 225_034),
    ("cnn_quick", "preset", "Strided convolutions", 0.9893, 260_000, 0.04, 61_000),
    ("mlp_small", "preset", "MLP small", 0.9712, 172_000, 0.011, 42_310),
    ("logistic", "baseline", "Logistic regression", 0.9258, 63_000, 0.31, 7_850),
    ("nearest", "baseline", "Nearest neighbours", 0.9688, 47_000_000, 9.4, None),
    ("forest", "baseline", "Random forest", 0.9702, 130_000_000, 21.0, None),
)


def comparison() -> dict[str, Any]:
    """The content of a `comparison.json`; `real_world` was not measured for the baselines."""
    rows = [
        {
            "name": name,
            "kind": kind,
            "title": title,
            "description": f"{title}, as an example.",
            "accuracy": accuracy,
            "errors": round(10_000 * (1 - accuracy)),
            "macro_precision": accuracy,
            "macro_recall": accuracy,
            "macro_f1": accuracy - 0.0002,
            "roc_auc": 1 - (1 - accuracy) / 20,
            "rmse": (1 - accuracy) / 2,
            "log_loss": 4 * (1 - accuracy),
            "ece": (1 - accuracy) / 3,
            "real_world": accuracy - 0.05 if kind == "preset" else None,
            "parameters": parameters,
            "bytes": size,
            "latency_ms": latency,
            "train_seconds": 40.0 + size / 1e4,
            "train_digits": 60_000,
            "made": "2026-01-02T03:04:05+00:00",
        }
        for name, kind, title, accuracy, size, latency, parameters in SYSTEMS
    ]
    return {
        "created": "2026-01-02T03:04:05+00:00",
        "machine": "2 cores, x86_64",
        "command": "python train.py compare",
        "minutes": 12.5,
        "set": "mnist_test",
        "systems": rows,
    }


def write_comparison(folder: Path) -> None:
    """`comparison.json` with seven systems."""
    (folder / "comparison.json").write_text(json.dumps(comparison()), encoding="utf-8")


def exploration(points: int = 60) -> Exploration:
    """Findings about made digits: real images, places by chance, two duplicates."""
    rng = np.random.default_rng(5)
    digits = make_digits(max(points, 240), seed=5)
    images, labels = digits.images, digits.labels
    by_class = [images[labels == digit] for digit in range(10)]
    places = rng.normal(0, 1, (points, 2)) + 4 * np.stack([np.cos(labels[:points]), np.sin(labels[:points])], axis=1)
    return Exploration(
        class_counts=np.stack([np.bincount(labels, minlength=10) * 6, np.bincount(labels, minlength=10)]),
        intensity_histogram=np.bincount(images.ravel(), minlength=256).astype(np.int64),
        heat_map=images.mean(axis=0).astype(np.float32),
        mean_images=np.stack([part.mean(axis=0) for part in by_class]).astype(np.float32),
        deviation_images=np.stack([part.std(axis=0) for part in by_class]).astype(np.float32),
        samples=np.stack([part[:12] for part in by_class]),
        scatter_index=rng.permutation(points).astype(np.int32),
        scatter_labels=labels[:points],
        scatter_images=images[:points],
        pca=places.astype(np.float32),
        tsne=places[::-1].astype(np.float32),
        explained_variance=(0.5 ** np.arange(1, 51)).astype(np.float32),
        missing=np.array(0, np.int64),
        duplicates=np.array([[3, 41], [12, 200]], np.int32),
        leaked=np.empty((0, 2), np.int32),
        writers=np.array([539, 297], np.int64),
    )


def write_exploration(folder: Path, points: int = 60) -> None:
    """`exploration.npz` of made digits."""
    save_exploration(folder / "exploration.npz", exploration(points))


def robustness_arrays(kinds: int = 4, systems: int = 3) -> dict[str, Any]:
    """The arrays of a `robustness.npz`: the pictures are spoilt in earnest, the accuracies invented."""
    names = list(CORRUPTIONS)[:kinds]
    clean = np.linspace(0.996, 0.97, systems, dtype=np.float32)
    hardness = np.linspace(0.002, 0.06, kinds)[np.newaxis, :, np.newaxis] * np.arange(1, 6)
    accuracy = clean[:, np.newaxis, np.newaxis] - hardness * np.arange(1, systems + 1)[:, np.newaxis, np.newaxis]
    image = draw_digit(5)[np.newaxis].astype(np.float32) / 255
    examples = [[np.round(255 * corrupt(image, kind, severity)[0]) for severity in SEVERITIES] for kind in names]
    return {
        "systems": np.array([name for name, *_ in SYSTEMS[:systems]]),
        "kinds": np.array(names),
        "severities": np.array(SEVERITIES, np.int64),
        "accuracy": accuracy.astype(np.float32),
        "clean": clean,
        "digits": np.array(1000, np.int64),
        "examples": np.array(examples, np.uint8),
    }


def write_robustness(folder: Path, kinds: int = 4, systems: int = 3) -> None:
    """`robustness.npz` with so many kinds and systems."""
    with (folder / "robustness.npz").open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **robustness_arrays(kinds, systems))
