"""Tables and curves hold the numbers they are given."""

from __future__ import annotations

import re

import numpy as np
import pytest

from digit.ui.figures import HEIGHT, WIDTH, class_table, confusion_table, curves


def test_mistakes_are_tinted_by_their_number_and_named() -> None:
    confusion = np.diag(np.full(10, 90))
    confusion[4, 9], confusion[7, 1] = 8, 2
    html = confusion_table(confusion)
    assert 'style="--share: 1.000" title="8 of the digit 4 read as 9">8<' in html
    assert 'style="--share: 0.250" title="2 of the digit 7 read as 1">2<' in html
    assert html.count('class="none"') == 88


def test_a_perfect_matrix_has_no_tint() -> None:
    assert "wrong" not in confusion_table(np.diag(np.full(10, 5)))


@pytest.mark.parametrize("name", ["digit", "precision", "support"])
def test_figures_that_are_no_numbers_do_not_reach_the_page(name: str) -> None:
    row = {"digit": 3, "precision": 0.9, "recall": 0.8, "f1": 0.85, "support": 30}
    assert '<th scope="row">3</th>' in class_table([row])
    with pytest.raises(ValueError):
        class_table([{**row, name: "<script>alert(1)</script>"}])


@pytest.mark.parametrize("values", [[0.5], [0.0, 0.0], [1e-9, 2e-9, 1e-9], [0.2, 0.9, 0.99], [3.0, float("nan"), 1.0]])
def test_curves_stay_inside_their_frame(values: list[float]) -> None:
    svg = curves(range(1, len(values) + 1), values, values, percent=False)
    for line in re.findall(r'points="([^"]+)"', svg):
        for x, y in (map(float, point.split(",")) for point in line.split()):
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT or np.isnan(y)


def test_a_share_is_labelled_in_percent() -> None:
    assert "98" in curves([1, 2], [0.95, 0.98], [0.97, 0.985], percent=True)
    assert " %</text>" in curves([1, 2], [0.95, 0.98], [0.97, 0.985], percent=True)
