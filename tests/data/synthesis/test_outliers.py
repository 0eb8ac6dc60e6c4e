"""Outliers are digit images by form, never blank, all different, and no digit by content."""

from __future__ import annotations

import numpy as np
import pytest

from digit.data.synthesis import outliers
from digit.data.synthesis.outliers import outlier
from tests.digits import make_digits

DIGITS = make_digits(100)
IMAGES = DIGITS.images.astype(np.float32) / 255


def test_outliers_have_the_form_of_digit_images() -> None:
    rng = np.random.default_rng(0)
    made = np.stack([outlier(rng, IMAGES, DIGITS.labels) for _ in range(300)])
    assert made.shape == (300, 28, 28)
    assert made.dtype == np.float32
    assert 0 <= made.min() <= made.max() <= 1
    assert (made.max(axis=(1, 2)) > 0.5).all()
    assert len(np.unique(made.reshape(300, -1), axis=0)) > 270


def test_the_same_seed_makes_the_same_outliers() -> None:
    first, second = (outlier(np.random.default_rng(4), IMAGES, DIGITS.labels) for _ in range(2))
    assert (first == second).all()


def test_no_letter_that_can_pass_for_a_digit_is_used() -> None:
    assert not set("oOlIsSZzbqg0123456789") & set(outliers.LETTERS)


@pytest.mark.parametrize("way", outliers.TURNED)
def test_digits_that_stay_digits_when_turned_are_left_out(way: str) -> None:
    assert not {0, 1, 8} & set(outliers.TURNED[way])
    assert len(outliers.TURNED[way]) >= 4


def test_several_digits_are_wider_than_one() -> None:
    made = [outliers.several_digits(np.random.default_rng(seed), IMAGES) for seed in range(20)]
    columns = np.mean([(image.max(axis=0) > 0.2).sum() for image in made])
    rows = np.mean([(image.max(axis=1) > 0.2).sum() for image in made])
    assert columns > rows
