"""The axes of a chart: range, ticks and number formats."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Write = Callable[[float], str]


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        title: the quantity with its unit.
        low, high: the values at its ends, low < high.
        ticks: values between the ends, each with its label.
        log: logarithmic; `low` must be above 0.
    """

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def share(self, value: float) -> float:
        """Position of a value, 0 at the low end to 1 at the high end; values outside are clipped."""
        if not math.isfinite(value):
            raise ValueError(f"Expected a finite number on the axis {self.title!r}, got {value!r}.")
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log(low), math.log(high), math.log(max(value, self.low))
        return min(max((value - low) / (high - low), 0.0), 1.0)


def linear_axis(
    title: str,
    values: Iterable[float],
    write: Write | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Axis:
    """An axis that spans the values with a margin, not below zero unless a value is; `low` and `high` fix its ends."""
    finite = [float(v) for v in values if math.isfinite(v)] or [0.0]
    least, most = min(finite), max(finite)
    margin = 0.05 * (most - least) or 0.5 * abs(most) or 1.0
    start = (max(least - margin, 0.0) if least >= 0 else least - margin) if low is None else low
    end = most + margin if high is None else high
    if not start < end:
        end = start + (abs(start) or 1.0)
    ticks = _round_numbers(start, end)
    return Axis(title, start, end, tuple((v, (write or short)(v)) for v in ticks))


def log_axis(
    title: str,
    values: Iterable[float],
    write: Write | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Axis:
    """A logarithmic axis over the positive values; `low` and `high` fix its ends."""
    positive = [float(v) for v in values if math.isfinite(v) and v > 0] or [1.0]
    start = min(positive) / 1.25 if low is None else low
    end = max(positive) * 1.25 if high is None else high
    if not 0 < start < end:
        raise ValueError(f"Expected 0 < low < high for a logarithmic axis, got {start} and {end}.")
    decades = math.log10(end / start)
    steps = (1.0,) if decades > 2.2 else (1.0, 2.0, 5.0)
    powers = range(math.floor(math.log10(start)), math.ceil(math.log10(end)) + 1)
    ticks = [s * 10.0**p for p in powers for s in steps if start <= s * 10.0**p * (1 + 1e-9) <= end * (1 + 1e-8)]
    if decades > 7:  # every other decade is enough
        ticks = ticks[::2]
    return Axis(title, start, end, tuple((v, (write or short)(v)) for v in ticks), log=True)


def short(value: float) -> str:
    """At most four significant digits, with thousands separators: "0.25", "12", "60,000"."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def share_percent(value: float) -> str:
    """A share, 0 to 1, in percent: "99.66 %", "0.5 %"."""
    return f"{100 * value:.4g} %"


def byte_size(value: float) -> str:
    """A number of bytes: "890 B", "42 kB", "1.31 MB"."""
    for unit, power in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= power:
            return f"{value / power:.3g} {unit}"
    return f"{value:.0f} B"


def _round_numbers(low: float, high: float) -> list[float]:
    """Three to seven round numbers between the ends, in steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * min((1, 2, 5, 10), key=lambda factor: abs(factor * power - rough))
    first = math.ceil(low / step - 1e-9)
    return [round(step * i, 12) for i in range(first, math.floor(high / step + 1e-9) + 1)]
