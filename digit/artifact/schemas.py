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


class NumbersFigures(TypedDict):
    """Figures of one set of pictures with numbers, from `digit.evaluation.numbers.score`.

    The dictionaries give the number of pictures and how many are right; `risk_coverage` has the share checked and the
    share left wrong, `reliability` mean confidence, accuracy and count of each bin.
    """

    pictures: int
    right: int
    accuracy: float
    digits_right: int
    rows: int
    rows_right: int
    rows_too_many: int
    digits: int
    edits: int
    review_share: float
    calibration_error: float
    by_kind: dict[str, list[int]]
    by_length: NotRequired[dict[str, list[int]]]
    by_separator: NotRequired[dict[str, list[int]]]
    risk_coverage: list[list[float]]
    reliability: list[list[float]]


class ReaderMetrics(TypedDict):
    """Figures of finder and reader together, by set."""

    validation: dict[str, NumbersFigures]
    held_out: dict[str, NumbersFigures]
    mnist_test_gaps: dict[str, float]


class ReaderModel(TypedDict):
    """Size of the two networks, and largest difference between each exported file's outputs and its network's."""

    parameters: dict[str, int]
    bytes: dict[str, int]
    parity: dict[str, float]


class ReaderReport(TypedDict):
    """`reader.json`; `history` is by stage of the training."""

    format_version: int
    beam: int
    weights: list[float]
    bias: float
    created: str
    model: ReaderModel
    metrics: ReaderMetrics
    datasets: dict[str, Any]
    training: dict[str, Any]
    history: dict[str, dict[str, list[float]]]
