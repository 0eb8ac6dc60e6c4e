"""Words are strips of one height with ink in them, by hand and in print."""

from __future__ import annotations

import numpy as np

from digit.data.synthesis.words import HEIGHT, PRINT, printed_word, written_word
from tests.digits import draw_digit


def test_words_are_strips_of_ink() -> None:
    letter = draw_digit(4)[4:24, 4:24].astype(np.float32) / 255
    for make in (lambda rng: written_word([letter], rng), printed_word):
        words = [make(np.random.default_rng(seed)) for seed in range(60)]
        for word in words:
            assert word.shape[0] == HEIGHT
            assert word.dtype == np.float32
            assert 0 <= word.min() <= word.max() <= 1
            assert (word > 0.5).any()
        widths = [word.shape[1] for word in words]
        assert max(widths) > 3 * min(widths)


def test_print_has_no_digit_and_nothing_that_looks_like_one() -> None:
    assert not set(PRINT) & set("0123456789oOlIsSzZbqgB")


def test_the_same_seed_gives_the_same_word() -> None:
    first, second = (printed_word(np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
