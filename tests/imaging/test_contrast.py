import cv2
import numpy as np
import pytest

from digit.imaging.contrast import clutter_level, colour_contrast, grain, ink_contrast, ink_level, misfit

NO_PAPER = np.zeros(3, np.float32)


def test_colour_contrast_is_in_levels() -> None:
    """Black on white is 255, one channel alone is a square root of a third of it."""
    difference = np.array([[[255, 255, 255], [0, 255, 0], [0, 0, 0]]], np.float32)
    assert colour_contrast(difference, NO_PAPER)[0] == pytest.approx([255, 255 / 3**0.5, 0], abs=0.01)


def test_ink_contrast_ignores_the_other_side() -> None:
    """Under dark ink, what is lighter than the paper has no contrast, and what has the ink's colour keeps all of it."""
    difference = np.zeros((4, 4, 3), np.float32)
    difference[0] = -90
    difference[1] = 60
    contrast = colour_contrast(difference, NO_PAPER)
    projected = ink_contrast(difference, contrast, contrast > 80)
    assert projected[0] == pytest.approx(90)
    assert projected[1] == pytest.approx(0)


def test_grain_measures_noise() -> None:
    """Within a third of the true standard deviation, with a digit on it."""
    rng = np.random.default_rng(0)
    difference = rng.normal(0, 6, (200, 200, 3)).astype(np.float32)
    difference[50:150, 80:120] -= 120
    assert grain(colour_contrast(difference, NO_PAPER)) == pytest.approx(6, rel=0.35)


def test_misfit_ignores_the_ink() -> None:
    """A perfect paper with a tenth of ink fits perfectly."""
    contrast = np.zeros((100, 100), np.float32)
    contrast[:10] = 200
    assert misfit(contrast) == 0


def test_ink_level_is_that_of_the_darker_marks() -> None:
    """Faint rules and dark strokes: the strokes are full ink; with nothing above the threshold there is none."""
    contrast = np.zeros((100, 100), np.float32)
    contrast[::10] = 40
    contrast[20:80, 45:55] = 180
    assert ink_level(contrast, 10) == pytest.approx(180)
    assert ink_level(contrast, 200) is None


def test_clutter_is_what_lies_away_from_the_ink() -> None:
    """Rules count, the stroke's own soft edge does not."""
    contrast = np.zeros((100, 100), np.float32)
    contrast[20:80, 45:55] = 180
    assert clutter_level(cv2.GaussianBlur(contrast, (3, 3), 0), 180) == pytest.approx(0, abs=1)
    contrast[::10] = np.maximum(contrast[::10], 40)
    assert clutter_level(contrast, 180) == pytest.approx(40)
