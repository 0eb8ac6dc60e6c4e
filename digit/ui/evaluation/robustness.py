"""Accuracy on corrupted digits, by kind of corruption and severity, beside other models; from `robustness.npz`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from digit.artifact import ROBUSTNESS, Artifact
from digit.data.corruptions import CORRUPTIONS
from digit.evaluation.robustness import Robustness, load_robustness
from digit.ui.charts.figure import figure, rows_json
from digit.ui.charts.heat import heat_chart
from digit.ui.charts.mosaic import paper, png_url, sprite_tag
from digit.ui.charts.svg import Plot
from digit.ui.evaluation.parts import part
from digit.ui.evaluation.systems import compare_command, system_titles

BESIDE = "cnn_classic"
"""The textbook network, shown first beside the flagship if it was measured."""
SPRITE = "robustness-sprite"
ERRORS = (0.002, 0.5)
"""Error rates of no tint and of full tint; in between it grows with the logarithm."""


def robustness_html(artifact: Artifact) -> str:
    """A heat map for the flagship and one for the others, or the sentence on what is missing."""
    titles = system_titles(artifact)
    return part(lambda: _robustness(load_robustness(artifact.path / ROBUSTNESS), titles), compare_command(artifact))


def _robustness(found: Robustness, titles: Mapping[str, str]) -> str:
    names = list(found.systems)
    shown = [titles.get(name, _spaced(name)) for name in names]
    others = sorted(range(1, len(names)), key=lambda i: names[i] != BESIDE)
    order = np.argsort(found.accuracy[0].mean(axis=1), kind="stable")
    title = f"{shown[0]}: % read correctly"
    own = _plot(found, 0, order, shown[0])
    maps = figure(f"robustness-{names[0]}", title, own, _numbers(found, [0]), sprite=SPRITE)
    if others:
        plots = [_plot(found, i, order, shown[i]).named(shown[i]) for i in others]
        title = f"{plots[0].view if len(plots) == 1 else 'Beside it'}: % read correctly"
        maps += figure("robustness-beside", title, plots, _numbers(found, others), sprite=SPRITE)
    examples = found.examples.reshape(-1, 28, 28)
    return f'{_words(found, shown)}<div class="charts heats">{maps}</div>{sprite_tag(examples, SPRITE)}'


def _words(found: Robustness, shown: list[str]) -> str:
    """The means as a small table, one row per system."""
    worst = found.accuracy.mean(axis=2).argmin(axis=1)
    rows = "".join(
        f'<tr><th scope="row">{escape(title)}</th><td>{100 * clean:.2f} %</td>'
        f"<td>{100 * accuracy.mean():.1f} %</td><td>{100 * accuracy[:, 2].mean():.1f} %</td>"
        f"<td>{_spaced(found.kinds[kind])}, {100 * accuracy[kind].mean():.1f} %</td></tr>"
        for title, clean, accuracy, kind in zip(shown, found.clean, found.accuracy, worst, strict=True)
    )
    return (
        f'<p class="lead charts-lead">{found.digits:,} test digits, corrupted in {len(found.kinds)} ways, each at '
        f"{len(found.severities)} severities. The hardest kinds for {escape(shown[0])} come first.</p>"
        '<table class="corrupted"><thead><tr><th scope="col">Accuracy</th><th scope="col">clean</th>'
        '<th scope="col">corrupted</th><th scope="col">middle severity</th>'
        '<th scope="col">hardest kind</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _plot(found: Robustness, system: int, order: NDArray[np.intp], title: str) -> Plot:
    accuracy = found.accuracy[system][order].astype(np.float64)
    kinds = [found.kinds[i] for i in order]
    severities = found.severities.tolist()
    middle = len(severities) // 2
    low, high = np.log(ERRORS)
    tint = np.clip((np.log(np.maximum(1 - accuracy, 1e-9)) - low) / (high - low), 0, 1)

    def words(row: int, column: int) -> str:
        described = CORRUPTIONS[kinds[row]].description if kinds[row] in CORRUPTIONS else f"{_spaced(kinds[row])}."
        return f"{described} Severity {severities[column]}: {title} reads {100 * accuracy[row, column]:.1f} %"

    hardest = kinds[int(accuracy.mean(axis=1).argmin())]
    summary = (
        f"Accuracy of {title} for {len(kinds)} kinds of corruption at {len(severities)} severities: "
        f"{100 * accuracy.mean():.1f} % on average, lowest for {_spaced(hardest)}."
    )
    return heat_chart(
        accuracy,
        tint,
        words,
        summary,
        rows=[_spaced(kind) for kind in kinds],
        columns=[str(s) for s in severities],
        corner="severity",
        write=lambda v: f"{100 * v:.1f}",
        pictures=[png_url(paper(found.examples[i, middle])) for i in order],
        picture=lambda row, column: int(order[row]) * len(severities) + column,
        height=30,
    )


def _numbers(found: Robustness, shown: Sequence[int]) -> str:
    rows = [
        (found.systems[s], kind, severity, f"{found.accuracy[s, k, v]:.6g}", f"{found.clean[s]:.6g}")
        for s in shown
        for k, kind in enumerate(found.kinds)
        for v, severity in enumerate(found.severities.tolist())
    ]
    return rows_json(["system", "kind", "severity", "accuracy", "accuracy_clean"], rows)


def _spaced(name: str) -> str:
    return name.replace("_", " ")
