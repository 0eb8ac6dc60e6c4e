"""Builds the artifact of a trained network: export, calibration, evaluation, report, model card."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from digit.artifact import (
    CARD,
    HISTORY,
    METRICS,
    MODEL_BROWSER,
    MODEL_KERAS,
    MODEL_TFLITE,
    PREPROCESSING_VERSION,
    REPORT,
    Artifact,
    ArtifactConfig,
    load_artifact,
    load_metrics,
    save_config,
)
from digit.artifact.card import model_card
from digit.artifact.schemas import Metrics
from digit.artifact.writing import new_folder
from digit.data.augmentation import AugmentationSettings, augment_batch
from digit.data.mnist import Digits, Mnist, to_digit_images
from digit.evaluation.calibration import calibrate
from digit.evaluation.metrics import evaluate
from digit.evaluation.report import Evaluation, save_report
from digit.learning.diagnostics import add_diagnostics
from digit.learning.digits.settings import TrainingSettings
from digit.learning.export.convert import save_browser_network, save_network
from digit.learning.export.layers import save_inside
from digit.recognition.litert import LiteModel
from digit.recognition.probability import softmax

MODEL_VERSION = "1.0"
PARITY_IMAGES = 500
LIBRARIES = ("digit", "keras", "tensorflow", "ai-edge-litert", "numpy", "opencv-python-headless", "scikit-learn")


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """The result of a training.

    Attributes:
        model: the Keras network, which returns logits.
        history: figures per epoch; see `digit.learning.digits.training.train`.
        settings: the settings of the training.
        seconds: wall-clock time of the training.
        datasets: number of digits by data set and split.
        teachers: model folders that it was distilled from.
        start: model folder that gave the initial weights; None started from scratch.
    """

    model: Any
    history: dict[str, list[float]]
    settings: TrainingSettings
    seconds: float
    datasets: dict[str, Any]
    teachers: Sequence[Artifact] = ()
    start: Artifact | None = None


def build_artifact(
    folder: Path,
    network: TrainedNetwork,
    validation: Digits,
    test_sets: Mapping[str, Digits],
    mnist: Mnist | None = None,
) -> Artifact:
    """Write the model folder of a trained network, completely or not at all.

    Args:
        folder: must not exist yet.
        validation: digits that were not trained on, to fit the temperature and the thresholds on.
        test_sets: digits to test on, by name.
        mnist: to explore and to corrupt for the page's Data and Robustness; None leaves both out.

    Raises:
        SettingsError: the folder exists.
        ArtifactError: an exported file and the network disagree.
        OSError: a file cannot be written.
    """
    with new_folder(folder) as aside:
        _write(aside, network, validation, test_sets)
        if mnist is not None:
            add_diagnostics(aside, mnist)
    return load_artifact(folder)


def _write(folder: Path, network: TrainedNetwork, validation: Digits, test_sets: Mapping[str, Digits]) -> None:
    validation_images = to_digit_images(validation.images)
    realistic = realistic_digits(validation, network.settings.seed)
    parity = save_network(network.model, folder / MODEL_KERAS, folder / MODEL_TFLITE, validation_images[:PARITY_IMAGES])
    save_browser_network(network.model, folder / MODEL_KERAS, folder / MODEL_BROWSER, validation_images[:PARITY_IMAGES])
    save_inside(network.model, folder, validation_images)
    lite = LiteModel(folder / MODEL_TFLITE)
    calibration = calibrate(lite(to_digit_images(realistic.images)), realistic.labels)
    temperature = calibration["temperature"]

    evaluations = {"validation": (_evaluation(lite, validation, temperature), validation.images)}
    for name, digits in test_sets.items():
        evaluations[name] = (_evaluation(lite, digits, temperature), digits.images)
    metrics: Metrics = {
        "sets": {name: evaluation.metrics for name, (evaluation, _) in evaluations.items()},
        "model": {
            "parameters": int(network.model.count_params()),
            "tflite_bytes": (folder / MODEL_TFLITE).stat().st_size,
            "latency_ms": round(_latency_ms(lite, validation_images), 4),
            "parity": parity,
        },
        "training": {
            "seconds": round(network.seconds, 1),
            "epochs": len(network.history["loss"]),
            "final": {name: values[-1] for name, values in network.history.items()},
        },
    }
    save_report(folder / REPORT, {name: pair for name, pair in evaluations.items() if name != "validation"})
    _write_history(folder / HISTORY, network.history)
    (folder / METRICS).write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    lineage = {
        "teachers": [artifact.sha256[:12] for artifact in network.teachers],
        "start": network.start.sha256[:12] if network.start else None,
    }
    config = ArtifactConfig(
        preset=network.settings.preset,
        version=MODEL_VERSION,
        labels=[str(digit) for digit in range(10)],
        temperature=temperature,
        energy_threshold=calibration["energy_threshold"],
        unsure_margin=calibration["unsure_margin"],
        preprocessing_version=PREPROCESSING_VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seed=network.settings.seed,
        datasets=network.datasets,
        training=asdict(network.settings) | lineage,
        libraries={name: _library_version(name) for name in LIBRARIES},
    )
    (folder / CARD).write_text(model_card(config, metrics), encoding="utf-8")
    save_config(folder, config)


def summary(artifact: Artifact, seconds: float) -> str:
    """A finished training in a few lines for the terminal."""
    metrics = load_metrics(artifact)
    lines = [f"\nTrained in {seconds / 60:.1f} minutes; {metrics['model']['parameters']:,} parameters"]
    for name, figures in metrics["sets"].items():
        lines.append(
            f"{name:12}{100 * figures['accuracy']:7.2f} %  {figures['errors']} of {figures['count']:,} wrong, "
            f"ECE {100 * figures['ece']:.2f} %"
        )
    return "\n".join(
        [
            *lines,
            f"Model folder: {artifact.path}, with figures and report.txt",
            f"Serve it:     DIGIT_MODEL={artifact.path} python app.py",
            f"Smaller:      python train.py export {artifact.path}",
        ]
    )


def change(start: Artifact, artifact: Artifact, test_sets: Mapping[str, Digits]) -> str:
    """The accuracy on every test set before and after a training, for the terminal; says where it fell."""
    before, after = (LiteModel(one.tflite) for one in (start, artifact))
    lines, worse = [f"\n{'':20}  before    after"], []
    for name, digits in test_sets.items():
        images = to_digit_images(digits.images)
        right = [int((lite(images).argmax(axis=1) == digits.labels).sum()) for lite in (before, after)]
        shares = "".join(f"{100 * count / len(digits.labels):7.2f} %" for count in right)
        lines.append(f"{name:18}{shares}  of {len(digits.labels):,}")
        if right[1] < right[0]:
            worse.append(f"{right[0] - right[1]} more mistakes on {name}")
    return "\n".join([*lines, f"Worse: {', '.join(worse)}" if worse else "No test set is read worse."])


def realistic_digits(validation: Digits, seed: int) -> Digits:
    """The validation digits twice: unchanged, and augmented.

    Confidence is calibrated on these: visitors write with a mouse, a thumb or a marker, and a temperature fitted on
    unchanged validation digits alone would be overconfident for them.
    """
    rng = np.random.default_rng((seed, 1))
    changed = augment_batch(to_digit_images(validation.images), AugmentationSettings(pen=0.6, photometric=0), rng)
    images = np.concatenate([validation.images, np.round(changed * 255).astype(np.uint8)])
    return Digits(images, np.tile(validation.labels, 2))


def _evaluation(lite: LiteModel, digits: Digits, temperature: float) -> Evaluation:
    return evaluate(digits.labels, softmax(lite(to_digit_images(digits.images)) / np.float32(temperature)))


def _latency_ms(lite: LiteModel, digit_images: Any) -> float:
    """Median time for one digit image on one thread, in milliseconds."""
    times = []
    for image in digit_images[:200]:
        start = perf_counter()
        lite(image[np.newaxis])
        times.append(perf_counter() - start)
    return 1000 * median(times)


def _write_history(path: Path, history: dict[str, list[float]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", *history])
        for epoch, row in enumerate(zip(*history.values(), strict=True), start=1):
            writer.writerow([epoch, *(f"{value:.6g}" for value in row)])


def _library_version(name: str) -> str:
    if name == "digit":
        from digit import __version__

        return __version__
    return version(name)
