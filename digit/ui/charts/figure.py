"""A chart on the page: title, drawing, text for each of its places, numbers and downloads.

Everything is one `<figure class="chart">`: the drawing with a text alternative, the text that a pointer or the arrow
keys reach, and the numbers as JSON rows, from which `charts.js` makes the foldable table and the CSV download.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape

from digit.ui.charts.svg import WIDTH, Plot


def rows_json(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as JSON, rows of text with the header first; None becomes an empty text."""
    table = [header, *rows]
    return json.dumps([["" if value is None else str(value) for value in row] for row in table], separators=(",", ":"))


def rows_element(rows: str) -> str:
    """A hidden element with the table that a CSV button of the element with `data-name` around it saves.

    Args:
        rows: from `rows_json`.
    """
    return f'<pre class="rows" hidden>{escape(rows, quote=False)}</pre>'


def figure(
    name: str, title: str, plots: Plot | Sequence[Plot], numbers: str = "", *, lead: str = "", sprite: str = ""
) -> str:
    """A chart with its title, text, numbers and downloads.

    Args:
        name: of the downloaded files, without an extension.
        title: above the drawing.
        plots: one drawing, or several to switch between; the first is shown.
        numbers: from `rows_json`; "" for none.
        lead: HTML between the title and the drawing.
        sprite: id of the `<img>` with the thumbnails, 28x28 each.
    """
    drawings = [plots] if isinstance(plots, Plot) else list(plots)
    switch = ""
    if len(drawings) > 1:
        buttons = "".join(
            f'<button type="button" data-view="{escape(p.view)}" aria-pressed="{"false" if i else "true"}">'
            f"{escape(p.view)}</button>"
            for i, p in enumerate(drawings)
        )
        switch = f'<span class="switch" role="group" aria-label="{escape(title)}: show">{buttons}</span>'
    shown = "".join(_plot(p, title, hidden=i > 0) for i, p in enumerate(drawings))
    fold = '<details class="numbers"><summary>Values</summary></details>' if numbers else ""
    return _framed(name, title, switch, lead + shown, numbers, fold=fold, saves=_save("png", title), sprite=sprite)


def table_figure(name: str, title: str, table: str, numbers: str, *, lead: str = "", fold: str = "") -> str:
    """A table with its title and its download; with the class `sortable` its heads sort it.

    Args:
        name, title, numbers, lead: as for `figure`.
        table: a `<table>`.
        fold: a `<details>` for below it.
    """
    box = f'<div class="wide" tabindex="0" role="region" aria-label="{escape(title)}">{table}</div>'
    return _framed(name, title, "", lead + box, numbers, fold=fold)


def _framed(
    name: str, title: str, switch: str, content: str, numbers: str, *, fold: str, saves: str = "", sprite: str = ""
) -> str:
    thumbnails = f' data-sprite="{escape(sprite)}"' if sprite else ""
    saves += _save("csv", title) if numbers else ""
    text = rows_element(numbers) if numbers else ""
    return (
        f'<figure class="chart" data-name="{escape(name)}"{thumbnails}>'
        f'<figcaption><h2 class="heading">{escape(title)}</h2>{switch}</figcaption>{content}'
        f'<div class="below">{fold}<span class="saves">{saves}</span></div>{text}</figure>'
    )


def _save(kind: str, title: str) -> str:
    name = kind.upper()
    return f'<button type="button" data-save="{kind}" aria-label="{escape(title)}: save as {name}">{name}</button>'


def _plot(plot: Plot, title: str, hidden: bool) -> str:
    marks = [
        [round(m.x, 1), round(m.y, 1), m.words, *([m.series, m.picture] if m.series or m.picture >= 0 else [])]
        for m in plot.marks
    ]
    cell = f' data-cell="{plot.cell[0]:.2f} {plot.cell[1]:.2f}"' if plot.cell else ""
    reach = f' data-reach="{plot.reach:g}"' if plot.reach is not None else ""
    view = f' data-view="{escape(plot.view)}"' if plot.view else ""
    return (
        f'<div class="plot" tabindex="0" role="group" aria-label="{escape(title)}: the arrow keys read the values"'
        f"{view}{cell}{reach}{' hidden' if hidden else ''}>"
        f'<svg viewBox="0 0 {WIDTH} {plot.height:g}" role="img" aria-label="{escape(plot.summary)}">{plot.shapes}</svg>'
        f'<pre class="marks" hidden>{escape(json.dumps(marks, separators=(",", ":")), quote=False)}</pre></div>'
    )
