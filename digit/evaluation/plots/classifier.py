"""Plots of one classifier: arrays in, Matplotlib axes out.

Every function draws on `ax`, or on the axes of a new figure, and returns the axes; the figure is `ax.figure`. Without
pyplot there is no global state and no window, so any thread may draw. Colours are Okabe and Ito's, cividis and Blues,
which are safe for colour-blind readers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import ArrayLike, NDArray

from digit.recognition.prediction import percent

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#767676"
CLASS_COLOURS = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#A39A00", "#0072B2", "#D55E00", "#CC79A7", "#767676", "#882255",
)  # fmt: skip
"""One per digit; the yellow is darkened, so that thin lines and small marks show on white."""
SIZE = 28
LOWEST_RATE = 1e-4
"""Smallest false positive rate that ten thousand digits can distinguish from zero."""
ENOUGH_RECALL = 0.99
"""Beyond this recall, precision depends on the few samples that every classifier misreads."""


def confusion_matrix(confusion: NDArray[np.integer[Any]], *, normalised: bool = False, ax: Axes | None = None) -> Axes:
    """Confusion matrix; only the mistakes are shaded, because the diagonal would dominate the colours.

    Args:
        confusion: counts of shape (10, 10); rows are true digits, columns predictions.
        normalised: print percentages of each row instead of counts.
    """
    ax = ax or new_axes(5.6, 5.2)
    rows = np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    shares = confusion / rows
    mistakes = np.where(np.eye(len(confusion), dtype=bool), np.nan, shares)
    strongest = float(np.nanmax(mistakes, initial=0)) or 1.0
    ax.imshow(mistakes, cmap="Blues", vmin=0, vmax=1.3 * strongest)
    for (row, column), count in np.ndenumerate(confusion):
        if count == 0:
            continue
        text = f"{100 * shares[row, column]:.1f}" if normalised else f"{count}"
        dark = row != column and mistakes[row, column] > 0.8 * strongest
        weight = "bold" if row == column else "normal"
        ax.text(column, row, text, ha="center", va="center", size=8, weight=weight, color="white" if dark else "black")
    digits = range(len(confusion))
    ax.set(xlabel="read as", ylabel="is" + (" (shares in %)" if normalised else ""), xticks=digits, yticks=digits)
    ax.tick_params(length=0)
    return ax


def learning_curves(history: Mapping[str, Sequence[float]], axes: tuple[Axes, Axes] | None = None) -> tuple[Axes, Axes]:
    """Training and validation accuracy and loss by epoch.

    Args:
        history: "epoch", "accuracy", "loss", "val_accuracy", "val_loss", as in `history.csv`; the validation
            columns are optional.
        axes: axes for accuracy and loss.
    """
    if axes is None:
        accuracy, loss = Figure(figsize=(9, 3.4), layout="constrained").subplots(1, 2)
    else:
        accuracy, loss = axes
    for ax, name in ((accuracy, "accuracy"), (loss, "loss")):
        for key, label, colour, style in (
            (name, "training", BLUE, "--"),
            (f"val_{name}", "validation", ORANGE, "-"),
        ):
            if key in history:
                ax.plot(history["epoch"], history[key], style, color=colour, label=label, marker=".")
        ax.set(xlabel="epoch", title=name)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.legend(frameon=False)
        plain(ax)
    accuracy.yaxis.set_major_formatter(PercentFormatter(1))
    return accuracy, loss


def roc_curves(
    roc: NDArray[np.floating[Any]], *, areas: ArrayLike | None = None, log: bool = False, ax: Axes | None = None
) -> Axes:
    """ROC curve of each digit against the rest.

    Args:
        roc: shape (10, points, 2), as `Evaluation.roc`; digits with NaN are skipped.
        areas: shape (10,), the area under each curve, for the legend.
        log: logarithmic false positive rate, which separates good classifiers.
    """
    ax = ax or new_axes(5.2, 4.6)
    _class_lines(ax, roc, areas)
    if log:
        # Start at the lowest visible point, else all curves would merge at the top.
        lowest = float(np.nanmin(np.where(roc[..., 0] >= LOWEST_RATE, roc[..., 1], np.nan), initial=1))
        ax.set(xscale="log", xlim=(LOWEST_RATE, 1), ylim=(max(lowest - 0.15, 0), 1.01))
    else:
        ax.set(xlim=(-0.01, 1), ylim=(0, 1.01))
    ax.set(xlabel="false positive rate", ylabel="true positive rate")
    _class_legend(ax, None if areas is None else "area", "lower right")
    return plain(ax)


def precision_recall_curves(
    curves: NDArray[np.floating[Any]], *, areas: ArrayLike | None = None, ax: Axes | None = None
) -> Axes:
    """Precision-recall curve of each digit against the rest, zoomed to the upper right corner.

    Args:
        curves: shape (10, points, 2), (recall, precision), as `digit.evaluation.curves.precision_recall_curves`; digits
            with NaN are skipped.
        areas: shape (10,), the average precision of each digit, for the legend.
    """
    ax = ax or new_axes(5.2, 4.6)
    _class_lines(ax, curves, areas)
    # Every curve ends at the share of its digit, about 0.1; classifiers differ in the upper right corner.
    corner = np.where(curves[..., 0] <= ENOUGH_RECALL, curves[..., 1], np.nan)
    span = min(max(1.3 * (1 - float(np.nanmin(corner, initial=1))), 2 * (1 - ENOUGH_RECALL)), 1.0)
    limits = (1 - span, 1 + 0.02 * span)
    ax.set(xlabel="recall", ylabel="precision", xlim=limits, ylim=limits)
    _class_legend(ax, None if areas is None else "average precision", "lower left")
    return plain(ax)


def coverage_curve(curve: NDArray[np.floating[Any]], *, ax: Axes | None = None) -> Axes:
    """Accuracy against coverage, when the least confident predictions are withheld.

    Args:
        curve: shape (m, 3), as `digit.evaluation.curves.coverage_curve`.
    """
    ax = ax or new_axes(5.2, 3.8)
    coverage, accuracy, _ = np.asarray(curve).T
    ax.plot(coverage, accuracy, color=BLUE, linewidth=1.6)
    ax.scatter(coverage[-1:], accuracy[-1:], 28, color=ORANGE, zorder=3)
    ax.annotate(
        f"all of them: {100 * accuracy[-1]:.2f} %",
        (coverage[-1], accuracy[-1]),
        (-8, -2),
        textcoords="offset points",
        ha="right",
        va="top",
        color=ORANGE,
        size=9,
    )
    margin = max(0.15 * (1 - float(accuracy.min())), 1e-4)
    ax.set(xlabel="share of the digits that is answered, the surest first", ylabel="accuracy of the answers")
    ax.set(xlim=(min(float(coverage[0]), 0.9), 1.005), ylim=(float(accuracy.min()) - 1.5 * margin, 1 + margin / 2))
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    return plain(ax)


def reliability_diagram(reliability: NDArray[np.floating[Any]], *, ax: Axes | None = None) -> Axes:
    """Accuracy against confidence, on the diagonal for a calibrated classifier; dot areas show the number of digits.

    Args:
        reliability: shape (bins, 3), mean confidence, accuracy and count, as `Evaluation.reliability`.
    """
    ax = ax or new_axes(4.6, 4.4)
    confidence, accuracy, count = reliability[reliability[:, 2] > 0].T
    ax.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1, label="calibrated")
    ax.vlines(confidence, confidence, accuracy, color=ORANGE, linewidth=2, label="gap")
    ax.plot(confidence, accuracy, color=BLUE, linewidth=1)
    sizes = 12 + 300 * count / max(count.sum(), 1)
    ax.scatter(confidence, accuracy, sizes, color=BLUE, zorder=3, label="digits", clip_on=False)
    ax.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1.02), ylim=(0, 1.04), aspect="equal")
    legend = ax.legend(frameon=False, loc="lower right")
    legend.legend_handles[-1].set_sizes([40])  # type: ignore[union-attr]  # else sized as the first bin
    return plain(ax)


def mistakes_grid(
    images: NDArray[np.uint8],
    truth: NDArray[np.integer[Any]],
    predictions: NDArray[np.integer[Any]],
    confidence: NDArray[np.floating[Any]],
    *,
    disputed: Sequence[bool] | NDArray[np.bool_] | None = None,
    columns: int = 8,
    ax: Axes | None = None,
) -> Axes:
    """Misread digits, each captioned "truth → prediction  confidence".

    Args:
        images: uint8 of shape (m, 28, 28), ink = 255.
        truth, predictions, confidence: shape (m,).
        disputed: shape (m,), whether the label is disputed; these digits are framed.
        columns: images per row.
    """
    captions = [f"{t} → {p}  {percent(float(c))}" for t, p, c in zip(truth, predictions, confidence, strict=True)]
    return samples_grid(images, captions, marked=disputed, columns=columns, ax=ax)


def samples_grid(
    images: NDArray[np.uint8] | NDArray[np.float32],
    captions: Sequence[str] | None = None,
    *,
    marked: Sequence[bool] | NDArray[np.bool_] | None = None,
    columns: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """Digit images in rows, dark ink on white, with captions below.

    Args:
        images: shape (m, 28, 28), uint8 with ink = 255 or float with ink = 1.
        captions: m short texts.
        marked: m booleans; these images are framed.
        columns: images per row.
    """
    gap, line = 3, 8 if captions else 0
    rows = max(-(-len(images) // columns), 1)
    height, width = rows * (SIZE + gap + line), columns * (SIZE + gap)
    sheet = np.zeros((height, width), np.float32)
    ink = np.asarray(images, np.float32) / np.float32(255 if images.dtype == np.uint8 else 1)
    ax = ax or new_axes(columns * 1.1, rows * (1.1 if line == 0 else 1.4))
    for index, image in enumerate(ink):
        top, left = (index // columns) * (SIZE + gap + line), (index % columns) * (SIZE + gap)
        sheet[top : top + SIZE, left : left + SIZE] = image
        if captions is not None:
            ax.text(left + SIZE / 2, top + SIZE + line / 2, captions[index], ha="center", va="center", size=8)
        if marked is not None and marked[index]:
            ax.add_patch(Rectangle((left - 1, top - 1), SIZE + 1, SIZE + 1, fill=False, edgecolor=ORANGE, linewidth=2))
    ax.imshow(sheet, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    ax.set(xlim=(-gap, width), ylim=(height, -gap))  # leaves room for frames at the edge
    ax.set_axis_off()
    return ax


def answer_figure(
    picture: NDArray[np.uint8], digit_image: NDArray[np.float32], probabilities: ArrayLike, sentence: str
) -> Figure:
    """A prediction on one page: the picture, the digit image and the ten probabilities.

    Args:
        picture: uint8 of shape (H, W) or (H, W, 3).
        digit_image: float32 of shape (28, 28), ink = 1.
        probabilities: shape (10,), all zero if nothing is written.
        sentence: the title.
    """
    figure = Figure(figsize=(9, 3.4), dpi=120, layout="constrained")
    figure.suptitle(sentence)
    left, middle, right = figure.subplots(1, 3)
    left.imshow(picture, cmap="gray", vmin=0, vmax=255)
    left.set_title("picture", size=9)
    middle.imshow(digit_image, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    middle.set_title("what the model sees", size=9)
    for ax in (left, middle):
        ax.set(xticks=[], yticks=[])
    values = np.asarray(probabilities)
    best = int(values.argmax()) if values.any() else -1
    right.barh(range(10), values, color=[BLUE if digit == best else GREY for digit in range(10)])
    right.set(yticks=range(10), xlim=(0, 1))
    right.invert_yaxis()
    right.xaxis.set_major_formatter(PercentFormatter(1))
    plain(right)
    return figure


def _class_lines(ax: Axes, curves: NDArray[np.floating[Any]], areas: ArrayLike | None) -> None:
    """Draw the curve of each digit, with the area in its label."""
    for digit, curve in enumerate(curves):
        if not np.isnan(curve).any():
            # Truncated, so that 1.00000 means that the digit is never confused with another.
            label = str(digit) if areas is None else f"{digit}  {np.floor(1e5 * np.asarray(areas)[digit]) / 1e5:.5f}"
            style = "-" if digit % 2 == 0 else "--"
            ax.plot(curve[:, 0], curve[:, 1], style, color=CLASS_COLOURS[digit], label=label, linewidth=1.4)


def _class_legend(ax: Axes, areas: str | None, place: Literal["lower left", "lower right"]) -> None:
    title = "digit" if areas is None else f"digit, {areas}"
    ax.legend(title=title, frameon=False, ncols=2, loc=place, fontsize="small", title_fontsize="small")


def new_axes(width: float, height: float) -> Axes:
    """Axes that fill a new figure of this size in inches."""
    return Figure(figsize=(width, height), layout="constrained").subplots()


def plain(ax: Axes) -> Axes:
    """Remove the top and right spines and add a faint grid."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, alpha=0.25)
    ax.set_axisbelow(True)
    return ax
