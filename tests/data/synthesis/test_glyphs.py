"""Digits to write with: of the class asked for, of the height asked for, by the pen asked for."""

from __future__ import annotations

import numpy as np
import pytest

from digit.data.synthesis.glyph_variants import VARIANT_DIGITS
from digit.data.synthesis.glyphs import Glyphs
from tests.digits import make_digits


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(make_digits(60))


def test_glyphs_are_told_apart_by_their_images() -> None:
    """A checkpoint of other digits is noticed by this hash."""
    assert Glyphs(make_digits(20)).sha256 == Glyphs(make_digits(20)).sha256
    assert Glyphs(make_digits(20)).sha256 != Glyphs(make_digits(20, seed=1)).sha256
    assert Glyphs(make_digits(20)).sha256 != Glyphs(make_digits(20), variants=2).sha256


def test_digits_picked_are_of_the_class_asked_for(glyphs: Glyphs) -> None:
    digits = make_digits(60)
    sums = {round(float((image / np.float32(255)).sum()), 2) for image in digits.images[digits.labels == 7]}
    picked = glyphs.pick(7, np.random.default_rng(0))
    assert any(abs(float(picked.sum()) - total) < 0.06 * total for total in sums)


def test_variants_are_digits_of_their_class() -> None:
    """Without any other image of a digit, its variants are what is picked."""
    digits = make_digits(20)
    others = type(digits)(digits.images[digits.labels == 8], digits.labels[digits.labels == 8])
    glyphs = Glyphs(others, variants=60)
    for digit in set(VARIANT_DIGITS):
        picked = glyphs.pick(digit, np.random.default_rng(1))
        assert picked.max() > 0.9
        assert min(picked.shape) > 2


@pytest.mark.parametrize("pen", [None, 1.0, 2.0, 4.0])
def test_a_digit_has_the_height_asked_for(glyphs: Glyphs, pen: float | None) -> None:
    for digit in range(10):
        for height in (16, 30, 44):
            ink = glyphs.write(digit, np.random.default_rng(digit), height, 1.0, pen)
            assert ink.dtype == np.float32
            assert 0 <= ink.min() <= ink.max() <= 1
            assert abs(ink.shape[0] - height) <= 2 + height / 20 + (pen or 0)
            assert ink.shape[1] <= 2 * height


def test_a_thick_pen_leaves_more_ink_than_a_thin_one(glyphs: Glyphs) -> None:
    for digit in range(10):
        inks = [glyphs.write(digit, np.random.default_rng(3), 40, 1.0, pen).sum() for pen in (1.0, 2.5, 5.0)]
        assert inks == sorted(inks)
        assert inks[2] > 1.8 * inks[0]


def test_a_stretched_digit_is_wider(glyphs: Glyphs) -> None:
    for pen in (None, 2.0):
        narrow, wide = (glyphs.write(0, np.random.default_rng(0), 40, stretch, pen) for stretch in (0.8, 1.2))
        assert wide.shape[1] > 1.2 * narrow.shape[1]
