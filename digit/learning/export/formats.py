"""Further formats of a finished model folder: float16, int8 and ONNX beside the float32 file that is served.

    python train.py export artifacts/<folder> --formats float16,int8,onnx

Every format is measured on the validation and the test digits. A format that loses more than 0.05 points of accuracy
against float32 is refused unless `--force` is given.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digit.artifact import METRICS, MNIST_TEST, MODEL_KERAS, Artifact, load_metrics, save_config
from digit.artifact.schemas import ExportFigures
from digit.data.augmentation import AugmentationSettings, augment_batch
from digit.data.mnist import Digits, Mnist, to_digit_images
from digit.errors import ArtifactError, SettingsError
from digit.learning.datasets import DigitsData, split_mnist
from digit.learning.export.convert import FORMATS, Answer, check_parity, export, open_export

ALLOWED_LOSS = 0.0005
"""Largest loss of accuracy on either set, as a fraction: 0.05 points."""
REPRESENTATIVE = 600
PARITY_IMAGES = 500

Row = dict[str, Any]


def parse_formats(text: str) -> list[str]:
    """The formats in a comma-separated text.

    Raises:
        SettingsError: there is no such format.
    """
    names = list(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in FORMATS:
            raise SettingsError(f"There is no format {name!r}. Formats: {', '.join(FORMATS)}.")
    return names


def add_formats(artifact: Artifact, names: Sequence[str], mnist: Mnist, *, force: bool = False) -> dict[str, Row]:
    """Export, check and measure formats, and add those that are accurate enough to the model folder.

    `config.json`, which lists the files, is written last, so that an interrupted run leaves a folder that still serves.

    Args:
        names: of `FORMATS`; float32, which exists already, is measured in any case.
        force: keep formats that lose too much accuracy.

    Returns:
        By name: file, bytes, accuracy on each set, parity (largest difference to a logit of Keras), kept. Kept formats
        are also recorded in `metrics.json` under "exports".

    Raises:
        ArtifactError: an exported file and the Keras network disagree, or the digits are not those of the folder.
        SettingsError: a format is not available; nothing was written.
        OSError: a file cannot be written.
    """
    data = _split(artifact, mnist)
    sets = {"validation": data.validation, MNIST_TEST: data.test}
    model = keras.saving.load_model(artifact.path / MODEL_KERAS, compile=False, safe_mode=True)
    parity_images = to_digit_images(data.validation.images[:PARITY_IMAGES])
    rows: dict[str, Row] = {}
    with tempfile.TemporaryDirectory(prefix=f".{artifact.path.name}-", dir=artifact.path.parent) as aside:
        for name in dict.fromkeys(["float32", *names]):
            path = artifact.tflite if name == "float32" else Path(aside) / FORMATS[name].file
            if name != "float32":
                export(model, path, name, representative_digits(data.training) if name == "int8" else None)
            parity = check_parity(model, path, parity_images, FORMATS[name].tolerance)
            rows[name] = _row(path, open_export(path), sets, parity)
            lost = max(rows["float32"]["accuracy"][key] - rows[name]["accuracy"][key] for key in sets)
            rows[name]["kept"] = name == "float32" or force or lost <= ALLOWED_LOSS + 1e-9
        for name, row in rows.items():
            if row["kept"] and name != "float32":
                (Path(aside) / row["file"]).replace(artifact.path / row["file"])
        _record(artifact, rows, Path(aside))
    return rows


def representative_digits(training: Digits) -> NDArray[np.float32]:
    """Training digits that set the ranges of int8, float32 (N, 28, 28): half unchanged, half augmented."""
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(training), min(REPRESENTATIVE, len(training)), replace=False)
    images = to_digit_images(training.images[chosen])
    half = len(images) // 2
    changed = augment_batch(images[half:], AugmentationSettings(), rng)
    return np.concatenate([images[:half], changed])


def format_table(rows: dict[str, Row]) -> str:
    """The rows as aligned text."""
    lines = [f"{'format':10}{'kB':>8}{'validation':>13}{'test':>11}{'parity':>10}  "]
    for name, row in rows.items():
        accuracy = row["accuracy"]
        verdict = FORMATS[name].description if row["kept"] else "refused"
        lines.append(
            f"{name:10}{row['bytes'] / 1000:>8.0f}{100 * accuracy['validation']:>11.2f} %"
            f"{100 * accuracy[MNIST_TEST]:>9.2f} %{row['parity']:>10.2g}  {verdict}"
        )
    return "\n".join(lines)


def _split(artifact: Artifact, mnist: Mnist) -> DigitsData:
    """Split MNIST as it was split for the training of the model folder."""
    settings, counts = artifact.config.training, artifact.config.datasets["mnist"]
    seed = settings.get("split_seed", artifact.config.seed)  # older folders were split by their own seed
    data = split_mnist(mnist, fraction=settings["validation_fraction"], seed=seed)
    found = data.counts["mnist"]
    if (found["validation"], found["split"]) != (counts["validation"], counts["split"]):
        raise ArtifactError(
            f"{artifact.path} was validated on {counts['validation']:,} digits, split {counts['split']}; received "
            f"{found['validation']:,}, split {found['split']}: expected the data folder that it was trained with."
        )
    return data


def _row(path: Path, answer: Answer, sets: dict[str, Digits], parity: float) -> Row:
    accuracy = {
        key: float((answer(to_digit_images(digits.images)).argmax(axis=1) == digits.labels).mean())
        for key, digits in sets.items()
    }
    return {"file": path.name, "bytes": path.stat().st_size, "accuracy": accuracy, "parity": parity}


def _record(artifact: Artifact, rows: dict[str, Row], aside: Path) -> None:
    metrics = load_metrics(artifact)
    kept: dict[str, ExportFigures] = {
        name: {"file": row["file"], "bytes": row["bytes"], "accuracy": row["accuracy"], "parity": row["parity"]}
        for name, row in rows.items()
        if row["kept"]
    }
    metrics["exports"] = metrics.get("exports", {}) | kept
    (aside / METRICS).write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    (aside / METRICS).replace(artifact.path / METRICS)
    save_config(artifact.path, artifact.config)
