"""Strokes are thinned to their middles, and written anew by pens of any width."""

from __future__ import annotations

import cv2
import numpy as np

from digit.data.synthesis.pens import UNIT, middle_distances, thinned, written
from tests.digits import make_digits


def parts(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int:
    return int(cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0]) - 1


def test_a_thick_stroke_becomes_a_line_of_one_pixel() -> None:
    bar = np.zeros((1, 20, 30), bool)
    bar[0, 7:12, 4:26] = True
    (line,) = thinned(bar)
    assert line.any(axis=0)[8:22].all()
    assert line.sum(axis=0).max() == 1
    assert set(np.flatnonzero(line.any(axis=1)).tolist()) <= {8, 9, 10}


def test_digits_stay_in_one_piece_and_keep_their_holes() -> None:
    images = make_digits(40).images > 100
    for before, after in zip(images, thinned(images), strict=True):
        assert parts(after) == parts(before)
        assert parts(~after) >= 1
        assert not (after & ~before).any()
        assert after.sum() < before.sum()


def test_nothing_has_no_middle() -> None:
    blank = np.zeros((1, 28, 28), np.uint8)
    assert middle_distances(blank).min() == 255


def test_distances_are_in_parts_of_a_pixel() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 14] = 255
    (distances,) = middle_distances(image)
    assert distances[14, 10:19].tolist() == [4 * UNIT, 3 * UNIT, 2 * UNIT, UNIT, 0, UNIT, 2 * UNIT, 3 * UNIT, 4 * UNIT]


def test_the_ink_is_as_wide_as_the_pen() -> None:
    """Up to a pixel of the digit image, which has become two."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 14] = 255
    (distances,) = middle_distances(image)
    for pen in (2.0, 4.0, 7.0):
        ink = written(distances, (56, 56), pen)
        assert ink.shape == (56, 56)
        assert 0 <= ink.min() <= ink.max() <= 1
        assert pen - 0.5 < float(ink[28].sum()) < pen + 2
