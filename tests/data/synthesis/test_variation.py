"""Variations keep a line whole, and in the field."""

from __future__ import annotations

import numpy as np

from digit.data.synthesis.lines import HEIGHT
from digit.data.synthesis.variation import vary
from digit.numbers.line_image import LINE_HEIGHT


def marked() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """A line with a mark at both of its ends."""
    line = np.zeros((HEIGHT, 300), np.float32)
    line[20:36, 2:8] = line[20:36, -8:-2] = 1
    return line


def test_variations_keep_all_of_a_line_in_the_field() -> None:
    for seed in range(40):
        varied = vary(marked(), np.random.default_rng(seed), 160)
        assert varied.shape == (LINE_HEIGHT, 160)
        assert varied.dtype == np.float32
        assert 0 <= varied.min() <= varied.max() <= 1
        columns = varied.sum(axis=0)
        assert columns[:40].max() > 1, "the left end is gone"
        assert columns[90:].max() > 1, "the right end is gone"


def test_some_lines_vary_a_little_and_others_much() -> None:
    """By the slant of an upright bar."""
    bar = np.zeros((LINE_HEIGHT, 80), np.float32)
    bar[4:36, 38:42] = 1
    slants = []
    for seed in range(150):
        varied = vary(bar, np.random.default_rng(seed), 112)
        upper, lower = (np.flatnonzero(varied[rows].sum(axis=0) > 1).mean() for rows in (slice(4, 16), slice(24, 36)))
        slants.append(abs(upper - lower))
    assert np.quantile(slants, 0.2) < 1.2
    assert np.quantile(slants, 0.9) > 3
