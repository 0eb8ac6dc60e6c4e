"""Figures of reading numbers: held-out bank cheques and the gap between digits, from `reader.json`."""

from __future__ import annotations

from typing import Any

from digit.artifact import READER_SETTINGS, Artifact
from digit.artifact.reader import load_reader_report
from digit.artifact.schemas import ReaderReport
from digit.errors import ArtifactError
from digit.evaluation.curves import wilson_interval
from digit.ui.charts.axes import Axis, byte_size, linear_axis, share_percent
from digit.ui.charts.figure import figure, rows_json, table_figure
from digit.ui.charts.svg import Frame, Line, Point, xy_chart
from digit.ui.evaluation.parts import part

COMMAND = "python train.py numbers --into DIR"
SETS = {
    "held_out_cheques": "Held-out cheques",
    "validation": "Validation lines",
}
"""The sets of `reader.json` by name, the most telling first."""


def numbers_html(artifact: Artifact) -> str:
    """The figures and the curve, or the sentence on what is missing."""
    return part(lambda: _numbers(_report(artifact)), COMMAND)


def _report(artifact: Artifact) -> ReaderReport:
    report = load_reader_report(artifact.path)
    if report is None:
        raise ArtifactError(f"This model has no reader of whole lines ({READER_SETTINGS}): digits are read one by one.")
    return report


def _numbers(report: ReaderReport) -> str:
    metrics = report["metrics"]
    way = "beam" if report.get("beam", 1) > 1 else "greedy"
    sets = {name: metrics[name] for name in SETS if name in metrics}
    parts = [_score(sets["held_out_cheques"][way])] if "held_out_cheques" in sets else []
    parts.append('<div class="charts">')
    if sets:
        parts.append(_table(sets, way, report))
    if "mnist_test_gaps" in metrics:
        parts.append(_gaps(metrics["mnist_test_gaps"]))
    return "".join([*parts, "</div>"])


def _score(figures: dict[str, Any]) -> str:
    lines, right = int(figures["lines"]), int(figures["right"])
    low, high = wilson_interval(right, lines)
    return (
        f'<div class="score"><p class="figure" data-metric="lines_right">{100 * right / lines:.1f} %</p>'
        f"<p>of {lines:,} amounts on bank cheques are read entirely right by the line reader alone. None of them was "
        "seen in training.</p>"
        f'<p class="interval">With so many, the true share lies between {100 * low:.1f} and {100 * high:.1f} % '
        "(95 % confidence, Wilson).</p></div>"
    )


def _table(sets: dict[str, Any], way: str, report: ReaderReport) -> str:
    rows, numbers = [], []
    for name, measured in sets.items():
        figures, ece = measured[way], measured.get("ece")
        lines, right, digits, errors = (int(figures[key]) for key in ("lines", "right", "digits", "errors"))
        numbers.append((name, lines, right, digits, errors, "" if ece is None else ece))
        rows.append(
            f'<tr><th scope="row">{SETS[name]}</th><td>{lines:,}</td><td>{100 * right / lines:.1f} %</td>'
            f"<td>{100 * errors / digits:.1f} %</td>"
            f"<td>{'not measured' if ece is None else share_percent(round(ece, 4))}</td></tr>"
        )
    table = (
        '<table class="figures"><thead><tr><th scope="col">Set</th><th scope="col">Lines</th>'
        '<th scope="col">All right</th><th scope="col">Digit errors</th><th scope="col">ECE</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    model = report.get("model", {})
    lead = (
        '<p class="lead">Digit errors are digits to be put in, left out or replaced, for each that is written. ECE is '
        f"how far its confidence is off. {int(model['parameters']):,} parameters, {byte_size(model['tflite_bytes'])}."
        "</p>"
    )
    header = ["set", "lines", "right", "digits", "digit_errors", "ece"]
    return table_figure("line-reader", "Lines of digits", table, rows_json(header, numbers), lead=lead)


def _gaps(measured: dict[str, float]) -> str:
    """Share of lines read right against the gap between their digits."""
    points = sorted((int(gap), float(share)) for gap, share in measured.items())
    gaps, shares = [gap for gap, _ in points], [share for _, share in points]

    def words(gap: int, share: float) -> str:
        apart = "touching" if gap == 0 else f"{abs(gap)} pixels {'apart' if gap > 0 else 'into each other'}"
        return f"Digits {apart}: {share_percent(share)} of the lines read entirely right"

    said = [words(gap, share) for gap, share in points]
    ticks = tuple((float(gap), f"{gap:+d}" if gap else "0") for gap in gaps)
    axis = Axis("pixels between the digits, of 28", min(gaps) - 1, max(gaps) + 1, ticks)
    frame = Frame(axis, linear_axis("lines entirely right", [], share_percent, low=0, high=1))
    plot = xy_chart(
        frame,
        f"Share of lines of MNIST's test digits read entirely right, against the gap. {said[-1]}; {said[0].lower()}.",
        lines=[Line("lines", gaps, shares, said)],
        points=[Point(gap, share, text) for (gap, share), text in zip(points, said, strict=True)],
    )
    lead = (
        '<p class="lead">Lines of five of MNIST\'s test digits, by the line reader alone; where they stand apart, '
        "digits are read one by one before it is asked.</p>"
    )
    numbers = rows_json(["gap_pixels", "lines_right"], points)
    return figure("lines-by-gap", "From apart to overlapping", plot, numbers, lead=lead)
