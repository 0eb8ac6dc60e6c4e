"""The contents of the JSON files of a model folder, as types. Nothing is checked at run time."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class ClassFigures(TypedDict):
    """Figures of one digit in one set; `roc_auc` is None where the set has only one class."""

    digit: int
    precision: float
    recall: float
    f1: float
    support: int
    roc_auc: float | None


class SetFigures(TypedDict):
    """Figures of one set of digits, from `digit.evaluation.metrics.evaluate`."""

    count: int
    errors: int
    accuracy: float
    accuracy_interval: list[float]
    macro_precision: float
    macro_recall: float
    macro_f1: float
    roc_auc: float | None
    ece: float
    log_loss: float
    rmse: float
    per_class: list[ClassFigures]


class ModelFigures(TypedDict):
    """Size, speed, and largest difference between the exported file's outputs and the network's."""

    parameters: int
    tflite_bytes: int
    latency_ms: float
    parity: float


class TrainingFigures(TypedDict):
    """Duration of the training, and the last value of each logged figure."""

    seconds: float
    epochs: int
    final: dict[str, float]


class ExportFigures(TypedDict):
    """One exported file; `accuracy` is by set."""

    file: str
    bytes: int
    accuracy: dict[str, float]
    parity: float


class Metrics(TypedDict):
    """`metrics.json`."""

    sets: dict[str, SetFigures]
    model: ModelFigures
    training: TrainingFigures
    exports: NotRequired[dict[str, ExportFigures]]


class ComparisonRow(TypedDict):
    """One system of `comparison.json`; None where a figure was not measured."""

    name: str
    title: str
    kind: Literal["preset", "baseline"]
    description: str
    accuracy: float
    errors: int
    macro_precision: float
    macro_recall: float
    macro_f1: float
    roc_auc: float | None
    log_loss: float | None
    ece: float | None
    rmse: float | None
    real_world: float | None
    parameters: int | None
    bytes: int
    latency_ms: float
    train_seconds: float
    train_digits: int
    made: str


class ReaderReport(TypedDict):
    """`reader.json`; `metrics` is by set of lines."""

    format_version: int
    temperature: float
    beam: int
    created: str
    model: dict[str, Any]
    metrics: dict[str, Any]
    datasets: dict[str, dict[str, int]]
    training: dict[str, Any]
    history: dict[str, list[float]]
