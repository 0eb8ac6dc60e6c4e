"""CTC: prefix search and alignment, each against going through all alignments; and what a number may look like."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from digit.numbers.ctc import ALPHABET, BLANK, CLASSES, DIGITS, SEPARATORS, align, prefix_search, well_formed

SPOKEN = (BLANK, *(ALPHABET.index(character) + 1 for character in "01."))
"""The classes that can occur in `answers`."""


def answers(rng: np.random.Generator, steps: int) -> NDArray[np.float32]:
    """Random log-probabilities in which the blank, 0, 1 and the point can occur."""
    logits = np.full((steps, CLASSES), -40.0)
    logits[:, SPOKEN] = rng.normal(0, 1.2, (steps, len(SPOKEN)))
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)


def collapsed(path: tuple[int, ...]) -> str:
    return "".join(ALPHABET[c - 1] for c, _ in itertools.groupby(path) if c != BLANK)


def alignments(log_probabilities: NDArray[np.float32]) -> dict[tuple[int, ...], float]:
    """The probability of every way through the steps."""
    return {
        path: float(np.exp(sum(log_probabilities[t, c] for t, c in enumerate(path))))
        for path in itertools.product(SPOKEN, repeat=len(log_probabilities))
    }


def counted(log_probabilities: NDArray[np.float32]) -> dict[str, float]:
    """The probability of every text, by adding up all of its alignments."""
    texts: dict[str, float] = {}
    for path, probability in alignments(log_probabilities).items():
        texts[collapsed(path)] = texts.get(collapsed(path), 0.0) + probability
    return texts


def spelled(steps: str) -> NDArray[np.float32]:
    """Steps that are nearly sure of these characters; a blank is written as a space."""
    rows = np.full((len(steps), CLASSES), np.log(0.01 / (CLASSES - 1)), np.float32)
    classes = [BLANK if character == " " else ALPHABET.index(character) + 1 for character in steps]
    rows[np.arange(len(classes)), classes] = np.log(0.99)
    return rows


def test_the_alphabet_is_the_digits_and_then_the_separators() -> None:
    assert DIGITS == "0123456789"
    assert set(SEPARATORS) == set(".,-/:")
    assert DIGITS + SEPARATORS == ALPHABET
    assert len(ALPHABET) + 1 == CLASSES


@pytest.mark.parametrize("seed", range(6))
def test_a_wide_search_gives_every_text_the_sum_of_its_alignments(seed: int) -> None:
    log_probabilities = answers(np.random.default_rng(seed), 5)
    found = dict(prefix_search(log_probabilities, beam=400))
    expected = counted(log_probabilities)
    assert found.keys() == expected.keys()
    assert {text: np.exp(score) for text, score in found.items()} == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_a_narrow_search_finds_the_most_probable_text_and_sorts_the_rest(seed: int) -> None:
    log_probabilities = answers(np.random.default_rng(10 + seed), 5)
    expected = counted(log_probabilities)
    texts = prefix_search(log_probabilities, beam=12)
    assert len(texts) <= 12
    assert texts[0][0] == max(expected, key=lambda text: expected[text])
    assert [score for _, score in texts] == sorted((score for _, score in texts), reverse=True)


def test_the_search_sees_what_the_best_step_misses() -> None:
    """Graves's example: the blank leads at both steps, and yet one digit is more probable than none."""
    rows = np.full((2, CLASSES), -40.0, np.float32)
    rows[:, BLANK], rows[:, 1 + 3] = np.log(0.6), np.log(0.4)
    (first, score), (second, _) = prefix_search(rows)[:2]
    assert (first, second) == ("3", "")
    assert np.exp(score) == pytest.approx(1 - 0.6**2, rel=1e-5)


def test_a_text_that_cannot_be_is_not_found() -> None:
    """One step cannot say a character twice, however few other texts there are."""
    sure = np.full((3, CLASSES), -40.0, np.float32)
    sure[[0, 1, 2], [BLANK, 1 + 7, BLANK]] = 0
    assert [text for text, _ in prefix_search(sure)] == ["7", ""]


def test_a_run_is_one_character_and_a_blank_makes_it_two() -> None:
    assert prefix_search(spelled(" 11 4.. 5 "))[0][0] == "14.5"
    assert prefix_search(spelled(" 1 1 4. 5 "))[0][0] == "114.5"


def test_steps_that_say_nothing_are_no_text() -> None:
    """The probability of the empty text is that of blanks alone, however many of them."""
    silent = np.full((300, CLASSES), -12.0, np.float32)
    silent[:, BLANK] = np.log(1 - 15 * np.exp(-12.0))
    (text, score), *rest = prefix_search(silent)
    assert (text, rest) == ("", [])
    assert score == pytest.approx(float(silent[:, BLANK].astype(np.float64).sum()))


@pytest.mark.parametrize("seed", range(4))
def test_alignment_is_the_best_of_all(seed: int) -> None:
    log_probabilities = answers(np.random.default_rng(20 + seed), 5)
    ways = alignments(log_probabilities)
    for text in ("", "0", "1.0", "00", "0.1", "11", "101"):
        best = max((path for path in ways if collapsed(path) == text), key=lambda path: ways[path])
        runs = [
            (steps[0], steps[-1])
            for character, run in itertools.groupby(range(5), key=lambda t: best[t])
            if character != BLANK and (steps := list(run))
        ]
        assert align(log_probabilities, text) == runs


def test_alignment_gives_each_character_its_steps() -> None:
    assert align(spelled(" 11 1.. 4 "), "11.4") == [(1, 2), (4, 4), (5, 6), (8, 8)]
    assert align(spelled("  "), "") == []


def test_a_text_that_does_not_fit_cannot_be_aligned() -> None:
    """Two of the same character need a blank between them."""
    assert align(spelled("1 1"), "11") == [(0, 0), (2, 2)]
    with pytest.raises(ValueError, match="3 characters do not fit into 3 steps"):
        align(spelled("1 1"), "111")


@pytest.mark.parametrize("text", ["", "7", "12.50", "3-4", "-7", ".5", "24.12.2025", "12:30", "1,000.50", "1/2"])
def test_separators_stand_between_digits_or_one_before_them(text: str) -> None:
    assert well_formed(text)


@pytest.mark.parametrize("text", [".", "7.", "1..2", "12,-", "--7", "-.5", ":"])
def test_separators_at_the_end_or_side_by_side_are_no_number(text: str) -> None:
    assert not well_formed(text)
