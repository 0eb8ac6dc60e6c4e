"""CTC: greedy reading, prefix search, likelihood and alignment, each against counting by hand."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from digit.numbers.ctc import BLANK, align, greedy, joint_search, log_likelihood, place_likelihoods, prefix_search


def answers(rng: np.random.Generator, steps: int) -> NDArray[np.float32]:
    """Random log-probabilities in which the blank and the digits 0, 1, 2 can occur."""
    logits = np.full((steps, 11), -40.0)
    logits[:, :4] = rng.normal(0, 1.5, (steps, 4))
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(c - 1 for c, _ in itertools.groupby(path) if c != BLANK)


def counted(log_probabilities: NDArray[np.float32]) -> dict[tuple[int, ...], float]:
    """The probability of every text, by adding up all paths."""
    texts: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(4), repeat=len(log_probabilities)):
        probability = float(np.exp(sum(log_probabilities[t, c] for t, c in enumerate(path))))
        texts[collapsed(path)] = texts.get(collapsed(path), 0.0) + probability
    return texts


def spelled(*classes: int) -> NDArray[np.float32]:
    """Steps that are nearly sure of these classes."""
    rows = np.full((len(classes), 11), np.log(0.001), np.float32)
    rows[np.arange(len(classes)), classes] = np.log(0.99)
    return rows


def test_greedy_counts_runs_once_and_leaves_blanks_out() -> None:
    assert greedy(spelled(0, 2, 2, 0, 2, 5, 0)) == (1, 1, 4)
    assert greedy(spelled(0, 0, 0)) == ()


def test_likelihood_is_the_sum_over_all_paths() -> None:
    log_probabilities = answers(np.random.default_rng(0), 5)
    texts = counted(log_probabilities)
    found = np.exp(log_likelihood(log_probabilities, list(texts)))
    np.testing.assert_allclose(found, list(texts.values()), rtol=1e-4)


def test_a_text_that_does_not_fit_is_practically_impossible() -> None:
    log_probabilities = answers(np.random.default_rng(0), 3)
    assert log_likelihood(log_probabilities, [(1, 1, 1)])[0] < -1e20


@pytest.mark.parametrize("seed", range(8))
def test_wide_prefix_search_finds_the_most_probable_text(seed: int) -> None:
    log_probabilities = answers(np.random.default_rng(seed), 5)
    texts = counted(log_probabilities)
    text, score = prefix_search(log_probabilities, beam=200)[0]
    assert texts[text] == pytest.approx(max(texts.values()), rel=1e-4)
    assert np.exp(score) == pytest.approx(texts[text], rel=1e-3)


def test_prefix_search_sees_what_greedy_reading_misses() -> None:
    """Graves's example: the blank leads at both steps, and yet one digit is more probable than none."""
    rows = np.full((2, 11), -40.0, np.float32)
    rows[:, 0], rows[:, 4] = np.log(0.6), np.log(0.4)
    assert greedy(rows) == ()
    assert prefix_search(rows)[0][0] == (3,)


def test_networks_that_speak_at_different_steps_are_read_together() -> None:
    """Both say 7; the second alone would say 1 first."""
    first, second = spelled(0, 8, 0, 0, 0), spelled(0, 0, 0, 0, 0)
    second[3, [0, 2, 8]] = np.log([0.1, 0.5, 0.4])
    assert prefix_search(second)[0][0] == (1,)
    best, score = joint_search(np.stack([first, second]))[0]
    assert best == (7,)
    each = [log_likelihood(answer, [best])[0] for answer in (first, second)]
    assert score == pytest.approx(np.mean(each))
    assert joint_search(first[np.newaxis], 8) == prefix_search(first)


@pytest.mark.parametrize("text", [(3,), (3, 3), (0, 1), (1, 0, 1), (2, 2, 2), (4, 0, 4, 4, 7)])
@pytest.mark.parametrize("steps", [9, 24])
def test_texts_that_differ_in_one_place_have_the_likelihoods_of_their_own(text: tuple[int, ...], steps: int) -> None:
    rng = np.random.default_rng(len(text))
    logits = rng.normal(0, 2, (3, steps, 11))
    networks = (logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))).astype(np.float32)
    others = [
        (*text[:place], *digit, *text[place + 1 :])
        for place in range(len(text))
        for digit in [*((d,) for d in range(10)), ()]
    ]
    expected = np.stack([log_likelihood(answer, others) for answer in networks]).reshape(3, len(text), 11)
    found = place_likelihoods(networks, text)
    fits = expected > -1e20
    assert found[fits] == pytest.approx(expected[fits], abs=1e-6)
    assert (found[~fits] < -1e20).all()


def test_a_long_line_takes_no_more_memory_than_its_steps_and_digits() -> None:
    """Eighty digits on 800 steps, by one network: some tens of MB, where the texts one by one would take a gigabyte."""
    tracemalloc.start()
    scores = place_likelihoods(np.full((1, 800, 11), np.log(1 / 11), np.float32), (1, 2) * 40)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert scores.shape == (1, 80, 11)
    assert peak < 50e6


def test_alignment_gives_each_digit_its_steps() -> None:
    assert align(spelled(0, 2, 2, 0, 2, 5, 5, 0), (1, 1, 4)) == [(1, 2), (4, 4), (5, 6)]
    assert align(spelled(0, 0), ()) == []
    with pytest.raises(ValueError, match="3 digits do not fit into 3 steps"):
        align(spelled(2, 0, 2), (1, 1, 1))
