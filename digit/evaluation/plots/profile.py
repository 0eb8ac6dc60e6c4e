"""Draws what an exploration found: arrays in, Matplotlib axes out, as in `digit.evaluation.plots.classifier`."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter
from numpy.typing import NDArray

from digit.evaluation.plots.classifier import BLUE, CLASS_COLOURS, GREY, ORANGE, new_axes, plain, samples_grid


def class_counts(counts: NDArray[np.integer[Any]], *, ax: Axes | None = None) -> Axes:
    """Number of digits per class, training beside test.

    Args:
        counts: shape (2, 10), training and test.
    """
    ax = ax or new_axes(7.4, 3.6)
    digits = np.arange(counts.shape[1])
    for row, label, colour, side in ((counts[0], "training", BLUE, -0.21), (counts[1], "test", ORANGE, 0.21)):
        bars = ax.bar(digits + side, row, 0.42, color=colour, label=f"{label}, {row.sum():,} in all")
        ax.bar_label(bars, [f"{count:,}" for count in row], size=6.5, padding=1, color=GREY)
    ax.set(xlabel="digit", ylabel="images", xticks=digits, ylim=(0, 1.2 * max(int(counts.max()), 1)))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.legend(frameon=False, loc="upper right", ncols=2)
    plain(ax).grid(visible=False, axis="x")
    return ax


def intensity_histogram(counts: NDArray[np.integer[Any]], *, ax: Axes | None = None) -> Axes:
    """Histogram of pixel values on a logarithmic axis, because most pixels are paper.

    Args:
        counts: shape (256,).
    """
    ax = ax or new_axes(7.4, 3.4)
    shares = counts / max(int(counts.sum()), 1)
    ax.stairs(shares, np.arange(257) - 0.5, fill=True, color=BLUE, baseline=shares[shares > 0].min(initial=1) / 2)
    ax.set(xlabel="intensity, 0 paper to 255 ink", ylabel="share of all pixels", yscale="log", xlim=(-4, 259))
    ax.text(6, float(shares[0]), f"{100 * shares[0]:.1f} % are 0", va="center", size=9)
    return plain(ax)


def heat_map(image: NDArray[np.floating[Any]], *, ax: Axes | None = None) -> Axes:
    """Mean training image.

    Args:
        image: shape (28, 28), mean intensity, 0 to 255.
    """
    ax = ax or new_axes(4.8, 4.0)
    shown = ax.imshow(image, cmap="cividis", vmin=0)
    ax.figure.colorbar(shown, ax=ax, label="mean intensity, 0 to 255")
    ax.set(xticks=[0, 9, 18, 27], yticks=[0, 9, 18, 27], xlabel="column", ylabel="row")
    return ax


def class_images(
    means: NDArray[np.floating[Any]], deviations: NDArray[np.floating[Any]], *, ax: Axes | None = None
) -> Axes:
    """Mean image of each class, with the standard deviation below.

    Args:
        means, deviations: shape (10, 28, 28), 0 to 255; classes with NaN stay blank.
    """
    images = np.nan_to_num(np.concatenate([means, deviations]) / 255).astype(np.float32)
    spread = max(float(images[len(means) :].max(initial=0)), 1e-6)
    images[len(means) :] /= spread  # deviations are small: stretched to full contrast
    captions = [f"mean of {digit}" for digit in range(len(means))] + [f"spread of {d}" for d in range(len(means))]
    return samples_grid(images, captions, columns=len(means), ax=ax)


def class_samples(samples: NDArray[np.uint8], *, ax: Axes | None = None) -> Axes:
    """Sample images, one class per row.

    Args:
        samples: uint8 of shape (10, n, 28, 28), ink = 255.
    """
    flat = samples.reshape(-1, *samples.shape[2:])
    ax = samples_grid(flat, columns=samples.shape[1], ax=ax)
    for digit in range(len(samples)):
        ax.text(-8, digit * 31 + 14, str(digit), ha="center", va="center", size=13)
    return ax


def class_scatter(
    points: NDArray[np.floating[Any]],
    labels: NDArray[np.integer[Any]],
    names: tuple[str, str],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Embedded images, each drawn as its digit, so that the plot does not depend on colours alone.

    Args:
        points: shape (n, 2).
        labels: shape (n,), 0 to 9.
        names: titles of the two axes; an empty one hides the ticks of its axis.
    """
    ax = ax or new_axes(6.4, 6.0)
    for digit in range(10):
        chosen = labels == digit
        x, y = points[chosen].T
        ax.scatter(x, y, 34, color=CLASS_COLOURS[digit], marker=f"${digit}$", linewidths=0.3)
    ax.set(xlabel=names[0], ylabel=names[1])
    for axis, name, edge in ((ax.xaxis, names[0], "bottom"), (ax.yaxis, names[1], "left")):
        if not name:
            axis.set_ticks([])
            ax.spines[edge].set_visible(False)
    return plain(ax)
