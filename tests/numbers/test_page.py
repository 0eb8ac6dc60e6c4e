"""All ink of a page is found, on any paper and in any light, and blank paper has none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from digit.numbers.page import page_ink
from tests.imaging.drawing import (
    Coverage,
    Picture,
    agreement,
    grained,
    jpeg,
    paint,
    ruled,
    shading,
    shadow,
    to_picture,
    with_desk,
)
from tests.numbers.rows import blank, write

SIZE = (378, 504)


def on_desk(coverage: Coverage) -> Picture:
    return jpeg(grained(with_desk(paint(coverage, (225, 222, 210), (60, 60, 65)), "lrtb", share=0.1), 2.0), 80)


def in_light(light: np.ndarray) -> Callable[[Coverage], Picture]:
    return lambda coverage: jpeg(grained(to_picture(paint(coverage, (225, 225, 225), (60, 60, 60)) * light), 2.0), 80)


SCENES: dict[str, Callable[[Coverage], Picture]] = {
    "drawing": paint,
    "drawing, light on dark": lambda coverage: paint(coverage, (0, 0, 0), (255, 255, 255)),
    "photo": lambda coverage: jpeg(grained(paint(coverage, (225, 222, 210), (60, 60, 65)), 3.0), 80),
    "uneven light": in_light(shading(SIZE, 0.5)),
    "shadow": in_light(shadow(SIZE)),
    "chalk": lambda coverage: jpeg(grained(paint(coverage, (45, 60, 50), (215, 220, 215)), 3.0), 80),
    "ruled": lambda coverage: jpeg(grained(paint(coverage, ruled(SIZE), (40, 45, 70)), 2.0), 80),
    "desk": on_desk,
}


@pytest.mark.parametrize("name", SCENES)
def test_two_rows_are_found_whole(name: str) -> None:
    """Both rows are in the ink, and little else is."""
    coverage = blank(SIZE)
    write(coverage, "3805", left=90, top=90, height=60, pen=5)
    write(coverage, "629", left=120, top=220, height=60, pen=5)
    page = page_ink(SCENES[name](coverage))
    assert agreement(page.ink, coverage) > 0.9
    assert 3 < page.pen < 8


@pytest.mark.parametrize("noise", [0.0, 3.0, 9.0])
def test_blank_paper_has_no_ink(noise: float) -> None:
    """Grain, coloured or grey, is no writing."""
    rng = np.random.default_rng(1)
    grey = rng.normal(0, noise, (*SIZE, 1)).repeat(3, axis=2)
    assert not page_ink(jpeg(to_picture(215 + grey), 80)).ink.any()
    assert not page_ink(jpeg(grained(np.full((*SIZE, 3), 215, np.uint8), noise), 80)).ink.any()


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (5, 5)])
def test_tiny_pictures(size: tuple[int, int]) -> None:
    """A picture of a few pixels is no error."""
    assert page_ink(np.full((*size, 3), 90, np.uint8)).ink.shape == size
