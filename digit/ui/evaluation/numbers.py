"""Figures of reading numbers, from `reader.json`: by set, kind, length and separator, curves, and the mistakes."""

from __future__ import annotations

from digit.artifact import READER_SETTINGS, Artifact
from digit.artifact.reader import load_reader_report
from digit.artifact.schemas import NumbersFigures, ReaderReport
from digit.errors import ArtifactError
from digit.evaluation.curves import wilson_interval
from digit.ui.charts.axes import Axis, byte_size, linear_axis, share_percent
from digit.ui.charts.figure import figure, rows_json, table_figure
from digit.ui.charts.svg import Frame, Line, Point, xy_chart
from digit.ui.evaluation.number_curves import reliability, review
from digit.ui.evaluation.number_mistakes import mistakes
from digit.ui.evaluation.parts import part

COMMAND = "python train.py numbers --into DIR"
SETS = {
    "logbook": "Logbook cells",
    "register": "Register strips",
    "cheques": "Cheque amounts",
    "pages": "Made pages",
}
"""The sets of `reader.json` by name, the most telling first."""
GROUPS = {"by_kind": "By kind", "by_length": "By number of digits", "by_separator": "By separator"}


def numbers_html(artifact: Artifact) -> str:
    """The figures and the curves, or the sentence on what is missing."""
    return part(lambda: _numbers(artifact), COMMAND)


def _numbers(artifact: Artifact) -> str:
    folder = artifact.numbers
    report = load_reader_report(folder)
    if report is None:
        raise ArtifactError(f"This model has no figures of numbers ({READER_SETTINGS}).")
    held_out = report["metrics"]["held_out"]
    sets = {SETS[name]: held_out[name] for name in SETS if name in held_out}
    first, figures = next(iter(sets.items()))
    return "".join(
        [
            _score(first, figures),
            '<div class="charts">',
            _table(sets, report),
            review(sets),
            reliability(sets),
            *(_group(first, figures, key) for key in GROUPS if key in figures),
            _gaps(report["metrics"]["mnist_test_gaps"]),
            "</div>",
            part(lambda: mistakes(folder)),
        ]
    )


def _score(name: str, figures: NumbersFigures) -> str:
    count, right = figures["pictures"], figures["right"]
    low, high = wilson_interval(right, count)
    return (
        f'<div class="score"><p class="figure" data-metric="numbers_right">{100 * right / count:.1f} %</p>'
        f"<p>of {count:,} held-out pictures ({name.lower()}) are read entirely right, as they are written: digits and "
        "separators, and nothing that is not there.</p>"
        f'<p class="interval">With so many, the true share lies between {100 * low:.1f} and {100 * high:.1f} % '
        "(95 % confidence, Wilson).</p></div>"
    )


def _table(sets: dict[str, NumbersFigures], report: ReaderReport) -> str:
    rows, numbers = [], []
    for title, one in sets.items():
        digits = share_percent(one["digits_right"] / one["pictures"])
        cells = [
            f"{one['pictures']:,}",
            share_percent(one["right"] / one["pictures"]),
            digits,
            str(one["rows_too_many"]),
            share_percent(one["review_share"]),
            share_percent(one["calibration_error"]),
        ]
        rows.append(f'<tr><th scope="row">{title}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>')
        counts = (one["pictures"], one["right"], one["digits_right"], one["rows"], one["rows_right"])
        rates = (one["rows_too_many"], one["digits"], one["edits"], one["review_share"], one["calibration_error"])
        numbers.append((title, *counts, *rates))
    heads = ("Set", "Pictures", "All right", "Digits right", "Rows too many", "To check", "ECE")
    table = (
        f'<table class="figures"><thead><tr>{"".join(f"<th scope=col>{head}</th>" for head in heads)}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    model = report["model"]
    lead = (
        '<p class="lead">None of these pictures was seen in training. To check: share to look at, least sure first, '
        "until 2 in 100 are left wrong. ECE is how far the confidence is off. "
        f"{sum(model['parameters'].values()):,} parameters, {byte_size(sum(model['bytes'].values()))}.</p>"
    )
    header = ["set", "pictures", "right", "digits_right", "rows", "rows_right", "rows_too_many", "digits", "edits"]
    names = [*header, "review_share", "ece"]
    return table_figure("numbers", "Held-out pictures", table, rows_json(names, numbers), lead=lead)


def _group(title: str, figures: NumbersFigures, key: str) -> str:
    """How many are right in each group of a set."""
    groups: dict[str, list[int]] = figures[key]  # type: ignore[literal-required]
    rows = "".join(
        f'<tr><th scope="row">{name or "all"}</th><td>{count:,}</td><td>{share_percent(right / count)}</td></tr>'
        for name, (count, right) in groups.items()
    )
    table = (
        f'<table class="figures"><thead><tr><th scope="col">{GROUPS[key].removeprefix("By ").capitalize()}</th>'
        f'<th scope="col">Pictures</th><th scope="col">All right</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    numbers = rows_json(["group", "pictures", "right"], [(name, *counts) for name, counts in groups.items()])
    return table_figure(f"numbers-{key.replace('_', '-')}", f"{title}: {GROUPS[key].lower()}", table, numbers)


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
    lead = '<p class="lead">Lines of five of MNIST\'s test digits, as pictures.</p>'
    numbers = rows_json(["gap_pixels", "lines_right"], points)
    return figure("lines-by-gap", "From apart to overlapping", plot, numbers, lead=lead)
