"""A line's ink and its fitting: paper and shade go, digits stay, places can be found again."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.numbers.line_image import LINE_HEIGHT, MARGIN, MAX_WIDTH, WIDTH_STEP, dark_on_light, fit_line, line_ink


def written(paper: NDArray[np.float32] | float = 200.0, darkness: float = 120.0) -> NDArray[np.uint8]:
    """A zero and a stroke on paper, uint8 (60, 180)."""
    ink = np.zeros((60, 180), np.float32)
    cv2.ellipse(ink, (50, 30), (14, 20), 0, 0, 360, 1.0, 4, cv2.LINE_AA)
    cv2.line(ink, (110, 10), (104, 50), 1.0, 4, cv2.LINE_AA)
    return np.clip(paper - darkness * ink, 0, 255).astype(np.uint8)


def test_ink_is_one_on_strokes_and_zero_on_paper() -> None:
    ink = line_ink(written())
    assert ink.dtype == np.float32
    assert ink.shape == (60, 180)
    assert ink[30, 107] > 0.9
    assert ink[:, 140:].max() == 0


def test_faint_ink_is_as_strong_as_dark_ink() -> None:
    np.testing.assert_allclose(line_ink(written(darkness=40)), line_ink(written(darkness=120)), atol=0.06)


def test_light_ink_on_dark_paper_is_turned_over() -> None:
    """Chalk is read like ink, and ink stays as it is."""
    dark = written()
    np.testing.assert_array_equal(dark_on_light(dark), dark)
    np.testing.assert_array_equal(dark_on_light(np.asarray(255 - dark, np.uint8)), dark)


def test_a_dark_edge_does_not_turn_ink_over() -> None:
    """What differs from the paper is darker, though the shadow at the edge is no ink."""
    shadowed = written()
    shadowed[:, :30] //= 2
    np.testing.assert_array_equal(dark_on_light(shadowed), shadowed)


def test_blank_paper_has_no_ink_either_way() -> None:
    for level in (0, 128, 255):
        blank = np.full((40, 90), level, np.uint8)
        assert dark_on_light(blank).std() == 0
        assert line_ink(dark_on_light(blank)).max() == 0


def test_a_shade_across_the_paper_leaves_no_ink() -> None:
    shade = np.linspace(230, 130, 180, dtype=np.float32)[np.newaxis]
    ink = line_ink(written(shade, darkness=100))
    assert ink[:, 130:].max() < 0.25
    assert ink[30, 107] > 0.7


def test_grain_of_blank_paper_stays_faint() -> None:
    grain = np.random.default_rng(0).normal(200, 2, (60, 180))
    assert line_ink(grain.astype(np.uint8)).mean() < 0.15


def test_fitting_keeps_the_aspect_and_tells_the_way_back() -> None:
    ink = np.zeros((80, 200), np.float32)
    ink[20:60, 150] = 1
    fitted, scale, offset = fit_line(ink)
    assert fitted.shape == (LINE_HEIGHT, 128)
    assert (scale, offset) == (0.5, MARGIN)
    column = float(fitted.sum(axis=0).argmax())
    assert abs((column + 0.5 - offset) / scale - 150.5) <= 1


def test_very_long_lines_are_squeezed_and_short_ones_padded() -> None:
    assert fit_line(np.ones((10, 2000), np.float32))[0].shape == (LINE_HEIGHT, MAX_WIDTH)
    assert fit_line(np.ones((40, 1), np.float32))[0].shape == (LINE_HEIGHT, 2 * WIDTH_STEP)
