"""A table of tinted cells as a chart, with names and pictures beside its rows.

Knows arrays and words; no file, no model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.ui.axes import Write
from digit.ui.charts import WIDTH, Mark, Plot

PICTURES, NAMES, HEAD = 34.0, 98.0, 22.0
"""Room for the pictures, for the names of the rows and for those of the columns, in units of the drawing."""


def heat_chart(
    values: NDArray[np.floating[Any]],
    shares: NDArray[np.floating[Any]],
    words: Callable[[int, int], str],
    summary: str,
    *,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    write: Write | None = None,
    pictures: Sequence[str] = (),
    picture: Callable[[int, int], int] | None = None,
    cell: tuple[float, float] | None = None,
) -> Plot:
    """A table of tinted cells.

    Args:
        values: shape (R, C).
        shares: shape (R, C), how strong the tint of each cell is, 0 to 1.
        words: what the cell of a row and a column says.
        summary: the text alternative.
        rows, columns: names beside the rows and above the columns.
        write: how a value is written into its cell; None leaves the cells without.
        pictures: addresses of pictures before the names of the rows.
        picture: index of the thumbnail of a row and a column in the sprite of the figure.
        cell: width and height; None fills the width with cells that are as high as wide.
    """
    count, across = values.shape
    left = (PICTURES if pictures else 0.0) + (NAMES if rows else 0.0)
    top = HEAD if columns else 0.0
    wide, high = cell or ((WIDTH - left) / across,) * 2
    gap = 1.0 if write else 0.0
    marks, shapes = [], []
    for c, name in enumerate(columns):
        shapes.append(f'<text class="head" x="{left + (c + 0.5) * wide:.1f}" y="14">{escape(name)}</text>')
    for r in range(count):
        y = top + r * high
        if pictures:
            side = high - 3
            shapes.append(f'<image x="0" y="{y + 1:.1f}" width="{side:g}" height="{side:g}" href="{pictures[r]}"/>')
        if rows:
            shapes.append(f'<text class="row" x="{left - NAMES:g}" y="{y + high / 2 + 4:.1f}">{escape(rows[r])}</text>')
        for c in range(across):
            x = left + c * wide
            shapes.append(
                f'<rect class="heat" x="{x + gap:.2f}" y="{y + gap:.2f}" width="{wide - 2 * gap:.2f}" '
                f'height="{high - 2 * gap:.2f}" style="--s:{shares[r, c]:.3f}"/>'
            )
            if write:
                shapes.append(
                    f'<text class="cell" x="{x + wide / 2:.1f}" y="{y + high / 2 + 4:.1f}">'
                    f"{escape(write(float(values[r, c])))}</text>"
                )
            index = picture(r, c) if picture else -1
            marks.append(Mark(x + wide / 2, y + high / 2, words(r, c), picture=index))
    return Plot(f'<g class="cells">{"".join(shapes)}</g>', marks, top + count * high, summary, cell=(wide, high))
