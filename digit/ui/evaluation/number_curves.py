"""Curves of whole numbers: what is left wrong when the least sure are checked, and how honest the confidence is."""

from __future__ import annotations

from digit.artifact.schemas import NumbersFigures
from digit.ui.charts.axes import linear_axis, share_percent
from digit.ui.charts.figure import figure, rows_json
from digit.ui.charts.svg import Frame, Line, Plot, Point, xy_chart

ASKED = 0.2
"""The share to check of which the text speaks."""


def review(sets: dict[str, NumbersFigures]) -> str:
    """Share left wrong against the share checked, a view for each set."""
    plots, rows, said = [], [], ""
    for title, figures in sets.items():
        curve = figures["risk_coverage"]
        checked, left = [point[0] for point in curve], [point[1] for point in curve]
        words = [f"Check the least sure {share_percent(a)}: {share_percent(b)} are left wrong" for a, b in curve]
        at = min(range(len(curve)), key=lambda i: abs(checked[i] - ASKED))
        frame = Frame(
            linear_axis("share checked, least sure first", [], share_percent, low=0, high=1),
            linear_axis("left wrong", left, share_percent, low=0),
        )
        plot = xy_chart(frame, f"{title}. {words[at]}.", lines=[Line("review", checked, left, words)])
        plots.append(plot.named(title))
        rows += [(title, a, b) for a, b in curve]
        said = said or f"{title}: {words[at][0].lower()}{words[at][1:]}."
    lead = f'<p class="lead">The order in which to check is the confidence. {said}</p>'
    numbers = rows_json(["set", "checked", "left_wrong"], rows)
    return figure("numbers-review", "Look at the least sure", plots, numbers, lead=lead)


def reliability(sets: dict[str, NumbersFigures]) -> str:
    """Share of the numbers that are right against their confidence, a view for each set."""
    plots: list[Plot] = []
    rows = []
    for title, figures in sets.items():
        bins = figures["reliability"]
        sure, right = [one[0] for one in bins], [one[1] for one in bins]
        words = [f"{share_percent(a)} sure: {share_percent(b)} of {int(n):,} are right" for a, b, n in bins]
        frame = Frame(
            linear_axis("confidence", [], share_percent, low=0, high=1),
            linear_axis("entirely right", [], share_percent, low=0, high=1),
        )
        plot = xy_chart(
            frame,
            f"{title}: share right against confidence. The calibration error is "
            f"{share_percent(figures['calibration_error'])}.",
            lines=[
                Line("as said", [0.0, 1.0], [0.0, 1.0], ["As said", "As said"], look="many"),
                Line("numbers", sure, right, words),
            ],
            points=[Point(a, b, text) for a, b, text in zip(sure, right, words, strict=True)],
        )
        plots.append(plot.named(title))
        rows += [(title, *one) for one in bins]
    lead = '<p class="lead">Of the numbers said to be 90 % sure, nine in ten should be right: the thin line.</p>'
    numbers = rows_json(["set", "confidence", "right", "numbers"], rows)
    return figure("numbers-reliability", "How honest the confidence is", plots, numbers, lead=lead)
