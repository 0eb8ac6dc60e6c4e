"""The digits, the boxes and the CSV are those of the number, and doubt shows by more than colour."""

from __future__ import annotations

import html
import json
import re

import numpy as np

from digit.numbers.number import Number, NumberDigit
from digit.types import Box
from digit.ui.components.number_answer import marks_html, number_html, number_json, picture_html, said_html
from tests.ui.rows import records

SIZE = 200, 100


def digit(value: int, confidence: float, box: Box, doubtful: bool = False) -> NumberDigit:
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[value] = confidence
    return NumberDigit(value, confidence, box, probabilities, doubtful)


NUMBER = Number(
    (
        (digit(4, 0.98, (20, 10, 10, 20)), digit(9, 0.5, (40, 10, 12, 20), doubtful=True)),
        (digit(7, 0.9, (20, 60, 10, 30)),),
    )
)


def test_rows_digits_and_sentence() -> None:
    page = number_html(NUMBER, SIZE)
    rows = [re.findall(r">(\d)</button>", row) for row in page.split('<div class="row">')[1:]]
    assert rows == [["4", "9"], ["7"]]
    assert 'data-text="49\n7"' in page
    assert "This looks like 49 and 7 (not sure of the 9)" in page
    assert "44 % sure of all 3 digits" in page
    assert 'data-verdict="unsure"' in page


def test_how_sure_it_is_of_one_and_of_two_digits() -> None:
    first, second = NUMBER.rows[0]
    assert ">98 % sure<" in number_html(Number(((first,),)), SIZE)
    assert ">49 % sure of both digits<" in number_html(Number(((first, second),)), SIZE)


def test_one_digit_alone_is_reached_by_tab() -> None:
    assert re.findall(r'tabindex="(-?\d)"', number_html(NUMBER, SIZE)) == ["0", "-1", "-1"]


def test_doubt_is_said_and_marked() -> None:
    page = number_html(NUMBER, SIZE)
    assert re.findall(r'aria-label="(\d[^"]*)"', page) == ["4", "9, doubtful", "7"]
    assert page.count('class="doubtful"') == 1
    assert re.findall(r'class="mark doubtful" data-at="(\d)"', marks_html(NUMBER, SIZE)) == ["1"]


def test_what_is_looked_at_has_all_ten_digits_best_first() -> None:
    found = re.search(r'data-digits="([^"]*)"', number_html(NUMBER, SIZE))
    assert found is not None
    data = json.loads(html.unescape(found[1]))
    assert [len(one["bars"]) for one in data] == [10, 10, 10]
    assert data[0]["bars"][0] == [4, 0.98, "98 %"]
    assert data[0]["box"] == [0.1, 0.1, 0.05, 0.2]
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
    lines = list(records(number_json(NUMBER)))
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
    assert "No digits found in what is written here" in number_html(Number(()), SIZE)
