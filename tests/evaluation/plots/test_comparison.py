"""Systems side by side: every one of them is in the figure, at its place and under its name."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from digit.evaluation.plots import comparison as comparison_plots

ROWS = [
    {"name": "flagship", "kind": "preset", "accuracy": 0.996, "bytes": 1_300_000, "latency_ms": 0.2},
    {"name": "cnn", "kind": "preset", "accuracy": 0.99, "bytes": 900_000, "latency_ms": 0.1},
    {"name": "cnn_too", "kind": "preset", "accuracy": 0.99, "bytes": 910_000, "latency_ms": 0.1},
    {"name": "neighbours", "kind": "baseline", "accuracy": 0.97, "bytes": 190_000_000, "latency_ms": None},
]
KINDS = ["fog", "canny_edges", "jpeg"]


def names(ax: Axes) -> list[str]:
    """Every text that stands in the axes."""
    return [text.get_text() for text in ax.texts]


def test_error_against_size() -> None:
    """Networks and baselines lie at their size in MB and their error in percent, each with its name."""
    ax = comparison_plots.error_against(ROWS, "bytes")
    networks, baselines = (np.asarray(c.get_offsets()) for c in ax.collections)
    np.testing.assert_allclose(networks, [[1.3, 0.4], [0.9, 1], [0.91, 1]])
    np.testing.assert_allclose(baselines, [[190, 3]])
    assert sorted(names(ax)) == ["cnn", "cnn_too", "flagship", "neighbours"]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_a_system_without_the_cost_is_left_out() -> None:
    """What was not measured is not drawn, and nothing to draw is an empty figure."""
    assert sorted(names(comparison_plots.error_against(ROWS, "latency_ms"))) == ["cnn", "cnn_too", "flagship"]
    assert names(comparison_plots.error_against([], "bytes")) == []


def test_names_of_close_points_do_not_cover_each_other() -> None:
    """Two systems at the same place have names at different heights."""
    ax = comparison_plots.error_against(ROWS, "bytes")
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()
    boxes = {text.get_text(): Text.get_window_extent(text) for text in ax.texts}  # without the leader lines
    assert not boxes["cnn"].overlaps(boxes["cnn_too"])


def test_a_perfect_reader_has_a_place() -> None:
    """No error at all lies at the foot of the logarithmic axis instead of at minus infinity."""
    ax = comparison_plots.error_against([{**ROWS[0], "accuracy": 1.0}], "bytes")
    assert np.isfinite(np.asarray(ax.collections[0].get_offsets())).all()
    assert names(ax) == ["flagship"]


def test_robustness_map_writes_every_accuracy() -> None:
    """A number in each cell, in percent, and the kinds in words."""
    accuracy = np.linspace(0.4, 1, 15).reshape(3, 5)
    ax = comparison_plots.robustness_map(accuracy, KINDS)
    assert names(ax) == [f"{100 * value:.1f}" for value in accuracy.ravel()]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["fog", "canny edges", "jpeg"]
    assert [label.get_text() for label in ax.get_xticklabels()] == list("12345")


@pytest.mark.parametrize("count", [1, 2])
def test_robustness_figure_has_one_map_for_each_system(count: int) -> None:
    """Side by side, in the same shades, with clean and corrupted accuracy in the title."""
    accuracy = np.full((count, 3, 5), 0.75)
    figure = comparison_plots.robustness_figure(accuracy, ["a", "b"][:count], KINDS, np.full(count, 0.995))
    assert [ax.get_title() for ax in figure.axes] == [f"{n}\nclean 99.50 %, corrupted 75.00 %" for n in "ab"[:count]]
    assert {ax.images[0].get_clim() for ax in figure.axes} == {(0.75, 1.0)}


def test_corruption_examples_lie_in_their_cells() -> None:
    """Kinds in rows, severities in columns, dark on white."""
    examples = np.random.default_rng(1).integers(0, 256, (3, 5, 28, 28), dtype=np.uint8)
    sheet = np.asarray(comparison_plots.corruption_examples(examples, KINDS).images[0].get_array())
    np.testing.assert_array_equal(sheet[60:88, 90:118], 255 - examples[2, 3])
