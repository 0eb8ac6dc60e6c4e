"""The overview of one system on one set: accuracy with its interval, figures, each digit, other sets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.artifact import BUNDLED_ARTIFACT, Artifact, load_metrics
from digit.errors import ArtifactError
from digit.evaluation.curves import wilson_interval
from digit.ui.charts.axes import byte_size
from digit.ui.evaluation.systems import TEST_SET, System, accuracy_percent, dataset_title, set_title

UNKNOWN = "not measured"
DIGITS = 10
LONG = ' class="long"'


def set_figures(artifact: Artifact, system: System, set_name: str) -> dict[str, Any]:
    """The figures of a system on a set, from `metrics.json` or its row of the comparison.

    Raises:
        ArtifactError: there are none.
    """
    if is_served(artifact, system):
        sets = load_metrics(artifact)["sets"]
        if set_name in sets:
            return dict(sets[set_name])
    elif set_name == TEST_SET:
        return system.figures
    raise ArtifactError(f"There are no figures of {system.title} on {set_title(set_name)}.")


def is_served(artifact: Artifact, system: System) -> bool:
    """Whether this is the model that the page uses."""
    return system.name == artifact.config.preset


def score_html(figures: dict[str, Any], count: int, set_name: str, about: str = "", holds: str = "") -> str:
    """Accuracy in large type, its confidence interval, and the number of errors.

    Args:
        figures: with "accuracy" and "errors".
        count: digits in the set.
        set_name: the set.
        about: description of the system, one sentence.
        holds: which digits the set holds, one sentence.
    """
    errors = int(figures["errors"])
    low, high = wilson_interval(count - errors, count)
    said = f'<p class="about">{escape(about)}</p>' if about else ""
    whose = f"of MNIST's {count:,} test digits" if set_name == TEST_SET else f"of {count:,} digits"
    unseen = " None of them was seen in training." if set_name == TEST_SET else f" The set: {set_title(set_name)}."
    return (
        f'<div class="score"><p class="figure" data-metric="accuracy">{accuracy_percent(figures["accuracy"])}</p>'
        f'<p>{whose} are read correctly; <b data-metric="errors">{errors:,}</b> are not.{escape(unseen)}'
        f"{escape(f' {holds}' if holds else '')}</p>"
        f'<p class="interval">With this many digits, the true share lies between <span data-metric="interval">'
        f"{100 * low:.2f} and {100 * high:.2f} %</span> (95 % confidence, Wilson).</p>"
        f"{said}</div>"
    )


def held_digits(labels: NDArray[np.integer[Any]]) -> str:
    """A sentence on a set that lacks some of the ten digits; empty for one that has them all."""
    digits = sorted(set(labels.tolist()))
    if len(digits) == 1:
        return f"All of them are {digits[0]}s: this says nothing about other digits."
    if len(digits) < DIGITS:
        lacking = ", ".join(f"{digit}s" for digit in range(DIGITS) if digit not in digits)
        return f"There are no {lacking} among them."
    return ""


def facts_html(artifact: Artifact, system: System, figures: dict[str, Any]) -> str:
    """Quality, cost and origin of a system, as a list of names and values."""
    quality = [
        ("Macro F1", "macro_f1", _number(figures.get("macro_f1"), "{:.4f}")),
        ("ROC AUC", "roc_auc", _number(figures.get("roc_auc"), "{:.5f}")),
        ("Calibration error (ECE)", "ece", _number(figures.get("ece"), "{:.2%}").replace("%", " %")),
        ("Log loss", "log_loss", _number(figures.get("log_loss"), "{:.4f}")),
    ]
    cost, origin = _own_facts(artifact, system) if is_served(artifact, system) else _compared_facts(system)
    if (real := system.figures.get("real_world")) is not None:
        quality.append(("Real people's digits", "real_world", accuracy_percent(real)))
    return f'<dl class="facts">{_items(quality)}{_items(cost)}{_items(origin)}</dl>'


def class_table(confusion: NDArray[np.int64]) -> str:
    """Precision, recall, F1 and support of each digit, in percent; a dash where there is nothing to divide by.

    Args:
        confusion: int64 of shape (10, 10), rows the truth.
    """
    hits = np.diag(confusion)
    support, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    columns = (("precision", hits, predicted), ("recall", hits, support), ("f1", 2 * hits, support + predicted))
    rows = "".join(
        f'<tr><th scope="row">{digit}</th>'
        + "".join(f'<td data-metric="{name}">{_share(part[digit], whole[digit])}</td>' for name, part, whole in columns)
        + f'<td data-metric="support">{support[digit]:,}</td></tr>'
        for digit in range(len(confusion))
    )
    return (
        '<section><h2>Each digit</h2><table class="figures classes"><thead><tr><th scope="col">Digit</th>'
        '<th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Support</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
        '<p class="note">Precision, recall and F1 in percent; support is the number of digits.</p></section>'
    )


def other_sets_html(artifact: Artifact, set_name: str) -> str:
    """The artifact's figures on the other sets; empty if there are none."""
    others = [(name, other) for name, other in load_metrics(artifact)["sets"].items() if name != set_name]
    rows = "".join(
        f'<tr><th scope="row">{escape(set_title(name))}</th><td>{int(other["count"]):,}</td>'
        f"<td>{int(other['errors']):,}</td><td>{accuracy_percent(other['accuracy'])}</td></tr>"
        for name, other in others
    )
    if not others:
        return ""
    return (
        '<section><h2>Other sets</h2><table class="figures others"><thead><tr><th scope="col">Set</th>'
        '<th scope="col">Digits</th><th scope="col">Wrong</th><th scope="col">Accuracy</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def loaded_from(path: Path) -> str:
    """Origin of a model folder without its path: bundled, a revision of the Hub, or a folder.

    The Hub's cache names its folders `models--<user>--<repository>/snapshots/<revision>`.
    """
    if path.resolve() == BUNDLED_ARTIFACT.resolve():
        return "bundled with the app"
    hub = re.search(r"models--([^/]+?)--([^/]+)/snapshots/([0-9a-f]{40})$", path.absolute().as_posix())
    if hub is not None:
        return f"Hub, {hub[1]}/{hub[2]} at {hub[3][:7]}"
    return f"folder {path.name}"


Facts = Sequence[tuple[str, str, str]]


def _own_facts(artifact: Artifact, system: System) -> tuple[Facts, Facts]:
    config = artifact.config
    model: Mapping[str, Any] = load_metrics(artifact).get("model") or {}
    latency = model.get("latency_ms", system.figures.get("latency_ms"))
    cost = [
        ("Size", "bytes", _size(model.get("tflite_bytes"), ", LiteRT")),
        ("Parameters", "parameters", _number(model.get("parameters"), "{:,}")),
        ("Latency", "latency_ms", _number(latency, "{:.2f} ms a digit")),
    ]
    origin = [
        ("Trained on", "trained_on", ", ".join(map(dataset_title, config.datasets))),
        ("Made", "made", config.created[:10]),
        ("Artifact", "sha256", artifact.sha256[:12]),
        ("Loaded from", "source", loaded_from(artifact.path)),
    ]
    return cost, origin


def _compared_facts(system: System) -> tuple[Facts, Facts]:
    row = system.figures
    cost = [
        ("Size", "bytes", _size(row.get("bytes"))),
        ("Parameters", "parameters", "none" if row.get("parameters") is None else _number(row["parameters"], "{:,}")),
        ("Latency", "latency_ms", _number(row.get("latency_ms"), "{:.2f} ms a digit")),
    ]
    origin = [
        ("Trained on", "trained_on", _number(row.get("train_digits"), "{:,} digits of MNIST")),
        ("Training", "train_seconds", _number(row.get("train_seconds"), "{:,.0f} s")),
        ("Made", "made", str(row.get("made", UNKNOWN))[:10]),
    ]
    return cost, origin


def _share(part: np.int64, whole: np.int64) -> str:
    return f"{100 * part / whole:.2f}" if whole else "–"  # noqa: RUF001  a dash: no such digit


def _items(facts: Facts) -> str:
    return "".join(
        f'<div{LONG if len(value) > 18 else ""}><dt>{name}</dt><dd data-metric="{key}">{escape(value)}</dd></div>'
        for name, key, value in facts
    )


def _size(size: Any, kind: str = "") -> str:
    return UNKNOWN if size is None else byte_size(float(size)) + kind


def _number(value: Any, form: str) -> str:
    return UNKNOWN if value is None else form.format(value)
