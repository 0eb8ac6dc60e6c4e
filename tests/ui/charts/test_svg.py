"""Drawings hold the values they are given, inside their frame, and every place says its words."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from digit.ui.charts.axes import linear_axis
from digit.ui.charts.svg import WIDTH, Frame, Line, Point, bar_chart, xy_chart

FRAME = Frame(linear_axis("x", [], low=0, high=10), linear_axis("y", [], low=0, high=1))


def attributes(shapes: str, name: str) -> list[float]:
    return [float(v) for v in re.findall(rf'\b{name}="([-\d.]+)"', shapes)]


def test_a_line_runs_through_its_points() -> None:
    words = ["start", "middle", "end"]
    plot = xy_chart(FRAME, "", lines=[Line("a", [0, 5, 10], [0, 1, 0.5], words, label="a")])
    (path,) = re.findall(r'points="([^"]+)"', plot.shapes)
    points = [tuple(map(float, point.split(","))) for point in path.split()]
    expected = [(FRAME.across(x), FRAME.up(y)) for x, y in ((0, 0), (5, 1), (10, 0.5))]
    assert [v for p in points for v in p] == pytest.approx([v for p in expected for v in p], abs=0.06)
    assert [(m.words, m.series) for m in plot.marks] == [(w, "a") for w in words]


def test_what_lies_outside_is_drawn_on_the_border_and_cannot_be_asked() -> None:
    plot = xy_chart(FRAME, "", lines=[Line("a", [-5, 5, 20], [0.5, 9, 0.5], ["left", "above", "right"])])
    assert plot.marks == []
    (path,) = re.findall(r'points="([^"]+)"', plot.shapes)
    for x, y in (map(float, point.split(",")) for point in path.split()):
        assert FRAME.left <= x <= WIDTH - FRAME.right
        assert FRAME.top <= y <= FRAME.height - FRAME.bottom


def test_a_crowd_of_points_is_thinned_but_keeps_its_ends() -> None:
    count = 5000
    x = [10 * i / (count - 1) for i in range(count)]
    plot = xy_chart(FRAME, "", lines=[Line("a", x, [0.5] * count, [str(i) for i in range(count)])])
    assert len(plot.marks) < 100
    assert (plot.marks[0].words, plot.marks[-1].words) == ("0", str(count - 1))


def test_names_at_line_ends_do_not_touch() -> None:
    lines = [Line(name, [0, 10], [0.5, 0.5], ["", ""], label=name) for name in ("one", "two", "three")]
    heights = [float(y) for y in re.findall(r'class="name[^>]* y="([\d.]+)"', xy_chart(FRAME, "", lines=lines).shapes)]
    assert len(heights) == 3
    assert min(b - a for a, b in pairwise(heights)) >= 13.9


def test_names_of_points_keep_clear_of_each_other_and_of_the_border() -> None:
    points = [Point(x, y, "", label=f"system {i}") for i, (x, y) in enumerate([(5, 0.5), (5.2, 0.52), (9.9, 0.5)])]
    shapes = xy_chart(FRAME, "", points=points).shapes
    names = re.findall(r'class="name accent" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)"', shapes)
    assert len(names) == 3
    assert names[2][2] == "end"  # to the left of the last point, where there is room


def test_whiskers_span_what_they_say() -> None:
    shapes = xy_chart(FRAME, "", points=[Point(5, 0.5, "", span=(0.25, 0.75))]).shapes
    whisker = re.findall(r'<line class="whisker[^>]*>', shapes)[0]
    assert attributes(whisker, "y1") == pytest.approx([FRAME.up(0.25)], abs=0.06)
    assert attributes(whisker, "y2") == pytest.approx([FRAME.up(0.75)], abs=0.06)


def test_bars_are_as_high_as_their_values() -> None:
    axis = linear_axis("n", [], low=0, high=100)
    plot = bar_chart(["a", "b"], [50, 100], ["fifty", "hundred"], axis, "", labels=["50", "100"])
    low, high = attributes("".join(re.findall("<rect[^>]*>", plot.shapes)), "height")
    assert high == pytest.approx(2 * low, abs=0.2)
    assert [m.words for m in plot.marks] == ["fifty", "hundred"]


def test_nothing_that_is_written_becomes_markup() -> None:
    evil = "<script>alert(1)</script>"
    frame = Frame(linear_axis(evil, [0, 1]), linear_axis(evil, [0, 1]))
    plot = xy_chart(
        frame,
        evil,
        lines=[Line(evil, [0, 1], [0, 1], [evil, evil], label=evil)],
        points=[Point(0, 0, evil, label=evil)],
    )
    assert "<script" not in plot.shapes
