"""A figure carries its drawing, its words, its numbers and its downloads."""

from __future__ import annotations

import json
import re
from html import unescape

from digit.ui.charts.figure import figure, rows_json, table_figure
from digit.ui.charts.svg import Mark, Plot

PLOT = Plot("<path/>", [Mark(1, 2, 'a "quoted" & <b>'), Mark(3, 4, "second", "line", 7)], 100, "What it shows")


def test_marks_and_numbers_come_back_as_they_were() -> None:
    numbers = rows_json(["name", "value"], [['comma, "quote"', 1.5], ["<b>&", 2]])
    html = figure("file", "Title", PLOT, numbers, sprite="tiles")
    marks = json.loads(unescape(re.findall(r'<pre class="marks" hidden>(.*?)</pre>', html, re.S)[0]))
    assert marks == [[1, 2, 'a "quoted" & <b>'], [3, 4, "second", "line", 7]]
    rows = json.loads(unescape(re.findall(r'<pre class="rows" hidden>(.*?)</pre>', html, re.S)[0]))
    assert rows == [["name", "value"], ['comma, "quote"', "1.5"], ["<b>&", "2"]]
    assert 'data-name="file"' in html
    assert 'data-sprite="tiles"' in html


def test_the_drawing_has_a_text_alternative_and_takes_the_keyboard() -> None:
    html = figure("file", "Title", PLOT, '[["a"],["1"]]')
    assert 'role="img" aria-label="What it shows"' in html
    assert '<div class="plot" tabindex="0" role="group"' in html
    assert html.count("data-save=") == 2


def test_of_several_drawings_the_first_is_shown() -> None:
    html = figure("file", "Title", [PLOT.named("log"), PLOT.named("linear")], '[["a"],["1"]]')
    assert re.findall(r'data-view="(\w+)" aria-pressed="(\w+)"', html) == [("log", "true"), ("linear", "false")]
    assert re.findall(r'class="plot"[^>]*data-view="(\w+)"( hidden)?>', html) == [("log", ""), ("linear", " hidden")]


def test_without_numbers_nothing_is_saved_as_csv() -> None:
    html = figure("file", "Title", PLOT)
    assert re.findall(r'data-save="(\w+)"', html) == ["png"]
    assert "Values" not in html


def test_a_table_gives_its_numbers_and_no_picture() -> None:
    html = table_figure("file", "Title", "<table></table>", '[["a"],["1"]]')
    assert re.findall(r'data-save="(\w+)"', html) == ["csv"]
