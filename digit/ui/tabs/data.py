"""The Data tab: an exploration of the training data.

Built when the tab is first opened, then cached. Everything comes from `exploration.npz`; no data set is needed.
"""

from __future__ import annotations

from functools import partial
from html import escape

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from digit.artifact import EXPLORATION, Artifact
from digit.data.profile import Exploration, load_exploration
from digit.ui.charts.axes import Axis, linear_axis, log_axis, share_percent, short
from digit.ui.charts.figure import figure, rows_json
from digit.ui.charts.heat import heat_chart
from digit.ui.charts.mosaic import picture_chart, sprite_tag
from digit.ui.charts.svg import Frame, Line, Plot, Point, bar_chart, xy_chart
from digit.ui.evaluation.parts import kept, part
from digit.ui.evaluation.systems import explore_command
from digit.ui.resources import resource_text

DIGITS = tuple("0123456789")


def build_data(artifact: Artifact) -> None:
    """Add the tab's component and event to the open Blocks; the page requests the content when it is first shown."""

    show = kept(partial(data_html, artifact), 1)
    content = gr.HTML(
        '<p class="waiting">Loading</p>',
        js_on_load=resource_text("tabs/data.js"),
        apply_default_css=False,
        elem_id="data",
    )
    content.shown(show, None, content, show_progress="hidden", concurrency_limit=4, api_visibility="private")


def data_html(artifact: Artifact) -> str:
    """The whole tab, or the sentence on what is missing."""
    return part(lambda: _data(load_exploration(artifact.path / EXPLORATION)), explore_command(artifact))


def _data(found: Exploration) -> str:
    figures = [
        _counts(found.class_counts),
        _histogram(found.intensity_histogram),
        _samples(found.samples),
        _heat_map(found.heat_map),
        _means(found),
        _variance(found.explained_variance),
    ]
    scatters = [
        _scatter(
            found, found.pca, "pca", "PCA", "Close digits have similar pixels, as far as two directions can show."
        ),
        _scatter(found, found.tsne, "tsne", "t-SNE", "Neighbours are similar; distances between groups mean nothing."),
    ]
    return (
        f'{_findings(found)}<div class="charts">{"".join(figures)}{"".join(scatters)}</div>'
        f"{sprite_tag(found.scatter_images, 'data-sprite')}"
    )


def _findings(found: Exploration) -> str:
    """Counts and checks, in words."""
    train, test = (int(n) for n in found.class_counts.sum(axis=1))
    writers = [int(n) for n in found.writers]
    people = f" {writers[0]:,} people wrote the former, {writers[1]:,} the latter." if min(writers) >= 0 else ""
    missing, duplicates, leaked = int(found.missing), len(found.duplicates), len(found.leaked)
    checks = [
        ("Missing values", "None: every image has ink and a label." if not missing else f"{missing:,} images."),
        (
            "Duplicates",
            "None: no training image occurs twice."
            if not duplicates
            else f"{duplicates:,} training images equal an earlier one pixel for pixel.",
        ),
        (
            "Test digits seen in training",
            "None: no test image occurs in the training set."
            if not leaked
            else f"{leaked:,} test images equal a training image.",
        ),
    ]
    items = "".join(f"<div><dt>{name}</dt><dd>{said}</dd></div>" for name, said in checks)
    return (
        f'<p class="first"><b>{train:,}</b> training digits and <b>{test:,}</b> test digits.{people}</p>'
        f"<dl>{items}</dl>{_pairs(found.duplicates, 'training', 'Duplicates')}"
        f"{_pairs(found.leaked, 'test', 'Test digits seen in training')}"
    )


def _pairs(pairs: NDArray[np.int32], kind: str, title: str) -> str:
    if not len(pairs):
        return ""
    listed = ", ".join(f"{kind} {a:,} = training {b:,}" for a, b in pairs[:100].tolist())
    more = f" and {len(pairs) - 100:,} more" if len(pairs) > 100 else ""
    return f"<details><summary>{escape(title)}: which</summary><p>{listed}{more}</p></details>"


def _counts(counts: NDArray[np.int64]) -> str:
    plots = []
    for name, row in zip(("training", "test"), counts.tolist(), strict=True):
        total = sum(row) or 1
        words = [f"{n:,} {name} digits are a {d}: {share_percent(round(n / total, 4))}" for d, n in enumerate(row)]
        most, least = int(np.argmax(row)), int(np.argmin(row))
        summary = f"Digits of each class, {name}: from {row[least]:,} for {least} to {row[most]:,} for {most}."
        axis = linear_axis("digits", row, low=0, high=max(*row, 1) * 1.08)
        labels = [f"{n:,}" for n in row]
        plots.append(
            bar_chart(DIGITS, row, words, axis, summary, title="digit", labels=labels, look="soft").named(name)
        )
    numbers = rows_json(["digit", "training", "test"], zip(range(10), *counts.tolist(), strict=True))
    return figure("class-counts", "Digits per class", plots, numbers)


def _histogram(histogram: NDArray[np.int64]) -> str:
    pixels = int(histogram.sum()) or 1
    counts = histogram.tolist()
    words = [f"Intensity {v}: {n:,} pixels, {100 * n / pixels:.2g} %" for v, n in enumerate(counts)]
    axis = log_axis("pixels, log", counts, _thousands)
    paper, ink = histogram[0] / pixels, histogram[253:].sum() / pixels
    summary = f"{100 * paper:.1f} % of the pixels are empty paper, {100 * ink:.1f} % full ink (at least 253 of 255)."
    names = [str(v) for v in range(256)]
    plot = bar_chart(names, counts, words, axis, summary, title="intensity, ink = 255", every=64, look="soft")
    lead = f'<p class="lead">{summary} The greys in between are edges of strokes.</p>'
    return figure(
        "intensity-histogram",
        "Pixel intensity",
        plot,
        rows_json(["intensity", "pixels"], enumerate(counts)),
        lead=lead,
    )


def _thousands(count: float) -> str:
    return f"{count / 1e6:g} million" if count >= 1e6 else f"{count:,.0f}"


def _samples(samples: NDArray[np.uint8]) -> str:
    summary = f"{samples.shape[1]} random training digits of each class."
    words = [[f"A handwritten {digit}"] * samples.shape[1] for digit in range(len(samples))]
    plot = picture_chart(samples, words, summary, rows=DIGITS)
    return figure("samples", "Samples of each class", plot)


def _means(found: Exploration) -> str:
    mean = np.nan_to_num(found.mean_images)
    spread = np.nan_to_num(found.deviation_images)
    # The spread reaches half the range at most: twice as strong, it uses all of the greys.
    views = [("mean", mean, "mean of all"), ("spread", 2 * spread, "where they differ (standard deviation)")]
    plots = []
    for view, images, said in views:
        pictures = np.clip(np.round(images), 0, 255).astype(np.uint8).reshape(2, 5, 28, 28)
        summary = f"One picture of each digit: {said}."
        words = [[f"Digit {5 * r + c}: {said}" for c in range(5)] for r in range(2)]
        plots.append(picture_chart(pictures, words, summary).named(view))
    rows = [
        [what, digit, row, *np.round(images[digit, row]).astype(int).tolist()]
        for what, images in (("mean", mean), ("deviation", spread))
        for digit in range(10)
        for row in range(28)
    ]
    numbers = rows_json(["what", "digit", "row", *(f"column_{c}" for c in range(28))], rows)
    return figure("mean-images", "The average digit", plots, numbers)


def _heat_map(mean: NDArray[np.float32]) -> str:
    most = max(float(mean.max()), 1.0)
    summary = (
        f"Mean intensity of each of the 28 by 28 pixels: {mean.max():.0f} of 255 at most, in the middle; "
        f"{int((mean < 1).sum())} pixels near the edge hardly ever have ink."
    )
    plot = heat_chart(
        mean,
        mean / most,
        lambda r, c: f"Row {r}, column {c}: {mean[r, c]:.0f} of 255 on average",
        summary,
        ink=True,
    )
    numbers = rows_json(
        ["row", *(f"column_{c}" for c in range(28))],
        [[r, *(f"{v:.1f}" for v in row)] for r, row in enumerate(mean.tolist())],
    )
    return figure("heat-map", "Where the ink is", plot, numbers)


def _variance(shares: NDArray[np.float32]) -> str:
    whole = np.concatenate([[0.0], shares.astype(np.float64).cumsum()])
    count = len(shares)
    words = ["Zero directions explain nothing"] + [
        f"{n} direction{'s' if n > 1 else ''} explain{'' if n > 1 else 's'} {100 * v:.1f} % of the variance"
        for n, v in enumerate(whole[1:].tolist(), 1)
    ]
    frame = Frame(
        linear_axis("principal components", [0, count], short, low=0, high=count),
        linear_axis("variance explained", [0, 1], share_percent, low=0, high=1),
    )
    summary = (
        f"Variance explained by the first principal components: {100 * whole[2]:.1f} % by two, "
        f"{100 * whole[-1]:.1f} % by {count}."
    )
    plot = xy_chart(frame, summary, lines=[Line("variance", list(range(count + 1)), whole.tolist(), words)])
    lead = (
        f'<p class="lead">Two directions explain {100 * whole[2]:.0f} % of the variance between images, '
        f"{count} explain {100 * whole[-1]:.0f} %.</p>"
    )
    numbers = rows_json(["components", "variance_explained"], [(n, f"{v:.6f}") for n, v in enumerate(whole)])
    return figure("explained-variance", "Explained variance", plot, numbers, lead=lead)


def _scatter(found: Exploration, places: NDArray[np.float32], name: str, title: str, said: str) -> str:
    labels, indices = found.scatter_labels.tolist(), found.scatter_index.tolist()
    points = [
        Point(x, y, f"Training digit {index:,}: a {label}", f"d{label}", glyph=str(label), picture=i)
        for i, ((x, y), label, index) in enumerate(zip(places.tolist(), labels, indices, strict=True))
    ]
    summary = (
        f"{title} of {len(points):,} training digits, each drawn at its position in the colour of its class. {said}"
    )
    plot = _plane(points, places, summary)
    numbers = rows_json(
        ["training_index", "label", "x", "y"],
        [(i, d, f"{x:.2f}", f"{y:.2f}") for i, d, (x, y) in zip(indices, labels, places.tolist(), strict=True)],
    )
    lead = f'<p class="lead">{said}</p>'
    heading = f"{len(points):,} digits on a plane: {title}"
    return figure(f"scatter-{name}", heading, plot, numbers, lead=lead, sprite="data-sprite")


def _plane(points: list[Point], places: NDArray[np.float32], summary: str) -> Plot:
    """Points without axes, because the directions have no names or units."""
    ends = [(float(v.min()), float(v.max())) for v in places.T] if len(places) else [(0.0, 1.0)] * 2
    x, y = (Axis("", low, high if high > low else low + 1, ()) for low, high in ends)
    frame = Frame(x, y, height=380, left=8, right=8, top=8, bottom=8)
    return xy_chart(frame, summary, points=points, reach=24, bare=True)
