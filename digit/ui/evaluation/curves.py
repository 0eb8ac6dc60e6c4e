"""The curves of one system on one set: ROC, precision-recall, reliability, coverage, training.

Everything comes from the system's report and history.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import numpy as np
from numpy.typing import NDArray

from digit.evaluation.curves import (
    average_precision,
    coverage_curve,
    precision_recall_curve,
    roc_areas,
    wilson_interval,
)
from digit.evaluation.report import RELIABILITY_BINS, ReportSet, load_report
from digit.ui.charts.axes import Axis, linear_axis, log_axis, share_percent
from digit.ui.charts.figure import figure, rows_json
from digit.ui.charts.svg import Frame, Line, Point, xy_chart
from digit.ui.evaluation.parts import part
from digit.ui.evaluation.systems import System
from digit.ui.evaluation.training import training_html

CURVE_POINTS = 200


def curves_html(system: System, set_name: str, unsure_margin: float | None = None, *, resumed: bool = False) -> str:
    """Every curve of a system on a set, and its training. A part whose file cannot be read is replaced by a sentence.

    Args:
        system: the system.
        set_name: a set of the report.
        unsure_margin: that of the served model, to mark how often it says "unsure"; None for other systems.
        resumed: the training went on from an earlier model.
    """

    def curves() -> str:
        report = load_report(system.report)[set_name]
        name = f"{system.name}-{set_name}"
        return (
            f'<div class="charts">{roc_figure(report, name)}{precision_recall_figure(report, name)}'
            f"{reliability_figure(report, name)}{coverage_figure(report, name, unsure_margin)}</div>"
        )

    return part(curves) + part(lambda: training_html(system, resumed=resumed))


def roc_figure(report: ReportSet, name: str) -> str:
    """One ROC curve per digit against the rest; the digit with the smallest area is highlighted first."""
    areas = roc_areas(report.labels, report.probabilities.astype(np.float32))
    curves = _distinct(report.roc)
    if not curves:
        return '<p class="lead">This set holds only one digit, so it has no ROC curve.</p>'
    negatives = max(int(np.count_nonzero(report.labels != d)) for d in curves)
    least = min(10.0 ** np.floor(np.log10(1 / negatives)), 0.1)
    start = min(float(np.interp(1e-3, curve[:, 0], curve[:, 1])) for curve in curves.values())

    def words(digit: int, false_rate: float, true_rate: float) -> str:
        return (
            f"Digit {digit}: {share_percent(true_rate)} of the {digit}s found, "
            f"{share_percent(false_rate)} of the others mistaken for one"
        )

    lines = _lines(curves, areas, words)
    summary = f"ROC curves of the ten digits, each against the rest. {_extremes('area under the curve', areas)}"
    near = Frame(
        log_axis("false positives, log", [], share_percent, low=least, high=1),
        linear_axis("true positives", [], share_percent, low=_below(start, 3), high=1),
    )
    whole = Frame(_share_axis("false positives"), _share_axis("true positives"))
    plots = [
        xy_chart(near, summary, lines=lines).named("log"),
        xy_chart(whole, summary, lines=lines, below=_diagonal(whole)).named("linear"),
    ]
    numbers = rows_json(["digit", "false_positive_rate", "true_positive_rate"], _rows(curves))
    return figure(f"roc-{name}", "ROC, area under the curve", plots, numbers, lead=_picks(areas))


def precision_recall_figure(report: ReportSet, name: str) -> str:
    """One precision-recall curve per digit; the smallest average precision is highlighted first."""
    scores = report.probabilities.astype(np.float32)
    full = {
        d: precision_recall_curve(report.labels == d, scores[:, d]) for d in range(10) if (report.labels == d).any()
    }
    areas = np.array([average_precision(full[d]) if d in full else np.nan for d in range(10)])
    curves = {d: _corner(curve) for d, curve in full.items()}

    def words(digit: int, recall: float, precision: float) -> str:
        return (
            f"Digit {digit}: {share_percent(recall)} of the {digit}s found, "
            f"{share_percent(precision)} of the finds are a {digit}"
        )

    lines = _lines(curves, areas, words)
    summary = f"Precision-recall curves of the ten digits. {_extremes('average precision', areas)}"
    # The corner starts four times as far from perfect as the break-even point of the worst digit.
    balance = min(float(np.minimum(curve[:, 0], curve[:, 1]).max()) for curve in curves.values())
    plots = [
        xy_chart(Frame(_share_axis("recall", low), _share_axis("precision", low)), summary, lines=lines).named(view)
        for view, low in (("corner", _below(balance, 4)), ("whole", 0.0))
    ]
    numbers = rows_json(["digit", "recall", "precision"], _rows(curves))
    title = "Precision and recall, average precision"
    return figure(f"precision-recall-{name}", title, plots, numbers, lead=_picks(areas))


def reliability_figure(report: ReportSet, name: str) -> str:
    """Reliability diagram: one point per bin of confidence, with its Wilson interval."""
    points, rows = [], []
    for i, (confidence, accuracy, count) in enumerate(report.reliability.astype(np.float64)):
        if not count:
            continue
        low, high = wilson_interval(round(accuracy * count), int(count))
        start, end = i / RELIABILITY_BINS, (i + 1) / RELIABILITY_BINS
        words = (
            f"{100 * start:.0f} to {100 * end:.0f} % sure: {_digits(int(count))}, {100 * confidence:.1f} % sure on "
            f"average, {100 * accuracy:.1f} % right (interval {100 * low:.1f} to {100 * high:.1f} %)"
        )
        radius = 2.5 + 1.1 * np.log10(count)
        points.append(Point(confidence, accuracy, words, radius=round(float(radius), 1), span=(low, high)))
        numbers = (start, end, confidence, accuracy)
        rows.append((*(f"{v:.6g}" for v in numbers), int(count), f"{low:.6g}", f"{high:.6g}"))
    weight = report.reliability[:, 2].astype(np.float64)
    filled = report.reliability[weight > 0].astype(np.float64)
    ece = float(np.average(np.abs(filled[:, 0] - filled[:, 1]), weights=filled[:, 2]))
    frame = Frame(_share_axis("confidence"), _share_axis("accuracy"))
    summary = (
        f"Reliability diagram: accuracy against confidence in {len(points)} bins. "
        f"The calibration error is {100 * ece:.2f} %."
    )
    lead = (
        f'<p class="lead">On the dotted line, confidence equals accuracy. Whiskers: 95 % interval. Larger dots hold '
        f"more digits. Calibration error {100 * ece:.2f} %.</p>"
    )
    header = ["bin_start", "bin_end", "mean_confidence", "accuracy", "count", "interval_low", "interval_high"]
    chart = xy_chart(frame, summary, points=points, below=_diagonal(frame))
    return figure(f"reliability-{name}", "Can its confidence be trusted?", chart, rows_json(header, rows), lead=lead)


def coverage_figure(report: ReportSet, name: str, unsure_margin: float | None) -> str:
    """Accuracy on the answered digits when the least confident ones are left out."""
    probabilities = report.probabilities.astype(np.float32)
    curve = coverage_curve(report.labels, probabilities, CURVE_POINTS)
    count = len(report.labels)
    words = []
    for coverage, accuracy, threshold in curve:
        wrong = round(coverage * count * (1 - accuracy))
        words.append(
            f"Answering {100 * coverage:.1f} % (at least {100 * threshold:.1f} % sure): "
            f"{100 * accuracy:.2f} % right, {wrong:,} mistakes"
        )
    low = _below(float(curve[curve[:, 1] < 1][0, 0]) if (curve[:, 1] < 1).any() else 0.9, 1.05)
    shown = curve[curve[:, 0] >= low]
    frame = Frame(
        _share_axis("share of digits answered", low),
        linear_axis("accuracy on those", shown[:, 1], share_percent, high=1),
    )
    at = float(np.interp(0.99, curve[:, 0], curve[:, 1]))
    summary = (
        f"Accuracy against coverage: {100 * curve[-1, 1]:.2f} % when every digit is answered, {100 * at:.2f} % when "
        "the least confident 1 % are left out."
    )
    lead = (
        f"Leaving out the least confident 1 % raises the accuracy from {100 * curve[-1, 1]:.2f} % to {100 * at:.2f} %."
    )
    points = []
    if unsure_margin is not None:
        answered, accuracy = served_point(report, unsure_margin)
        said = (
            f'The app answers "unsure" for {100 - 100 * answered:.2f} % and reads {100 * accuracy:.2f} % of the rest '
            "correctly."
        )
        lead += f" {said}"
        if frame.shows(answered, accuracy):
            points.append(Point(answered, accuracy, said, look="second", radius=5, label="as served"))
    line = Line("coverage", curve[:, 0].tolist(), curve[:, 1].tolist(), words)
    chart = xy_chart(frame, summary, lines=[line], points=points)
    rows = [tuple(f"{v:.6g}" for v in row) for row in curve]
    numbers = rows_json(["coverage", "accuracy", "lowest_confidence"], rows)
    return figure(f"coverage-{name}", 'If it may answer "unsure"', chart, numbers, lead=f'<p class="lead">{lead}</p>')


def served_point(report: ReportSet, unsure_margin: float) -> tuple[float, float]:
    """Share of digits whose two largest probabilities differ by at least the margin, and the accuracy on them."""
    second, first = np.partition(report.probabilities.astype(np.float32), -2, axis=1)[:, -2:].T
    sure = first - second >= unsure_margin
    if not sure.any():
        raise ValueError(f"No digit is answered with an unsure margin of {unsure_margin}.")
    return float(sure.mean()), float((report.predictions[sure] == report.labels[sure]).mean())


def area(value: float) -> str:
    """An area under a curve with five decimals; a value below 1 is never rounded up to 1."""
    return f"{min(value, 0.99999) if value < 1 else value:.5f}"


def _digits(count: int) -> str:
    return f"{count:,} digit{'s' if count != 1 else ''}"


def _distinct(curves: NDArray[np.float32]) -> dict[int, NDArray[np.float64]]:
    """The curve of each digit that has one, without repeated points."""
    result = {}
    for digit, curve in enumerate(curves.astype(np.float64)):
        if np.isfinite(curve).all():
            new = np.append(True, np.any(np.diff(curve, axis=0) != 0, axis=1))
            result[digit] = curve[new]
    return result


def _corner(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """A precision-recall curve with fewer points, most of them between the first false and the last true positive."""
    first = int(np.argmax(curve[:, 1] < 1)) if (curve[:, 1] < 1).any() else len(curve) - 1
    last = int(np.argmax(curve[:, 0] >= 1))
    parts = [(0, first, 8), (first, max(first, last), 2 * CURVE_POINTS // 3), (last, len(curve) - 1, CURVE_POINTS // 3)]
    kept = np.concatenate([np.linspace(start, end, count).round().astype(int) for start, end, count in parts])
    chosen: NDArray[np.float64] = curve[np.unique(kept)]
    return chosen


def _lines(
    curves: dict[int, NDArray[np.float64]], areas: NDArray[np.float64], words: Callable[[int, float, float], str]
) -> list[Line]:
    worst = int(np.nanargmin(areas))
    return [
        Line(
            str(digit),
            curve[:, 0].tolist(),
            curve[:, 1].tolist(),
            [words(digit, x, y) for x, y in curve.tolist()],
            look="many on" if digit == worst else "many",
        )
        for digit, curve in sorted(curves.items(), key=lambda item: item[0] == worst)  # the highlighted one lies on top
    ]


def _rows(curves: dict[int, NDArray[np.float64]]) -> list[tuple[int, str, str]]:
    return [(digit, f"{x:.6g}", f"{y:.6g}") for digit, curve in curves.items() for x, y in curve]


def _picks(areas: NDArray[np.float64]) -> str:
    """A button per digit with its area, which highlights its line."""
    worst = int(np.nanargmin(areas))
    buttons = "".join(
        f'<button type="button" data-digit="{digit}" aria-pressed="{"true" if digit == worst else "false"}">'
        f"<b>{digit}</b>{escape(area(value))}</button>"
        for digit, value in enumerate(areas)
        if np.isfinite(value)
    )
    return f'<div class="digits" role="group" aria-label="Digit to highlight">{buttons}</div>'


def _extremes(what: str, areas: NDArray[np.float64]) -> str:
    worst, best = int(np.nanargmin(areas)), int(np.nanargmax(areas))
    return f"The {what} is smallest for {worst}, {area(areas[worst])}, and largest for {best}, {area(areas[best])}."


def _share_axis(title: str, low: float = 0) -> Axis:
    return linear_axis(title, [], share_percent, low=low, high=1)


def _diagonal(frame: Frame) -> str:
    ends = f'x1="{frame.across(0):g}" y1="{frame.up(0):g}" x2="{frame.across(1):g}" y2="{frame.up(1):g}"'
    return f'<line class="ideal" {ends}/>'


def _below(share: float, factor: float) -> float:
    """A round share about `factor` times as far from 1 as the given one."""
    room = min(max(factor * (1 - share), 0.002), 1.0)
    power = 10.0 ** np.floor(np.log10(room))
    step = next(s for s in (1, 2, 3, 5, 10) if s * power >= room * (1 - 1e-9))
    return float(max(1 - step * power, 0))
