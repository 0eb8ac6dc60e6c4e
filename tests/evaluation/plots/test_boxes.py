"""The figure of a number shows the picture and a box with its digit at every place."""

from __future__ import annotations

import numpy as np

from digit.evaluation.plots.boxes import DOUBT, number_figure
from digit.numbers.number import Number, NumberDigit, Row


def test_boxes_are_drawn_at_their_places() -> None:
    """A picture larger than the figure's is brought down with its boxes; a doubtful digit has another colour."""
    flat = np.full(10, 0.1, np.float32)
    digits = (NumberDigit(3, 0.9, (300, 600, 60, 90), flat), NumberDigit(8, 0.5, (900, 600, 60, 90), flat))
    number = Number((Row("3.8", 0.5, digits),))
    ax = number_figure(np.full((1512, 3024), 255, np.uint8), number).axes[0]
    first, second = ax.patches
    assert first.get_bbox().bounds == (150, 300, 30, 45)
    assert [text.get_text() for text in ax.texts] == ["3", "8"]
    assert ax.texts[1].get_color() == DOUBT
    assert first.get_edgecolor() != second.get_edgecolor()
