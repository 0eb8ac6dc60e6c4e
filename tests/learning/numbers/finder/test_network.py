"""The finder's network answers for pictures of any size, and its loss is smallest for the truth."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.data.synthesis.pages import Page
from digit.learning.numbers.finder.batches import folded, truth_of
from digit.learning.numbers.finder.network import accuracy, build_finder, finder_loss
from digit.learning.numbers.settings import FinderSettings, ReaderSettings
from digit.numbers.finder import CHANNELS, FoundLine
from tests.learning.numbers.tiny import FINDER

Array = NDArray[np.float32]


def places(x: float = 64, height: float = 24, degrees: float = 5) -> Array:
    """The truth of a page with one line, (32, 32, 1 + `CHANNELS`)."""
    line = FoundLine(x, 64, 70, height, math.radians(degrees), 1.0)
    return truth_of(Page(np.zeros((128, 128), np.float32), np.zeros((128, 128), np.uint8), [line], []))


def perfect(truth: Array, sure: float = 10.0) -> Array:
    """What a network answers that knows the truth."""
    answer = truth[..., 1:].copy()
    answer[..., 0] = np.where(answer[..., 0] > 0, sure, -sure)
    return answer


def loss(truth: Array, answer: Array) -> float:
    values = finder_loss(folded(truth)[np.newaxis], folded(answer)[np.newaxis])
    (value,) = keras.ops.convert_to_numpy(values).tolist()
    return float(value)


def test_the_network_answers_for_every_cell_of_any_picture() -> None:
    model = build_finder(FINDER)
    for height, width in ((64, 64), (32, 96)):
        answer = model(np.zeros((2, height, width, 1), np.float32))
        assert answer.shape == (2, height // 8, width // 8, 4 * CHANNELS)


def test_both_networks_fit_into_the_bundle() -> None:
    """With weights of 8 bits, and 4 MB at most."""
    from digit.learning.numbers.export import LARGEST
    from digit.learning.numbers.reader.network import build_reader

    weights = build_finder(FinderSettings()).count_params() + build_reader(ReaderSettings()).count_params()
    assert weights < 0.9 * LARGEST


def test_the_loss_is_of_each_page_and_nearly_nothing_for_the_truth() -> None:
    one, other = places(), places(x=50, height=30, degrees=-5)
    truth = np.stack([folded(one), folded(other)])
    answer = np.stack([folded(perfect(one)), folded(perfect(one))])
    values = keras.ops.convert_to_numpy(finder_loss(truth, answer))
    assert values.shape == (2,)
    assert values[0] < 0.01
    assert values[1] > 0.5


def test_less_sure_answers_cost_more() -> None:
    truth = places()
    costs = [loss(truth, perfect(truth, sure)) for sure in (8, 4, 2, 0.5)]
    assert costs == sorted(costs)


@pytest.mark.parametrize("channel", range(1, CHANNELS))
def test_height_and_angle_cost_their_distance_in_the_core_alone(channel: int) -> None:
    """Half a step off in all of the core costs about a half; beside it, anything goes."""
    truth = places()
    best = loss(truth, perfect(truth))
    inside = truth[..., 1] > 0
    for distance in (0.5, -0.5):
        answer = perfect(truth)
        answer[inside, channel] += distance
        assert loss(truth, answer) - best == pytest.approx(0.5, rel=0.1)
    answer = perfect(truth)
    answer[~inside, channel] += 9
    assert loss(truth, answer) == pytest.approx(best)


def test_missed_and_made_up_cores_cost() -> None:
    """A missed line costs the most; a place too many or too few costs a little."""
    truth = places()
    best = loss(truth, perfect(truth))
    inside = truth[..., 1] > 0
    row, column = np.argwhere(inside)[0]
    few, many, none = (perfect(truth) for _ in range(3))
    few[row, column, 0] = -10
    many[0, 0, 0] = 10
    none[inside, 0] = -10
    assert best < loss(truth, few) < loss(truth, none)
    assert best < loss(truth, many) < loss(truth, none)


def test_places_without_weight_cost_nothing() -> None:
    """Around a core and on ignored lines, the network may answer what it wants."""
    truth = places()
    answer = perfect(truth)
    ignored = truth[..., 0] == 0
    assert ignored.sum() > 20
    answer[ignored] = np.random.default_rng(0).normal(0, 5, (int(ignored.sum()), CHANNELS))
    assert loss(truth, answer) == pytest.approx(loss(truth, perfect(truth)), abs=1e-5)


def test_a_page_without_a_line_has_a_loss_and_a_gradient_that_are_numbers() -> None:
    truth = truth_of(Page(np.zeros((64, 64), np.float32), np.zeros((64, 64), np.uint8)))
    assert loss(truth, perfect(truth)) < 0.01
    sure = perfect(truth, 200.0)
    assert np.isfinite(loss(truth, -sure))


def measured(truth: Array, answer: Array) -> float:
    value: Any = keras.ops.convert_to_numpy(accuracy(folded(truth)[np.newaxis], folded(answer)[np.newaxis]))
    return float(value)


def test_accuracy_is_the_share_of_core_that_is_found() -> None:
    """Intersection over union: nothing of it, half of it, all of it."""
    truth = places()
    inside = np.argwhere(truth[..., 1] > 0)
    assert measured(truth, perfect(truth)) == 1
    half, none = perfect(truth), perfect(truth)
    for row, column in inside[: len(inside) // 2]:
        half[row, column, 0] = -10
    none[..., 0] = -10
    assert measured(truth, half) == pytest.approx(0.5, abs=0.03)
    assert measured(truth, none) < 0.05
