"""The occlusion map shows where the evidence is, and against whom."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from digit.evaluation.occlusion import occlusion_map


def looks_at(rows: slice, columns: slice, digit: int) -> Callable[[np.ndarray], np.ndarray]:
    """A reader that is sure of `digit` as far as there is ink in one place, and else of 0."""

    def probabilities(images: np.ndarray) -> np.ndarray:
        share = images[:, rows, columns].mean(axis=(1, 2))
        answer = np.zeros((len(images), 10), np.float32)
        answer[:, digit], answer[:, 0] = share, 1 - share
        return answer

    return probabilities


def test_the_map_is_high_where_the_reader_looks_and_zero_elsewhere() -> None:
    image = np.ones((28, 28), np.float32)
    heat = occlusion_map(looks_at(slice(4, 10), slice(16, 22), 7), image)
    assert heat.shape == (28, 28)
    assert heat.dtype == np.float32
    top, left = np.unravel_index(heat.argmax(), heat.shape)
    assert 4 <= top < 10
    assert 16 <= left < 22
    assert abs(heat[20:, :10]).max() < 1e-6


def test_evidence_against_a_digit_is_negative() -> None:
    image = np.ones((28, 28), np.float32)
    heat = occlusion_map(looks_at(slice(4, 10), slice(16, 22), 7), image, digit=0)
    assert heat.min() < -0.1
    assert heat.max() <= 1e-6


def test_the_picture_itself_stays_as_it_is() -> None:
    image = np.ones((28, 28), np.float32)
    occlusion_map(looks_at(slice(0, 28), slice(0, 28), 3), image)
    assert (image == 1).all()


@pytest.mark.parametrize("place", [(0, 0), (27, 27), (0, 27), (13, 14)])
def test_every_pixel_is_hidden_at_least_once(place: tuple[int, int]) -> None:
    image = np.zeros((28, 28), np.float32)
    image[place] = 1
    row, column = place
    heat = occlusion_map(looks_at(slice(row, row + 1), slice(column, column + 1), 5), image)
    assert heat[place] > 0
