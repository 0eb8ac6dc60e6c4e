import cv2
import numpy as np
import pytest

from digit.imaging import extract_ink, ink_box
from tests.imaging.drawing import agreement, grained, paint, strokes
from tests.imaging.scenes import BLANKS, SCENES

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
