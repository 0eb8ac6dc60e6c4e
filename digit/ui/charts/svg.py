"""Charts as SVG, with the text for each place that a pointer or an arrow key can reach.

Colours come from the page's style sheet, so a chart follows the light and dark themes. `digit.ui.charts.figure` puts a
drawing on the page with its text and downloads.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

from digit.ui.charts.axes import Axis

WIDTH = 400
"""Width of the drawing in units, about one pixel each."""


@dataclass(frozen=True)
class Mark:
    """A place of a chart that shows text when pointed at.

    Attributes:
        x, y: in units of the drawing, from its upper left corner.
        words: its text.
        series: its line; the arrow keys follow it.
        picture: index of its thumbnail in the sprite of the figure; -1 without one.
    """

    x: float
    y: float
    words: str
    series: str = ""
    picture: int = -1


@dataclass(frozen=True)
class Plot:
    """One drawing of a figure.

    Attributes:
        shapes: SVG elements.
        marks: places with text.
        height: in units of the drawing.
        summary: text alternative, one sentence.
        view: name of this drawing in a figure with several.
        cell: width and height of a cell if marks are centres of cells.
        reach: largest distance of a mark from the pointer, in units; None for any.
    """

    shapes: str
    marks: list[Mark]
    height: float
    summary: str
    view: str = ""
    cell: tuple[float, float] | None = None
    reach: float | None = None

    def named(self, view: str) -> Plot:
        """The same drawing as one of several."""
        return replace(self, view=view)


@dataclass(frozen=True)
class Frame:
    """Position of the axes in a drawing."""

    x: Axis
    y: Axis
    height: float = 250
    left: float = 50
    right: float = 16
    top: float = 28
    bottom: float = 42

    def across(self, value: float) -> float:
        return self.left + self.x.share(value) * (WIDTH - self.left - self.right)

    def up(self, value: float) -> float:
        return self.height - self.bottom - self.y.share(value) * (self.height - self.top - self.bottom)

    def shows(self, x: float, y: float) -> bool:
        """Whether a point lies inside; on a logarithmic axis, zero counts as the low end."""
        return (self.x.low <= x or self.x.log) and x <= self.x.high and self.y.low <= y <= self.y.high

    def axes(self) -> str:
        """Grid lines at the vertical ticks, a base line, labels, and horizontal titles."""
        end, base = WIDTH - self.right, self.height - self.bottom
        rows = "".join(
            f'<line x1="{self.left:g}" x2="{end:g}" y1="{self.up(v):.1f}" y2="{self.up(v):.1f}"/>'
            f'<text x="{self.left - 7:g}" y="{self.up(v) + 4:.1f}" text-anchor="end">{escape(label)}</text>'
            for v, label in self.y.ticks
        )
        columns = "".join(
            f'<text x="{self.across(v):.1f}" y="{base + 17:g}" text-anchor="middle">{escape(label)}</text>'
            for v, label in self.x.ticks
        )
        return (
            f'<g class="axes">{rows}{columns}<line class="base" x1="{self.left:g}" x2="{end:g}" y1="{base:g}" '
            f'y2="{base:g}"/><text class="title" x="0" y="11">{escape(self.y.title)}</text>'
            f'<text class="title" x="{end:g}" y="{self.height - 6:g}" text-anchor="end">{escape(self.x.title)}</text>'
            "</g>"
        )


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Attributes:
        name: its name, also the series of its marks.
        x, y: the points, of equal length.
        words: text of each point, of the same length.
        look: CSS classes: `accent`, `second` or `many`, with `on` for the highlighted one of many.
        label: text at its right end; "" for none.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    words: Sequence[str]
    look: str = "accent"
    label: str = ""


@dataclass(frozen=True)
class Point:
    """One point of a chart.

    Attributes:
        x, y: its values.
        words: its text.
        look: CSS classes: `accent`, `second`, `d0` to `d9`.
        radius: of its disc, in units.
        glyph: text in place of the disc.
        label: text beside it.
        span: low and high end of a whisker.
        picture: index of its thumbnail; -1 without one.
    """

    x: float
    y: float
    words: str
    look: str = "accent"
    radius: float = 4.5
    glyph: str = ""
    label: str = ""
    span: tuple[float, float] | None = None
    picture: int = -1


def xy_chart(
    frame: Frame,
    summary: str,
    *,
    lines: Sequence[Line] = (),
    points: Sequence[Point] = (),
    below: str = "",
    reach: float | None = None,
    bare: bool = False,
) -> Plot:
    """Lines and points over two axes.

    Points of a line within one unit of the previous one are not drawn, and those within four units have no text. Values
    outside the axes are drawn at their ends.

    Args:
        frame: the axes.
        summary: the text alternative.
        lines, points: drawn in this order, the last on top.
        below: SVG drawn under them.
        reach: largest distance of a mark from the pointer, in units; None for any.
        bare: leave out the axes.
    """
    drawn, marks = _lines(lines, frame)
    places = [(frame.across(p.x), frame.up(p.y), p) for p in points]
    for x, y, p in places:
        if p.span is not None:
            low, high = frame.up(p.span[0]), frame.up(p.span[1])
            drawn.append(f'<line class="whisker {p.look}" x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>')
        if p.glyph:
            drawn.append(f'<text class="glyph {p.look}" x="{x:.1f}" y="{y + 3.5:.1f}">{escape(p.glyph)}</text>')
        else:
            drawn.append(f'<circle class="dot {p.look}" cx="{x:.1f}" cy="{y:.1f}" r="{p.radius:g}"/>')
        marks.append(Mark(x, y, p.words, picture=p.picture))
    drawn.extend(_names(places, frame))
    axes = "" if bare else frame.axes()
    return Plot(axes + below + "".join(drawn), marks, frame.height, summary, reach=reach)


def _lines(lines: Sequence[Line], frame: Frame) -> tuple[list[str], list[Mark]]:
    drawn: list[str] = []
    marks: list[Mark] = []
    ends: list[tuple[float, float, Line]] = []
    for line in lines:
        places = [(frame.across(a), frame.up(b)) for a, b in zip(line.x, line.y, strict=True)]
        path = " ".join(f"{places[i][0]:.1f},{places[i][1]:.1f}" for i in _apart(places, 1))
        drawn.append(f'<polyline class="line {line.look}" data-series="{escape(line.name)}" points="{path}"/>')
        inside = [i for i, (a, b) in enumerate(zip(line.x, line.y, strict=True)) if frame.shows(a, b)]
        asked = (inside[i] for i in _apart([places[i] for i in inside], 4))
        marks.extend(Mark(*places[i], line.words[i], line.name) for i in asked)
        if places and line.label:
            ends.append((places[-1][1], places[-1][0], line))
    return [*drawn, *_end_labels(ends, frame)], marks


def _apart(places: Sequence[tuple[float, float]], least: float) -> list[int]:
    """Indices of places at least `least` units from the previously taken one; both ends are always taken."""
    taken: list[int] = []
    for i, (x, y) in enumerate(places):
        if not taken or i == len(places) - 1 or math.dist((x, y), places[taken[-1]]) >= least:
            taken.append(i)
    return taken


def _end_labels(ends: list[tuple[float, float, Line]], frame: Frame) -> Iterable[str]:
    """Labels at the right ends of lines, moved apart so that they do not touch."""
    lowest = frame.top - 14.0
    for y, x, line in sorted(ends, key=lambda end: end[0]):
        lowest = max(y, lowest + 14)
        yield (
            f'<text class="name {line.look}" data-series="{escape(line.name)}" x="{x + 7:.1f}" y="{lowest + 4:.1f}">'
            f"{escape(line.label)}</text>"
        )


def bar_chart(
    names: Sequence[str],
    values: Sequence[float],
    words: Sequence[str],
    axis: Axis,
    summary: str,
    *,
    title: str = "",
    labels: Sequence[str] | None = None,
    every: int = 1,
    look: str = "accent",
) -> Plot:
    """Vertical bars.

    Args:
        names: labels under the bars.
        values: heights.
        words: text of each bar.
        axis: the vertical axis; bars start at its low end.
        summary: the text alternative.
        title: of the horizontal axis.
        labels: text above the bars.
        every: write only every n-th name.
        look: CSS class.
    """
    ticks = tuple((i + 0.5, name) for i, name in enumerate(names) if i % every == 0)
    frame = Frame(Axis(title, 0, len(names), ticks), axis)
    step = frame.across(1) - frame.across(0)
    wide = step * (0.72 if len(names) <= 40 else 1)
    base = frame.height - frame.bottom
    marks, shapes = [], []
    for i, (value, said) in enumerate(zip(values, words, strict=True)):
        x, y = frame.across(i + 0.5), frame.up(value)
        shapes.append(
            f'<rect class="bar {look}" x="{x - wide / 2:.2f}" width="{wide:.2f}" y="{y:.1f}" height="{base - y:.1f}"/>'
        )
        if labels is not None:
            shapes.append(f'<text class="value" x="{x:.1f}" y="{y - 5:.1f}">{escape(labels[i])}</text>')
        marks.append(Mark(x, y, said))
    return Plot(frame.axes() + "".join(shapes), marks, frame.height, summary)


def _names(places: Sequence[tuple[float, float, Point]], frame: Frame) -> Iterable[str]:
    """Labels beside the points, each at the first of ten positions that is free and inside the drawing."""
    taken = [(x - p.radius, y - p.radius, x + p.radius, y + p.radius) for x, y, p in places]
    for x, y, p in places:
        if not p.label:
            continue
        width, away = (6.9 if p.look == "accent" else 6.2) * len(p.label) + 2, p.radius + 4
        spots = [
            (x + away, y + 4, "start"),
            (x - away, y + 4, "end"),
            (x, y - away - 2, "middle"),
            (x, y + away + 10, "middle"),
            (x + away - 2, y - away + 1, "start"),
            (x + away - 2, y + away + 7, "start"),
            (x - away + 2, y - away + 1, "end"),
            (x - away + 2, y + away + 7, "end"),
            (WIDTH, y - away - 2, "end"),
            (WIDTH, y + away + 10, "end"),
        ]
        for left, baseline, anchor in spots:
            start = left - {"start": 0.0, "end": width, "middle": width / 2}[anchor]
            box = (start, baseline - 10, start + width, baseline + 2)
            inside = box[0] >= frame.left and box[2] <= WIDTH and frame.top - 8 <= box[1]
            if inside and box[3] <= frame.height - frame.bottom and not any(_touch(box, other) for other in taken):
                taken.append(box)
                yield (
                    f'<text class="name {p.look}" x="{left:.1f}" y="{baseline:.1f}" text-anchor="{anchor}">'
                    f"{escape(p.label)}</text>"
                )
                break


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
