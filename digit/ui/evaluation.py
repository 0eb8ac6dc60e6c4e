"""The Evaluation tab: what the artifact's own files say of the model. Nothing is computed that stands in them.

Filled when the tab is first opened, and then kept. Each part reads its own file, so a missing or damaged one costs that
part alone, and the page says which.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import Any

import gradio as gr

from digit.artifact import HISTORY, Artifact, load_metrics
from digit.errors import ArtifactError
from digit.evaluation.report import DISPUTED_MNIST_TEST_LABELS, ReportSet, load_report
from digit.prediction import percent
from digit.ui.figures import class_table, confusion_table, curves
from digit.ui.front import front
from digit.ui.pictures import picture_tag

TEST_SET = "mnist_test"
SET_NAMES = {
    TEST_SET: "MNIST test",
    "validation": "MNIST validation",
    "usps_test": "USPS test",
    "semeion_test": "Semeion, held out",
    "optdigits_test": "optdigits test",
    "hwd1000_test": "HWD-1000, held out",
    "scansheet_test": "Scanned sheets, held out",
}
"""Names for people; a set that is not listed is shown by its own."""
MOST_MISTAKES = 120


def evaluation_tab(artifact: Artifact) -> None:
    """Put the tab's component and event into the open Blocks; the page asks for the content when it is first shown."""

    @lru_cache(maxsize=1)
    def show() -> str:
        return evaluation_html(artifact)

    content = gr.HTML(
        '<p class="waiting">Reading the report of the model</p>',
        js_on_load=front("evaluation.js"),
        apply_default_css=False,
        elem_id="evaluation",
    )
    content.shown(show, None, content, show_progress="hidden", concurrency_limit=4, api_visibility="private")


def evaluation_html(artifact: Artifact) -> str:
    """The whole tab; a part whose file cannot be read is replaced by the sentence that says so."""
    parts: list[Callable[[Artifact], str]] = [_headline, _report, _training, _model]
    return "".join(_or_sentence(part, artifact) for part in parts)


def accuracy_percent(accuracy: float) -> str:
    """An accuracy with two decimals: on 10,000 digits, one digit is 0.01."""
    return f"{100 * accuracy:.2f} %"


def _or_sentence(part: Callable[[Artifact], str], artifact: Artifact) -> str:
    try:
        return part(artifact)
    except ArtifactError as error:
        return f'<p class="missing">{escape(str(error))}</p>'
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return (
            f'<p class="missing">A file of the model folder does not hold what it should ({escape(repr(error))}).</p>'
        )


def _headline(artifact: Artifact) -> str:
    sets = load_metrics(artifact)["sets"]
    figures = sets[TEST_SET]
    details = [
        ("Macro F1", f"{figures['macro_f1']:.4f}"),
        ("ROC AUC", "none" if figures["roc_auc"] is None else f"{figures['roc_auc']:.5f}"),
        ("Calibration error", accuracy_percent(figures["ece"])),
        ("Log loss", f"{figures['log_loss']:.4f}"),
    ]
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in details)
    others = "".join(
        f"<tr><th scope='row'>{escape(SET_NAMES.get(name, name.replace('_', ' ')))}</th>"
        f"<td>{other['count']:,}</td><td>{other['errors']:,}</td><td>{accuracy_percent(other['accuracy'])}</td></tr>"
        for name, other in sets.items()
        if name != TEST_SET
    )
    table = (
        "<table class='others'><thead><tr><th scope='col'>Also read</th><th scope='col'>Digits</th>"
        f"<th scope='col'>Wrong</th><th scope='col'>Accuracy</th></tr></thead><tbody>{others}</tbody></table>"
    )
    return (
        f'<div class="score"><p class="figure" data-metric="accuracy">{accuracy_percent(figures["accuracy"])}</p>'
        f"<p>of MNIST's {figures['count']:,} test digits are read correctly; "
        f'<span data-metric="errors">{figures["errors"]:,}</span> are not. '
        "None of them was seen in training.</p>"
        f"<dl>{items}</dl></div>{table if others else ''}"
    )


def _report(artifact: Artifact) -> str:
    confusion = _or_sentence(_confusion, artifact)
    classes = _or_sentence(_classes, artifact)
    return f'<div class="pair">{confusion}{classes}</div>{_or_sentence(_mistakes, artifact)}'


def _test_set(artifact: Artifact) -> ReportSet:
    return load_report(artifact.path / "report.npz")[TEST_SET]


def _confusion(artifact: Artifact) -> str:
    return f"<section><h2>Which digits it confuses</h2>{confusion_table(_test_set(artifact).confusion)}</section>"


def _classes(artifact: Artifact) -> str:
    per_class = load_metrics(artifact)["sets"][TEST_SET]["per_class"]
    return f"<section><h2>Each digit</h2>{class_table(per_class)}</section>"


def _mistakes(artifact: Artifact) -> str:
    test = _test_set(artifact)
    count = len(test.mistake_index)
    items = []
    for index, image in zip(test.mistake_index[:MOST_MISTAKES], test.mistake_images, strict=False):
        label, guess = int(test.labels[index]), int(test.predictions[index])
        confidence = percent(float(test.probabilities[index, guess]))
        mark = '<span class="disputed" title="Most annotators dispute this label">disputed</span>'
        note = mark if int(index) in DISPUTED_MNIST_TEST_LABELS else ""
        picture = picture_tag(255 - image, alt=f"Test digit {index}", pixelated=True)
        items.append(
            f'<figure data-index="{index}">{picture}<figcaption><b>{label} → {guess}</b>'
            f"<span>{escape(confidence)}</span>{note}</figcaption></figure>"
        )
    more = f" These are the {MOST_MISTAKES} it was most sure of." if count > MOST_MISTAKES else ""
    return (
        f"<section><h2>Every mistake</h2><p>What the label says → what was read, the most confident first. "
        f'{count} of {len(test.labels):,}.{more}</p><div class="mistakes">{"".join(items)}</div></section>'
    )


def _training(artifact: Artifact) -> str:
    history = _history(artifact)
    accuracy = curves(history["epoch"], history["accuracy"], history["val_accuracy"], percent=True)
    loss = curves(history["epoch"], history["loss"], history["val_loss"], percent=False)
    count = len(history["epoch"])
    epochs = "1 epoch" if count == 1 else f"{count} epochs"
    return (
        f"<section><h2>How it was trained</h2><p>{epochs}. The training digits are "
        "distorted on purpose, the validation digits are not, so training can stay below validation.</p>"
        f'<div class="pair"><figure class="curve"><figcaption>Accuracy</figcaption>{accuracy}</figure>'
        f'<figure class="curve"><figcaption>Loss</figcaption>{loss}</figure></div></section>'
    )


def _history(artifact: Artifact) -> dict[str, list[float]]:
    """The columns of `history.csv`.

    Raises:
        ArtifactError: the file is missing, empty or holds something else than numbers.
    """
    path = artifact.path / HISTORY
    columns = ("epoch", "accuracy", "loss", "val_accuracy", "val_loss")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        history = {name: [float(row[name]) for row in rows] for name in columns}
    except FileNotFoundError:
        raise ArtifactError(f"The model folder {artifact.path} has no {HISTORY}.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"{path} should hold the columns {', '.join(columns)} ({error!r}).") from None
    if not rows:
        raise ArtifactError(f"{path} has no epoch.")
    return history


def _model(artifact: Artifact) -> str:
    config = artifact.config
    model: dict[str, Any] = load_metrics(artifact)["model"]
    datasets = ", ".join(config.datasets)
    facts = [
        ("Preset", f"{config.preset} {config.version}"),
        ("Parameters", f"{model['parameters']:,}"),
        ("Served file", f"{model['tflite_bytes'] / 1e6:.2f} MB, LiteRT, float32"),
        ("Trained on", datasets),
        ("Made", config.created[:10]),
        ("Name", artifact.sha256[:12]),
    ]
    items = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    return f"<section><h2>The model</h2><dl>{items}</dl></section>"
