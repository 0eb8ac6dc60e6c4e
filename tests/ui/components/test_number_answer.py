"""The rows, the boxes and the CSV are those of the number, and doubt shows by more than colour."""

from __future__ import annotations

import html
import json
import re

import numpy as np
import pytest

from digit.numbers.number import Number, NumberDigit, Row
from digit.types import Box
from digit.ui.components.number_answer import (
    marks_html,
    moving_number_html,
    number_html,
    number_json,
    picture_html,
    said_html,
)
from tests.ui.rows import records

SIZE = 200, 100


def digit(value: int, confidence: float, box: Box) -> NumberDigit:
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[value] = confidence
    return NumberDigit(value, confidence, box, probabilities)


FIRST = Row("-4.9", 0.5, (digit(4, 0.98, (20, 10, 10, 20)), digit(9, 0.5, (40, 10, 12, 20))))
SECOND = Row("7", 0.9, (digit(7, 0.9, (20, 60, 10, 30)),))
NUMBER = Number((FIRST, SECOND))


def rows_of(page: str) -> list[str]:
    """The text of each row, without its elements."""
    rows = re.findall(r'<div class="row[^>]*>(.*?)</div>', page)
    return [re.sub("<[^>]*>", "", row) for row in rows]


@pytest.mark.parametrize("page", [number_html(NUMBER, SIZE), moving_number_html(NUMBER)], ids=["still", "moving"])
def test_rows_are_shown_as_they_are_written(page: str) -> None:
    assert rows_of(page) == ["-4.9", "7"]
    assert re.findall(r'<span class="separator">(.)</span>', page) == ["-", "."]
    assert "This looks like -4.9 and 7 (check 1 of them)" in page
    assert "45 % sure of both numbers" in page
    assert 'data-verdict="unsure"' in page
    assert "--longest: 3.25; --rows: 2" in page


def test_only_digits_are_buttons_and_only_where_they_stand_still() -> None:
    page = number_html(NUMBER, SIZE)
    assert re.findall(r">(.)</button>", page) == ["4", "9", "7"]
    assert re.findall(r'data-at="(\d)"', page) == ["0", "1", "2"]
    assert 'role="toolbar"' in page
    assert 'data-text="-4.9\n7"' in page
    assert "<button" not in moving_number_html(NUMBER)


def test_how_sure_it_is_of_one_number_and_of_three() -> None:
    assert ">90 % sure<" in number_html(Number((SECOND,)), SIZE)
    assert ">73 % sure of all 3 numbers<" in number_html(Number((SECOND,) * 3), SIZE)
    assert 'data-verdict="digit"' in number_html(Number((SECOND,)), SIZE)


def test_one_digit_alone_is_reached_by_tab() -> None:
    assert re.findall(r'tabindex="(-?\d)"', number_html(NUMBER, SIZE)) == ["0", "-1", "-1"]


def test_doubt_is_said_and_marked() -> None:
    page = number_html(NUMBER, SIZE)
    assert re.findall(r'aria-label="(\d(?:, doubtful)?)"', page) == ["4", "9, doubtful", "7"]
    assert page.count('class="doubtful"') == 1
    assert page.count('class="row doubtful"') == 1
    assert re.findall(r'class="mark doubtful" data-at="(\d)"', marks_html(NUMBER, SIZE)) == ["1"]
    rows = re.findall(r'role="group" aria-label="([^"]*)" title="([^"]*)"', page)
    assert rows == [("-4.9, 50 % sure, check it", "50 % sure, check it"), ("7, 90 % sure", "90 % sure")]


def test_what_is_looked_at_has_all_ten_digits_best_first() -> None:
    found = re.search(r'data-digits="([^"]*)"', number_html(NUMBER, SIZE))
    assert found is not None
    data = json.loads(html.unescape(found[1]))
    assert [len(one["bars"]) for one in data] == [10, 10, 10]
    assert data[0]["bars"][0] == [4, 0.98, "98 %"]
    assert data[0]["box"] == [0.1, 0.1, 0.05, 0.2]
    assert [one["confidence"] for one in data] == [0.98, 0.5, 0.9]
    assert [one["doubtful"] for one in data] == [False, True, False]


def test_boxes_are_shares_of_the_picture() -> None:
    places = re.findall(r"left:([\d.]+)%;top:([\d.]+)%;width:([\d.]+)%;height:([\d.]+)%", marks_html(NUMBER, SIZE))
    assert [tuple(map(float, place)) for place in places] == [
        (10.0, 10.0, 5.0, 20.0),
        (20.0, 10.0, 6.0, 20.0),
        (10.0, 60.0, 5.0, 30.0),
    ]
    assert "--ratio: 200 / 100" in picture_html(NUMBER, SIZE, np.zeros((50, 100, 3), np.uint8))


def test_the_rows_to_save_have_one_for_each_digit() -> None:
    lines = records(number_json(NUMBER))
    assert list(lines[0])[:4] == ["row_text", "row_confidence", "row", "place"]
    assert [(line["row_text"], line["row_confidence"]) for line in lines] == [
        ("-4.9", "0.5"),
        ("-4.9", "0.5"),
        ("7", "0.9"),
    ]
    assert [(line["row"], line["place"], line["digit"]) for line in lines] == [
        ("1", "1", "4"),
        ("1", "2", "9"),
        ("2", "1", "7"),
    ]
    assert lines[1]["doubtful"] == "yes"
    assert [lines[2][key] for key in ("x", "y", "width", "height")] == ["20", "60", "10", "30"]


def test_sentences_are_escaped_and_nothing_is_read() -> None:
    page = said_html("<b>odd</b>", "error")
    assert "&lt;b&gt;odd" in page
    assert 'data-verdict="error"' in page
    assert "No number found on this picture" in number_html(Number(), SIZE)
    assert "No number found on this picture" in moving_number_html(Number())
