"""The confusion matrix says its counts in cells, in words and as rows."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from digit.ui.charts.matrix import cell_words, matrix_html


def confusion() -> np.ndarray:
    counts = np.diag(np.full(10, 90))
    counts[4, 9], counts[7, 1] = 8, 2
    return counts


def test_every_cell_is_a_button_with_its_words() -> None:
    html = matrix_html(confusion(), "name")
    cells = re.findall(r'data-label="(\d)" data-guess="(\d)" tabindex="(-?\d)".*?aria-label="([^"]+)"', html)
    assert len(cells) == 100
    assert [words for label, guess, _, words in cells if (label, guess) == ("4", "9")] == [
        "8 of 98 4s were read as 9 (8.2 %)"
    ]
    assert [tab for *_, tab, _ in cells].count("0") == 1


def test_mistakes_are_tinted_by_their_number() -> None:
    html = matrix_html(confusion(), "name")
    assert '<td class="wrong" style="--share: 1.000"><button type="button" data-label="4" data-guess="9"' in html
    assert '<td class="wrong" style="--share: 0.250"><button type="button" data-label="7" data-guess="1"' in html
    assert html.count('class="none"') == 88
    assert 'class="wrong"' not in matrix_html(np.diag(np.full(10, 5)), "name")


def test_a_small_share_is_never_written_as_none() -> None:
    counts = np.diag(np.full(10, 9999))
    counts[2, 3] = 1
    assert '<span class="share">&lt;.1</span>' in matrix_html(counts, "name")


def test_a_set_without_a_digit_has_no_share_of_it() -> None:
    counts = confusion()
    counts[2] = 0
    html = matrix_html(counts, "name")
    assert "None of 0 2s were read right" in html
    assert "nan" not in html


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ((4, 9, 1, 982), "1 of 982 4s was read as 9 (0.1 %)"),
        ((1, 1, 1135, 1135), "1,135 of 1,135 1s were read right (100.0 %)"),
        ((0, 5, 0, 980), "None of 980 0s were read as 5"),
    ],
)
def test_words_of_a_cell(cell: tuple[int, int, int, int], words: str) -> None:
    assert cell_words(*cell) == words


def test_the_rows_to_save_hold_the_counts() -> None:
    found = re.search(r'data-name="name".*<pre class="rows" hidden>(.*?)</pre>', matrix_html(confusion(), "name"))
    assert found is not None
    rows = json.loads(found[1])
    assert rows[0] == ["label", *(f"read as {d}" for d in range(10))]
    assert np.array_equal(np.array(rows[1:], int)[:, 1:], confusion())
