"""The comparison: every system in a sortable table, and its errors against size and latency, from `comparison.json`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from digit.artifact import COMPARISON, Artifact
from digit.artifact.json_file import read_json
from digit.errors import ArtifactError
from digit.ui.charts.axes import byte_size, log_axis, share_percent
from digit.ui.charts.figure import figure, rows_json, table_figure
from digit.ui.charts.svg import Frame, Plot, Point, xy_chart
from digit.ui.evaluation.parts import part
from digit.ui.evaluation.systems import compare_command, system_titles


@dataclass(frozen=True)
class Column:
    """One column of figures: its key in a row, its title, which end is better, how a value is formatted."""

    key: str
    title: str
    better: Literal["high", "low"]
    write: Callable[[float], str]


COLUMNS = (
    Column("accuracy", "Accuracy", "high", lambda v: f"{100 * v:.2f} %"),
    Column("errors", "Errors", "low", lambda v: f"{v:,.0f}"),
    Column("macro_f1", "Macro F1", "high", lambda v: f"{v:.4f}"),
    Column("roc_auc", "ROC AUC", "high", lambda v: f"{v:.5f}"),
    Column("log_loss", "Log loss", "low", lambda v: f"{v:.4f}"),
    Column("rmse", "RMSE", "low", lambda v: f"{v:.4f}"),
    Column("ece", "Calibration error", "low", lambda v: f"{100 * v:.2f} %"),
    Column("real_world", "Real pictures", "high", lambda v: f"{100 * v:.1f} %"),
    Column("parameters", "Parameters", "low", lambda v: f"{v:,.0f}"),
    Column("bytes", "Size", "low", byte_size),
    Column("latency_ms", "One digit", "low", lambda v: f"{v:.2g} ms" if v < 10 else f"{v:,.0f} ms"),
    Column("train_seconds", "Training", "low", lambda v: duration(v)),
)
ALSO_SAVED = ("macro_precision", "macro_recall", "train_digits", "made", "description")


def compare_html(artifact: Artifact) -> str:
    """The table and two charts, or the sentence on what is missing."""
    return part(lambda: _compare(artifact), compare_command(artifact))


def duration(seconds: float) -> str:
    """A readable duration: "3.2 s", "48 s", "12 min", "1.5 h"."""
    if seconds < 0.1:
        return "< 0.1 s"
    if seconds < 99.5:
        return f"{seconds:.2g} s" if seconds < 9.95 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5970 else f"{seconds / 3600:.2g} h"


def read_comparison(artifact: Artifact) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of `comparison.json` that have a name and a title, and the rest of the file.

    Raises:
        ArtifactError: the file is missing, is not JSON or has no such row.
    """
    path = artifact.path / COMPARISON
    content = read_json(path)
    rows = content.get("systems")
    good = [
        row
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and all(isinstance(row.get(key), str) for key in ("name", "title"))
    ]
    if not good:
        raise ArtifactError(f'{path} should hold a list "systems" of rows with a name and a title.')
    return good, content


def _compare(artifact: Artifact) -> str:
    rows, about = read_comparison(artifact)
    titles = system_titles(artifact)
    rows = [row | {"title": titles.get(row["name"], row["title"])} for row in rows]
    size = _chart(rows, "bytes", "size of the file, log", byte_size)
    latency = _chart(rows, "latency_ms", "time for one digit, log", lambda v: f"{v:g} ms")
    charts = "".join(
        figure(f"errors-against-{name}", title, plot, _numbers(rows, ["accuracy", key]))
        for name, title, plot, key in (
            ("size", "Errors against size", size, "bytes"),
            ("latency", "Errors against latency", latency, "latency_ms"),
        )
        if plot is not None
    )
    legend = (
        '<p class="lead charts-lead">Lower and further left is better. Discs are networks, rings are baselines. '
        "The dotted line is the Pareto front: no measured system beats it in both.</p>"
    )
    return f'{_table(rows, about)}<div class="apart">{legend}<div class="charts">{charts}</div></div>'


def _table(rows: list[dict[str, Any]], about: dict[str, Any]) -> str:
    columns = [c for c in COLUMNS if any(_number(row, c.key) is not None for row in rows)]
    best = {c.key: _best(rows, c) for c in columns}
    heads = "".join(
        f'<th scope="col" aria-sort="none" data-better="{c.better}"><button type="button">{c.title}</button></th>'
        for c in columns
    )
    lines = []
    for row in rows:
        cells = []
        for c in columns:
            value = _number(row, c.key)
            if value is None:
                cells.append('<td class="none">–</td>')  # noqa: RUF001  a dash for what was not measured
                continue
            mark = ' class="best"' if c.write(value) == best[c.key] else ""
            said = '<span class="unseen">, the best</span>' if mark else ""
            cells.append(f'<td{mark} data-value="{value!r}">{escape(c.write(value))}{said}</td>')
        lines.append(f'<tr><th scope="row">{escape(row["title"])}</th>{"".join(cells)}</tr>')
    table = (
        f'<table class="compare sortable"><thead><tr><th scope="col" aria-sort="none"><button type="button">Model'
        f"</button></th>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
    numbers = _numbers(rows, [*(c.key for c in COLUMNS), *ALSO_SAVED])
    title = "Is it better than simpler systems?"
    return table_figure("comparison", title, table, numbers, lead=_lead(rows, about), fold=_descriptions(rows))


def _lead(rows: list[dict[str, Any]], about: dict[str, Any]) -> str:
    parts = [f"{len(rows)} systems on the same test digits. The best figure of each column is marked."]
    measured = [
        str(about[key])[:10] if key == "created" else str(about[key])
        for key in ("created", "machine")
        if about.get(key)
    ]
    if measured:
        parts.append(f"Measured {' on '.join(measured)}.")
    text = escape(" ".join(parts))
    told = re.sub(r" --verbose \d", "", str(about.get("command") or ""))
    words = "".join(f"<span>{escape(word)}</span> " for word in told.split())
    command = f" <code>{words}</code>" if words else ""
    return f'<p class="lead">{text}{command}</p>'


def _descriptions(rows: list[dict[str, Any]]) -> str:
    """The descriptions of the systems, folded."""
    said = [(row["title"], row["description"]) for row in rows if isinstance(row.get("description"), str)]
    items = "".join(f"<div><dt>{escape(title)}</dt><dd>{escape(text)}</dd></div>" for title, text in said)
    return f"<details><summary>Descriptions</summary><dl>{items}</dl></details>" if said else ""


def _chart(rows: list[dict[str, Any]], key: str, title: str, write: Callable[[float], str]) -> Plot | None:
    """Error rate against a figure, both logarithmic; None if nothing was measured."""
    found = []
    for row in rows:
        value, accuracy = _number(row, key), _number(row, "accuracy")
        if value is not None and value > 0 and accuracy is not None and 0 <= accuracy <= 1:
            found.append((value, 1 - accuracy, row))
    if not found:
        return None
    axis = log_axis(title, [v for v, _, _ in found], write)
    frame = Frame(axis, log_axis("errors, log", [e for _, e, _ in found], share_percent), height=320)
    points = []
    for i, (value, errors, row) in enumerate(found):
        look = "second" if row.get("kind") == "baseline" else "accent"
        words = f"{row['title']}: {100 * errors:.2f} % wrong, {write(float(f'{value:.3g}'))}"
        radius = 6.5 if i == 0 else 4.5
        points.append(Point(value, errors, words, look, radius, label=row["title"]))
    frontier: list[tuple[float, float]] = []
    for value, errors, _ in sorted(found, key=lambda point: point[:2]):
        if not frontier or errors < frontier[-1][1]:
            frontier.append((value, errors))
    path = " ".join(f"{frame.across(v):.1f},{frame.up(e):.1f}" for v, e in frontier)
    below = f'<polyline class="ideal" points="{path}"/>' if len(frontier) > 1 else ""
    least = min(found, key=lambda point: point[1])
    summary = (
        f"Error rate of {len(found)} systems against {title.removesuffix(', log')}: {100 * least[1]:.2f} % for "
        f"{least[2]['title']}, the best, at {write(float(f'{least[0]:.3g}'))}."
    )
    return xy_chart(frame, summary, points=points, below=below)


def _numbers(rows: list[dict[str, Any]], keys: list[str]) -> str:
    header = ["name", "kind", "title", *keys]
    return rows_json(header, [["" if row.get(key) is None else row[key] for key in header] for row in rows])


def _best(rows: list[dict[str, Any]], column: Column) -> str:
    """The best value as formatted, so that equal-looking values are marked alike."""
    values = [v for row in rows if (v := _number(row, column.key)) is not None]
    return column.write(max(values) if column.better == "high" else min(values))


def _number(row: dict[str, Any], key: str) -> float | None:
    """A figure of a row; None if it was not measured or is not a finite number."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None
