"""Plots that compare systems: error against size and latency, accuracy on corrupted digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import NDArray

from digit.evaluation.plots.classifier import BLUE, GREY, ORANGE, new_axes, plain

COSTS = {"bytes": ("size of the model", 1e6, "MB"), "latency_ms": ("median time for one digit image", 1, "ms")}
"""Costs by key: axis title, divisor, unit."""


def error_against(rows: Sequence[Mapping[str, Any]], cost: str, *, ax: Axes | None = None) -> Axes:
    """Error rate against a cost, both logarithmic; the lower left corner is best.

    Args:
        rows: one per system, as in `comparison.json`: "name", "kind" ("preset" or "baseline"), "accuracy" (0 to 1) and
            the cost; rows without the cost are skipped.
        cost: "bytes" or "latency_ms".
    """
    ax = ax or new_axes(6.8, 4.6)
    name, divisor, unit = COSTS[cost]
    shown = [row for row in rows if row.get(cost)]
    for kind, label, colour, marker in (("preset", "network", BLUE, "o"), ("baseline", "baseline", ORANGE, "s")):
        points = [(row[cost] / divisor, max(100 * (1 - row["accuracy"]), 1e-3)) for row in shown if row["kind"] == kind]
        if points:
            x, y = zip(*points, strict=True)
            ax.scatter(x, y, 46, color=colour, marker=marker, label=label, zorder=3)
    ax.set(xscale="log", yscale="log", xlabel=f"{name}, {unit}", ylabel="wrong test digits, %")
    ax.margins(x=0.12, y=0.12)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())
    if shown:
        ax.legend(frameon=False, loc="best")
        _label_points(ax, [(row[cost] / divisor, 100 * (1 - row["accuracy"]), row["name"]) for row in shown])
    return plain(ax)


def robustness_map(
    accuracy: NDArray[np.floating[Any]], kinds: Sequence[str], *, lowest: float = 0.5, ax: Axes | None = None
) -> Axes:
    """Accuracy for each kind and severity of corruption, in percent.

    Args:
        accuracy: shape (K, 5), 0 to 1.
        kinds: K names.
        lowest: the accuracy drawn darkest; use the same value for all systems compared.
    """
    ax = ax or new_axes(4.6, 0.27 * len(kinds) + 1)
    ax.imshow(accuracy, cmap="cividis", vmin=lowest, vmax=1, aspect="auto")
    middle = (lowest + 1) / 2
    for (row, column), value in np.ndenumerate(accuracy):
        colour = "white" if value < middle else "black"
        ax.text(column, row, f"{100 * value:.1f}", ha="center", va="center", size=7.5, color=colour)
    ax.set_xticks(range(accuracy.shape[1]), [str(severity + 1) for severity in range(accuracy.shape[1])])
    ax.set_yticks(range(len(kinds)), [kind.replace("_", " ") for kind in kinds])
    ax.set_xlabel("severity")
    ax.tick_params(length=0)
    return ax


def robustness_figure(
    accuracy: NDArray[np.floating[Any]], systems: Sequence[str], kinds: Sequence[str], clean: NDArray[np.floating[Any]]
) -> Figure:
    """`robustness_map` of each system, side by side in the same shades.

    Args:
        accuracy: shape (S, K, 5), 0 to 1.
        systems, kinds: S and K names.
        clean: shape (S,), accuracy on digits that are not corrupted.
    """
    figure = Figure(figsize=(1.6 + 3 * len(systems), 0.27 * len(kinds) + 1.2), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(systems), sharey=True))
    lowest = min(float(accuracy.min(initial=1)), 0.9)
    for ax, name, table, uncorrupted in zip(axes, systems, accuracy, clean, strict=True):
        robustness_map(table, kinds, lowest=lowest, ax=ax)
        ax.set_title(f"{name}\nclean {100 * uncorrupted:.2f} %, corrupted {100 * table.mean():.2f} %", size=9)
    return figure


def corruption_examples(examples: NDArray[np.uint8], kinds: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """One digit, corrupted by each kind (rows) and severity (columns).

    Args:
        examples: uint8 of shape (K, 5, 28, 28), ink = 255.
        kinds: K names.
    """
    count, severities = examples.shape[:2]
    ax = ax or new_axes(0.45 * severities + 1.5, 0.45 * count + 0.3)
    sheet = np.full((count * 30, severities * 30), 255, np.uint8)
    for row, column in np.ndindex(count, severities):
        sheet[row * 30 : row * 30 + 28, column * 30 : column * 30 + 28] = 255 - examples[row, column]
    ax.imshow(sheet, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    ax.set_xticks([30 * column + 14 for column in range(severities)], [str(s + 1) for s in range(severities)])
    ax.set_yticks([30 * row + 14 for row in range(count)], [kind.replace("_", " ") for kind in kinds])
    ax.set_xlabel("severity")
    ax.tick_params(length=0, labelsize=8)
    ax.spines[:].set_visible(False)
    return ax


def _label_points(ax: Axes, points: Sequence[tuple[float, float, str]]) -> None:
    """Label the points without overlap: a label that would cover another moves up."""
    figure = ax.get_figure(root=True)
    assert figure is not None  # every axes has a figure
    figure.draw_without_rendering()  # computes the layout, which distances depend on
    height, width = 11.0 * figure.dpi / 72, 5.2 * figure.dpi / 72
    places = [tuple(ax.transData.transform((x, y))) for x, y, _ in points]
    taken: list[tuple[float, float, float]] = [(bottom, left - 6, left + 6) for left, bottom in places]
    for (left, bottom), (x, y, name) in sorted(zip(places, points, strict=True), key=lambda place: place[0][1]):
        length = width * len(name)
        to_left = left + length > ax.bbox.x1
        start = left - length - 8 if to_left else left + 8
        level = bottom
        while any(
            abs(level - other) < height and start < end and begin < start + length for other, begin, end in taken
        ):
            level += height / 4
        taken.append((level, start, start + length))
        offset = ((-7 if to_left else 7), (level - bottom) * 72 / figure.dpi)
        leader = {"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkB": 4} if level > bottom else None
        ax.annotate(
            name,
            (x, y),
            offset,
            textcoords="offset points",
            ha="right" if to_left else "left",
            va="center",
            size=8,
            arrowprops=leader,
        )
