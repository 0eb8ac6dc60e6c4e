import cv2
import numpy as np
import pytest

from digit.imaging import extract_ink, ink_box
from digit.imaging.ink import clutter_level, colour_contrast, grain, ink_contrast, ink_level, misfit
from tests.imaging.drawing import agreement, grained, paint, strokes
from tests.imaging.scenes import BLANKS, SCENES

NO_PAPER = np.zeros(3, np.float32)
DIGITS = (0, 1, 4, 5, 7)
"""A loop, a line, loose strokes, a bar on top, a bar across."""


@pytest.mark.parametrize("name", SCENES)
def test_finds_the_strokes(name: str) -> None:
    """The ink lies where the digit was written and nowhere else, on every kind of picture."""
    for digit in DIGITS:
        picture, truth = SCENES[name](digit)
        ink = extract_ink(picture)
        assert ink.shape == truth.shape
        assert ink.dtype == np.float32
        assert ink.min() >= 0
        assert ink.max() <= 1
        assert agreement(ink, truth) > 0.9, f"{digit}"


@pytest.mark.parametrize("name", BLANKS)
def test_blank_pictures_have_no_ink(name: str) -> None:
    """Paper, rules, texture and shade alone are no writing."""
    assert ink_box(extract_ink(BLANKS[name]())) is None


@pytest.mark.parametrize("digit", range(10))
def test_clean_ink_is_kept_to_the_grey_level(digit: int) -> None:
    """White on black at 28x28, the ink is the picture itself: no threshold eats its soft edges."""
    truth = strokes(digit, (28, 28), height=0.7, width=0.08)
    ink = extract_ink(paint(truth, (0, 0, 0), (255, 255, 255)))
    assert np.abs(ink - truth / truth.max()).mean() < 0.005


@pytest.mark.parametrize("width", [0.08, 0.12, 0.16, 0.2])
def test_thick_strokes_are_not_hollow(width: float) -> None:
    """The middle of a stroke is full ink at any thickness, dark on light and light on dark, grainy or clean."""
    truth = strokes(1, height=0.7, width=width)
    inside = cv2.erode((truth > 0.99).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    for paper, pen in ((255, 20), (0, 255)):
        picture = paint(truth, (paper,) * 3, (pen,) * 3)
        for shown in (picture, grained(picture, 5.0)):
            assert extract_ink(shown)[inside].mean() > 0.95


def test_inverted_picture_has_the_same_ink() -> None:
    """Polarity follows from the paper: a negative gives the same ink."""
    picture, _ = SCENES["photo, blue pen"](8)
    positive, negative = extract_ink(picture), extract_ink(255 - picture)
    assert np.abs(positive - negative).mean() < 0.01


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
