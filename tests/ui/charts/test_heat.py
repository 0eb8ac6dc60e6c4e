"""A heat map has a cell, a tint and words for each value."""

from __future__ import annotations

import re

import numpy as np
import pytest

from digit.ui.charts.heat import heat_chart
from digit.ui.charts.svg import WIDTH


def test_each_cell_has_its_tint_its_text_and_its_words() -> None:
    values = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    plot = heat_chart(
        values,
        values,
        lambda r, c: f"{r},{c}",
        "",
        rows=["up", "down"],
        columns=["a", "b", "c"],
        write=lambda v: f"{v:.1f}",
        picture=lambda r, c: 3 * r + c,
        height=30,
    )
    assert re.findall(r"--s:([\d.]+)", plot.shapes) == ["0.10", "0.20", "0.30", "0.40", "0.50", "0.60"]
    assert re.findall(r'class="cell"[^>]*>([\d.]+)<', plot.shapes) == ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]
    assert [m.words for m in plot.marks] == ["0,0", "0,1", "0,2", "1,0", "1,1", "1,2"]
    assert [m.picture for m in plot.marks] == list(range(6))
    assert all(name in plot.shapes for name in (">up<", ">down<", ">a<"))


def test_cells_without_text_are_drawn_in_runs_that_fill_each_row() -> None:
    shares = np.array([[0, 0, 0, 1.0], [0, 1, 0, 1]])
    plot = heat_chart(shares, shares, lambda r, c: "", "")
    widths = [float(w) for w in re.findall(r'class="heat"[^>]* width="([\d.]+)"', plot.shapes)]
    assert len(widths) == 2 + 4
    assert sum(widths) == pytest.approx(2 * WIDTH, abs=0.5)
    assert len(plot.marks) == 8
