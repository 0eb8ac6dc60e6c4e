"""Tables and curves of an evaluation, as HTML and SVG that follow the page's colours, light or dark, at any width.

Takes arrays and numbers; knows no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 460, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 30


def confusion_table(confusion: NDArray[np.int64]) -> str:
    """A confusion matrix as a table: rows the truth, columns the prediction, the mistakes tinted by their number.

    Blue and orange stay apart for every common kind of colour blindness, and every cell has its count.

    Args:
        confusion: int64 of shape (10, 10).
    """
    mistakes = confusion - np.diag(np.diag(confusion))
    most = max(int(mistakes.max()), 1)
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(len(confusion)))
    rows = []
    for truth, row in enumerate(confusion):
        cells = "".join(_cell(truth, guess, int(count), most) for guess, count in enumerate(row))
        rows.append(f'<tr><th scope="row">{truth}</th>{cells}</tr>')
    return (
        '<table class="confusion"><thead><tr><td class="corner"><span>read as →</span><span>label ↓</span></td>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(truth: int, guess: int, count: int, most: int) -> str:
    if truth == guess:
        return f'<td class="right">{count}</td>'
    if count == 0:
        return '<td class="none"><span>0</span></td>'
    title = f"{count} of the digit {truth} read as {guess}"
    return f'<td class="wrong" style="--share: {count / most:.3f}" title="{title}">{count}</td>'


def class_table(per_class: Sequence[Mapping[str, Any]]) -> str:
    """Precision, recall, F1 and support of each digit, in percent.

    Args:
        per_class: one mapping per digit with `digit`, `precision`, `recall`, `f1` (0 to 1) and `support`.
    """
    rows = "".join(
        f'<tr><th scope="row">{int(row["digit"])}</th>'
        + "".join(f'<td data-metric="{name}">{100 * row[name]:.2f}</td>' for name in ("precision", "recall", "f1"))
        + f'<td data-metric="support">{int(row["support"]):,}</td></tr>'
        for row in per_class
    )
    return (
        '<table class="classes"><thead><tr><th scope="col">Digit</th><th scope="col">Precision</th>'
        '<th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Support</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        '<p class="note">Precision, recall and F1 in percent; support is the number of test digits.</p>'
    )


def curves(epochs: Sequence[float], training: Sequence[float], validation: Sequence[float], percent: bool) -> str:
    """Training and validation over the epochs, as SVG with a legend.

    Args:
        epochs, training, validation: of one length, at least 1.
        percent: the values are shares, to be shown in percent.
    """
    low, high = _range([*training, *validation])
    first, last = epochs[0], max(epochs[-1], epochs[0] + 1)

    def x(epoch: float) -> float:
        return LEFT + (epoch - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)

    grid = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(v):.1f}" y2="{y(v):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{y(v) + 4:.1f}" text-anchor="end">{_label(v, percent)}</text>'
        for v in _ticks(low, high)
    )
    ticks = sorted({round(e) for e in np.linspace(first, epochs[-1], min(len(epochs), 7))})
    axis = "".join(f'<text x="{x(t):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{t}</text>' for t in ticks)

    def points(values: Sequence[float]) -> str:
        return " ".join(f"{x(epoch):.1f},{y(value):.1f}" for epoch, value in zip(epochs, values, strict=True))

    lines = "".join(
        f'<polyline class="{name}" points="{points(values)}"/>'
        f'<circle class="{name}" cx="{x(epochs[-1]):.1f}" cy="{y(values[-1]):.1f}" r="3.5"/>'
        for name, values in (("training", training), ("validation", validation))
    )
    description = f"training ends at {training[-1]:.4f}, validation at {validation[-1]:.4f}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{description}">'
        f'<g class="grid">{grid}{axis}</g>{lines}</svg>'
        '<p class="legend"><span class="training">training</span><span class="validation">validation</span>'
        "<span>by epoch</span></p>"
    )


def _range(values: Sequence[float]) -> tuple[float, float]:
    """The ends of the vertical axis: a little room around the values, never below zero."""
    finite = [v for v in values if np.isfinite(v)] or [0.0]
    low, high = min(finite), max(finite)
    margin = 0.05 * (high - low) or 0.5 * high or 1.0
    return max(low - margin, 0.0), high + margin


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between the ends, three to seven of them: steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / 4
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * min((1, 2, 5, 10), key=lambda factor: abs(factor * power - rough))
    first = int(np.ceil(low / step))
    return [float(step * i) for i in range(first, int(np.floor(high / step)) + 1)]


def _label(value: float, percent: bool) -> str:
    return f"{100 * value:.4g} %" if percent else f"{value:.4g}"
