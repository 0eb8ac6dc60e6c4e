"""Augmented digits stay digit images, differ from each other, and can be made again from the same seed."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digit.data.augmentation import AugmentationSettings, augment, augment_batch
from digit.data.augmentation.photometric import PHOTOMETRIC_CHANGES
from digit.data.augmentation.pipeline import change_pen, photometric, warp
from tests.digits import draw_digit

NONE = AugmentationSettings(rotation=0, shear=0, zoom=0, shift=0, elastic=0, stray=0, still=0, pen=0, photometric=0)


def digit_image(digit: int) -> np.ndarray:
    return draw_digit(digit).astype(np.float32) / 255


def test_without_any_change_a_digit_stays_as_it_is() -> None:
    image = digit_image(5)
    np.testing.assert_allclose(augment(image, NONE, np.random.default_rng(0)), image, atol=1e-4)


@pytest.mark.parametrize("digit", range(10))
def test_an_augmented_digit_is_a_digit_image(digit: int) -> None:
    rng = np.random.default_rng(digit)
    for _ in range(20):
        result = augment(digit_image(digit), AugmentationSettings(), rng)
        assert result.shape == (28, 28)
        assert result.dtype == np.float32
        assert 0 <= result.min() <= result.max() <= 1
        assert result.max() > 0.2


def test_the_same_seed_makes_the_same_batch_and_another_seed_another() -> None:
    images = np.stack([digit_image(d) for d in range(10)])
    first, second, other = (
        augment_batch(images, AugmentationSettings(), np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert (first == second).all()
    assert np.abs(first - other).mean() > 0.02


def test_some_digits_stay_as_they_are() -> None:
    image, rng = digit_image(9), np.random.default_rng(0)
    settings = AugmentationSettings(photometric=0)
    same = sum((augment(image, settings, rng) == image).all() for _ in range(400))
    assert 0.1 < same / 400 < 0.2


def test_warp_moves_the_strokes_as_far_as_the_settings_say() -> None:
    image = digit_image(1)
    rng = np.random.default_rng(0)
    shifts = []
    for _ in range(300):
        moved = warp(image, replace(NONE, shift=2.0), rng)
        shifts.append((moved.sum(axis=0) @ np.arange(28)) / moved.sum())
    assert np.std(shifts) == pytest.approx(2.0, rel=0.15)


def test_an_enlarged_warp_shows_the_same_digit() -> None:
    image = digit_image(3)
    large = warp(image, NONE, np.random.default_rng(0), scale=3)
    assert large.shape == (84, 84)
    small = cv2.resize(large, (28, 28), interpolation=cv2.INTER_AREA)
    assert np.abs(small - image).mean() < 0.02


def test_other_pens_give_thicker_and_thinner_strokes() -> None:
    large = warp(digit_image(2), NONE, np.random.default_rng(0), scale=3)
    ink = [change_pen(large, np.random.default_rng(seed)).sum() / large.sum() for seed in range(60)]
    assert min(ink) < 0.8
    assert max(ink) > 1.4
    assert min(ink) > 0.2


@pytest.mark.parametrize("change", PHOTOMETRIC_CHANGES, ids=lambda change: change.__name__)
def test_every_photometric_change_keeps_the_form_and_changes_something(change: object) -> None:
    rng = np.random.default_rng(0)
    image = digit_image(8)
    results = [change(image, rng) for _ in range(10)]  # type: ignore[operator]
    assert all(r.shape == (28, 28) and r.dtype == np.float32 and np.isfinite(r).all() for r in results)
    assert max(np.abs(r - image).mean() for r in results) > 0.005
    assert (image == digit_image(8)).all(), "the original must not be written to"


def test_photometric_answers_stay_between_paper_and_ink() -> None:
    rng = np.random.default_rng(0)
    for _ in range(100):
        result = photometric(digit_image(6), rng)
        assert 0 <= result.min() <= result.max() <= 1
