"""A table of tinted cells as a chart, with names and pictures beside its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.ui.charts.axes import Write
from digit.ui.charts.svg import WIDTH, Mark, Plot

PICTURES, NAMES, HEAD = 34.0, 98.0, 22.0
"""Room for pictures, row names and column names, in units of the drawing."""


def heat_chart(
    values: NDArray[np.floating[Any]],
    shares: NDArray[np.floating[Any]],
    words: Callable[[int, int], str],
    summary: str,
    *,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    corner: str = "",
    write: Write | None = None,
    pictures: Sequence[str] = (),
    picture: Callable[[int, int], int] | None = None,
    height: float | None = None,
    ink: bool = False,
) -> Plot:
    """A table of tinted cells.

    Args:
        values: shape (R, C).
        shares: shape (R, C), strength of each cell's tint, 0 to 1.
        words: text of the cell at a row and a column.
        summary: the text alternative.
        rows, columns: names beside the rows and above the columns.
        corner: title of the column names.
        write: formats a cell's value; None leaves the cells empty.
        pictures: addresses of pictures before the row names.
        picture: index of a cell's thumbnail in the sprite of the figure.
        height: of a cell; None makes cells square.
        ink: tint in the accent colour ("much") instead of the error colour.
    """
    count, across = values.shape
    left = (PICTURES if pictures else 0.0) + (NAMES if rows else 0.0)
    top = HEAD if columns else 0.0
    wide = (WIDTH - left) / across
    high = wide if height is None else height
    gap = 1.0 if write else 0.0
    marks: list[Mark] = []
    shapes = [f'<text class="corner" x="{left - 8:g}" y="14">{escape(corner)}</text>'] if corner else []
    for c, name in enumerate(columns):
        shapes.append(f'<text class="head" x="{left + (c + 0.5) * wide:.1f}" y="14">{escape(name)}</text>')
    for r in range(count):
        y = top + r * high
        if pictures:
            side = high - 3
            shapes.append(f'<image x="0" y="{y + 1:.1f}" width="{side:g}" height="{side:g}" href="{pictures[r]}"/>')
        if rows:
            shapes.append(f'<text class="row" x="{left - NAMES:g}" y="{y + high / 2 + 4:.1f}">{escape(rows[r])}</text>')
        for c, end, share in _runs(shares[r], apart=write is not None):
            shapes.append(
                f'<rect class="heat" x="{left + c * wide + gap:.1f}" y="{y + gap:.1f}" '
                f'width="{(end - c) * wide - 2 * gap:.1f}" height="{high - 2 * gap:.1f}" style="--s:{share:.2f}"/>'
            )
        for c in range(across):
            x = left + (c + 0.5) * wide
            if write:
                value = escape(write(float(values[r, c])))
                shapes.append(f'<text class="cell" x="{x:.1f}" y="{y + high / 2 + 4:.1f}">{value}</text>')
            marks.append(Mark(x, y + high / 2, words(r, c), picture=picture(r, c) if picture else -1))
    kind = "cells ink" if ink else "cells"
    return Plot(f'<g class="{kind}">{"".join(shapes)}</g>', marks, top + count * high, summary, cell=(wide, high))


def _runs(shares: NDArray[np.floating[Any]], apart: bool) -> Iterator[tuple[int, int, float]]:
    """Start, end and tint of the cells of a row; neighbours of the same tint are merged unless `apart`."""
    tints = [round(float(share), 2) for share in shares]
    start = 0
    for end in range(1, len(tints) + 1):
        if end == len(tints) or apart or tints[end] != tints[start]:
            yield start, end, tints[start]
            start = end
