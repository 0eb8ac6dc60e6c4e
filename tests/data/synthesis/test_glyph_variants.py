"""Rare forms of digits are drawn as digit images, each with its digit and its variants."""

from __future__ import annotations

import numpy as np
import pytest

from digit.data.synthesis.glyph_variants import VARIANT_DIGITS, draw_glyph_variant


def test_every_form_is_a_digit_image_with_its_digit() -> None:
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(200):
        image, digit = draw_glyph_variant(rng)
        seen.add(digit)
        assert image.shape == (28, 28)
        assert image.dtype == np.float32
        assert image.min() >= 0
        assert image.max() == pytest.approx(1)
        height = np.flatnonzero(image.max(axis=1) > 0.2)
        assert 15 <= height[-1] - height[0] + 1 <= 20
    assert seen == set(VARIANT_DIGITS)


def test_ones_come_with_and_without_a_foot() -> None:
    rng = np.random.default_rng(1)
    ones = [image for image, digit in (draw_glyph_variant(rng) for _ in range(200)) if digit == 1]
    foot_widths = [int((image[19:24].max(axis=0) > 0.3).sum()) for image in ones]
    assert min(foot_widths) <= 4
    assert max(foot_widths) >= 9
