"""Axes span what they are given, and their ticks are few and round."""

from __future__ import annotations

import math

import pytest

from digit.ui.charts.axes import byte_size, linear_axis, log_axis, share_percent, short


@pytest.mark.parametrize(
    "values", [[0.5], [0.0, 0.0], [1e-9, 2e-9], [0.2, 0.99], [3.0, math.nan, 1.0], [], [-4.0, 7.0]]
)
def test_a_linear_axis_spans_its_values_with_few_round_ticks(values: list[float]) -> None:
    axis = linear_axis("x", values)
    assert axis.low < axis.high
    assert all(0 <= axis.share(v) <= 1 for v in values if math.isfinite(v))
    assert 2 <= len(axis.ticks) <= 8
    assert all(axis.low <= v <= axis.high for v, _ in axis.ticks)
    assert len({label for _, label in axis.ticks}) == len(axis.ticks)


def test_what_is_never_negative_starts_at_zero_or_above() -> None:
    assert linear_axis("x", [0.0, 10.0]).low == 0


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.002, 0.07], ["0.2 %", "0.5 %", "1 %", "2 %", "5 %"]),
        ([1e-4, 1], ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"]),
    ],
)
def test_a_logarithmic_axis_has_ticks_at_powers_or_between_them(values: list[float], labels: list[str]) -> None:
    assert [label for _, label in log_axis("x", values, share_percent).ticks] == labels


def test_a_logarithmic_axis_takes_equal_ratios_for_equal_steps() -> None:
    axis = log_axis("x", [], low=1, high=100)
    assert [axis.share(v) for v in (1, 10, 100, 0, 1000)] == pytest.approx([0, 0.5, 1, 0, 1])
    with pytest.raises(ValueError, match="0 < low < high"):
        log_axis("x", [], low=0, high=1)


def test_a_place_needs_a_finite_number() -> None:
    with pytest.raises(ValueError, match="finite"):
        linear_axis("x", [0, 1]).share(math.nan)


def test_numbers_are_written_for_people() -> None:
    assert [short(v) for v in (60_000, 0.25, 12)] == ["60,000", "0.25", "12"]
    assert share_percent(0.9966) == "99.66 %"
    assert [byte_size(v) for v in (890, 42_000, 1_309_056)] == ["890 B", "42 kB", "1.31 MB"]
