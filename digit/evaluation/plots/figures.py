"""Draws a model folder: every figure as PNG and SVG under `figures/`, and the metrics as text in `report.txt`.

Files that a folder lacks are skipped. Figures and text repeat what the artifact's own files contain, so `config.json`
has no hashes of them, and they may be deleted or drawn again at any time.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from digit.artifact import COMPARISON, EXPLORATION, HISTORY, MNIST_TEST, REPORT, ROBUSTNESS
from digit.artifact.json_file import read_json
from digit.data.profile import Exploration, load_exploration
from digit.errors import ArtifactError
from digit.evaluation.curves import coverage_curve, precision_recall_curves, roc_areas
from digit.evaluation.metrics import report_text
from digit.evaluation.plots import classifier as plots
from digit.evaluation.plots import comparison as comparison_plots
from digit.evaluation.plots import profile as data_plots
from digit.evaluation.report import DISPUTED_MNIST_TEST_LABELS, ReportSet, load_report
from digit.evaluation.robustness import load_robustness

FIGURES = "figures"
REPORT_TEXT = "report.txt"

MOST_MISTAKES = 96
RESOLUTION = 150

Named = Iterator[tuple[str, Figure]]


def write_figures(folder: Path) -> list[Path]:
    """Draw every file of a model folder, or of the folder of an exploration or a comparison.

    Returns:
        The files written: `figures/<name>.png` and `.svg`, and `report.txt` if there is a report.

    Raises:
        ArtifactError: a file of the folder cannot be read.
        OSError: a file cannot be written.
    """
    written = []
    if (folder / REPORT).is_file():
        report = load_report(folder / REPORT)
        (folder / REPORT_TEXT).write_text(report_text(report), encoding="utf-8")
        written.append(folder / REPORT_TEXT)
    with rc_context({"svg.hashsalt": "digit"}):  # makes the files reproducible
        for name, figure in _figures(folder):
            (folder / FIGURES).mkdir(exist_ok=True)
            for path in (folder / FIGURES / f"{name}.png", folder / FIGURES / f"{name}.svg"):
                figure.savefig(path, dpi=RESOLUTION, metadata={"Date": None} if path.suffix == ".svg" else None)
                written.append(path)
    return written


def confusion_png(folder: Path) -> bytes:
    """The confusion matrix of a model folder's report as a PNG: of MNIST's test set, else of its first set.

    Raises:
        ArtifactError: the report cannot be read.
    """
    report = load_report(folder / REPORT)
    axes = plots.confusion_matrix(report[MNIST_TEST if MNIST_TEST in report.sets else report.sets[0]].confusion)
    figure = axes.get_figure(root=True)
    assert figure is not None
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=RESOLUTION)
    return content.getvalue()


def _figures(folder: Path) -> Named:
    if (folder / REPORT).is_file():
        report = load_report(folder / REPORT)
        name = MNIST_TEST if MNIST_TEST in report.sets else report.sets[0]
        yield from _evaluation(report[name], name)
    if (folder / HISTORY).is_file():
        yield "learning-curves", _figure(plots.learning_curves(_history(folder / HISTORY))[0])
    if (folder / COMPARISON).is_file():
        rows = _comparison(folder / COMPARISON)
        yield "error-by-size", _figure(comparison_plots.error_against(rows, "bytes"))
        yield "error-by-latency", _figure(comparison_plots.error_against(rows, "latency_ms"))
    if (folder / ROBUSTNESS).is_file():
        found = load_robustness(folder / ROBUSTNESS)
        figure = comparison_plots.robustness_figure(found.accuracy, found.systems, found.kinds, found.clean)
        yield "robustness", figure
        yield "corruptions", _figure(comparison_plots.corruption_examples(found.examples, found.kinds))
    if (folder / EXPLORATION).is_file():
        yield from _exploration(load_exploration(folder / EXPLORATION))


def _evaluation(data: ReportSet, name: str) -> Named:
    probabilities = data.probabilities.astype(np.float32)
    title = f"{name.replace('_', ' ')}: {len(data.mistake_index):,} of {len(data.labels):,} wrong"
    yield "confusion-matrix", _figure(plots.confusion_matrix(data.confusion), title)
    yield "confusion-matrix-normalised", _figure(plots.confusion_matrix(data.confusion, normalised=True), title)
    yield "roc", _figure(plots.roc_curves(data.roc, areas=roc_areas(data.labels, probabilities), log=True))
    curves, areas = precision_recall_curves(data.labels, probabilities)
    yield "precision-recall", _figure(plots.precision_recall_curves(curves, areas=areas))
    yield "reliability", _figure(plots.reliability_diagram(data.reliability))
    yield "coverage", _figure(plots.coverage_curve(coverage_curve(data.labels, probabilities)))

    chosen = data.mistake_index[:MOST_MISTAKES]
    guesses = data.predictions[chosen]
    disputed = [name == MNIST_TEST and int(index) in DISPUTED_MNIST_TEST_LABELS for index in chosen]
    ax = plots.mistakes_grid(
        data.mistake_images[: len(chosen)],
        data.labels[chosen],
        guesses,
        probabilities[chosen, guesses],
        disputed=disputed,
    )
    title += ", the most confident first" + (f" ({len(chosen)} shown)" if len(chosen) < len(data.mistake_index) else "")
    yield "mistakes", _figure(ax, title + ("\nframed: most annotators dispute the label" if any(disputed) else ""))


def _exploration(found: Exploration) -> Named:
    yield "class-counts", _figure(data_plots.class_counts(found.class_counts))
    yield "intensities", _figure(data_plots.intensity_histogram(found.intensity_histogram))
    yield "heat-map", _figure(data_plots.heat_map(found.heat_map))
    yield "class-images", _figure(data_plots.class_images(found.mean_images, found.deviation_images))
    yield "samples", _figure(data_plots.class_samples(found.samples))
    shares = 100 * found.explained_variance
    names = (f"first principal component, {shares[0]:.1f} %", f"second principal component, {shares[1]:.1f} %")
    yield "pca", _figure(data_plots.class_scatter(found.pca, found.scatter_labels, names))
    yield "tsne", _figure(data_plots.class_scatter(found.tsne, found.scatter_labels, ("", "")), "t-SNE")


def _figure(ax: Any, title: str = "") -> Figure:
    figure: Figure = ax.figure
    if title:
        ax.set_title(title, size=10)
    return figure


def _history(path: Path) -> dict[str, list[float]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return {name: [float(row[name]) for row in rows] for name in rows[0]}
    except (LookupError, TypeError, ValueError) as error:
        raise ArtifactError(f"{path} should hold a row of numbers for each epoch ({error!r}).") from error


def _comparison(path: Path) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = read_json(path)["systems"]
        if all({"name", "kind", "accuracy", "bytes", "latency_ms"} <= row.keys() for row in rows):
            return rows
    except (LookupError, TypeError, AttributeError) as error:
        raise ArtifactError(f"{path} is not a comparison ({error!r}).") from error
    raise ArtifactError(f"{path} should give every system a name, kind, accuracy, bytes and latency_ms.")
