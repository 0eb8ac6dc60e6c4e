"""Connectionist temporal classification, the reading half: from steps to a text, its places and its probabilities.

Graves et al. 2006, "Connectionist temporal classification", ICML; the prefix search as in Hannun et al. 2014
(arXiv:1408.2873) without a language model. Class 0 is the blank, class d + 1 is the digit d. NumPy alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digit.types import FloatArray

Doubles = NDArray[np.float64]
Digits = tuple[int, ...]

BLANK = 0
CLASSES = 11
_NEVER = np.float32(-1e30)


def greedy(log_probabilities: FloatArray) -> Digits:
    """The best class of each step, runs counted once, blanks left out.

    Args:
        log_probabilities: float32 of shape (T, 11).
    """
    best = log_probabilities.argmax(axis=1)
    starts = np.concatenate([[True], best[1:] != best[:-1]])
    return tuple(int(c) - 1 for c in best[starts & (best != BLANK)])


def prefix_search(log_probabilities: FloatArray, beam: int = 8) -> list[tuple[Digits, float]]:
    """The most probable texts, each summed over all of its alignments, among those that a beam keeps.

    Args:
        log_probabilities: float32 of shape (T, 11).
        beam: how many beginnings are followed.

    Returns:
        Texts and their log-probabilities, the best first.
    """
    # A beginning has two scores: of the alignments that end with a blank, and of those that end with its last digit.
    beams: dict[Digits, tuple[float, float]] = {(): (0.0, float(_NEVER))}
    for step in log_probabilities.astype(np.float64):
        likely = [int(c) for c in np.flatnonzero(step[1:] > -9.0)]  # others have less than one chance in 8,000
        grown: dict[Digits, tuple[float, float]] = {}
        for text, (blank, digit) in beams.items():
            both = _log_add(blank, digit)
            _raise(grown, text, both + step[BLANK], float(_NEVER))
            if text:
                _raise(grown, text, float(_NEVER), digit + step[text[-1] + 1])
            for d in likely:
                before = blank if text and text[-1] == d else both
                _raise(grown, (*text, d), float(_NEVER), before + step[d + 1])
        kept = sorted(grown.items(), key=lambda item: -_log_add(*item[1]))[:beam]
        beams = dict(kept)
    return [(text, _log_add(*scores)) for text, scores in beams.items()]


def joint_search(answers: FloatArray, beam: int = 4) -> list[tuple[Digits, float]]:
    """The texts that several networks together find most probable.

    Networks speak up at different steps, so the mean of their answers spells nothing. Each proposes texts by its prefix
    search, and each then says how probable every proposal is.

    Args:
        answers: log-probabilities of each network, float32 of shape (networks, T, 11).
        beam: how many beginnings each prefix search follows.

    Returns:
        Texts and the mean of their log-probabilities, the best first.
    """
    if len(answers) == 1:
        return prefix_search(answers[0], beam)
    texts = sorted({text for answer in answers for text, _ in prefix_search(answer, beam)})
    scores = np.mean([log_likelihood(answer, texts) for answer in answers], axis=0)
    return [(texts[i], float(scores[i])) for i in np.argsort(-scores, kind="stable")]


def log_likelihood(log_probabilities: FloatArray, texts: Sequence[Digits]) -> Doubles:
    """The log-probability of each of several texts, summed over all alignments (the forward algorithm).

    Args:
        log_probabilities: float32 of shape (T, 11).
        texts: digits; they may differ in length.

    Returns:
        float64 of shape (len(texts),); very low where a text does not fit into T steps.
    """
    longest = max((len(text) for text in texts), default=0)
    states = np.zeros((len(texts), 2 * longest + 1), np.int64)
    for row, text in zip(states, texts, strict=True):
        row[1 : 2 * len(text) : 2] = np.array(text, np.int64) + 1
    skips = np.zeros(states.shape, bool)
    skips[:, 3::2] = (states[:, 3::2] != states[:, 1:-2:2]) & (states[:, 3::2] != BLANK)
    emitted = log_probabilities.astype(np.float64)[:, states]  # (T, texts, states)
    forward = np.full(states.shape, float(_NEVER))
    forward[:, : min(2, states.shape[1])] = emitted[0][:, :2]
    for step in emitted[1:]:
        one_back = np.pad(forward[:, :-1], ((0, 0), (1, 0)), constant_values=float(_NEVER))
        total = np.logaddexp(forward, one_back)
        if states.shape[1] > 2:
            two_back = np.pad(forward[:, :-2], ((0, 0), (2, 0)), constant_values=float(_NEVER))
            total = np.where(skips, np.logaddexp(total, two_back), total)
        forward = total + step
    rows = np.arange(len(texts))
    ends = 2 * np.array([len(text) for text in texts], np.int64)
    last_digit = np.where(ends > 0, forward[rows, np.maximum(ends - 1, 0)], float(_NEVER))
    result: Doubles = np.logaddexp(forward[rows, ends], last_digit)
    return result


def place_likelihoods(answers: FloatArray, text: Digits) -> Doubles:
    """The log-probabilities of all texts that differ from one in a single place.

    A path goes through every digit of its text. So what comes before a place and what comes after it is counted once
    for all digits that may stand there (the forward and the backward variables of Graves et al. 2006), and only the
    steps in the place itself are counted for each.

    Args:
        answers: log-probabilities of each network, float32 of shape (networks, T, 11).
        text: one digit or more.

    Returns:
        float64 of shape (networks, len(text), 11): with the digits 0 to 9 in the place, and with none; the digit of the
        text itself gives the log-probability of the text.
    """
    log_probabilities = answers.astype(np.float64)
    networks, steps, _ = answers.shape
    forward, backward = _forward_backward(log_probabilities, text)
    never = np.full((networks, 1, len(text)), float(_NEVER))
    # Before a place there is a blank or, if that is another digit, the digit before; after it likewise.
    before_blank, after_blank = forward[:, :, 0:-1:2], backward[:, :, 2::2]
    before_digit = np.concatenate([np.full((networks, steps, 1), float(_NEVER)), forward[:, :, 1:-2:2]], axis=2)
    after_digit = np.concatenate([backward[:, :, 3::2], np.full((networks, steps, 1), float(_NEVER))], axis=2)
    first, last = never.copy(), never.copy()
    first[..., 0] = last[..., -1] = 0.0  # where a text begins and ends
    digits = np.array(text)[:, np.newaxis] != np.arange(10)
    other_than_before = np.concatenate([np.ones((1, 10), bool), digits[:-1]])
    other_than_after = np.concatenate([digits[1:], np.ones((1, 10), bool)])

    def any_digit(blank: Doubles, digit: Doubles, other: NDArray[np.bool_]) -> Doubles:
        either: Doubles = np.where(other, digit[..., np.newaxis], float(_NEVER))
        return np.asarray(np.logaddexp(blank[..., np.newaxis], either))

    entered = any_digit(
        np.concatenate([first, before_blank[:, :-1]], axis=1),
        np.concatenate([never, before_digit[:, :-1]], axis=1),
        other_than_before,
    )
    left = any_digit(
        np.concatenate([after_blank[:, 1:], last], axis=1),
        np.concatenate([after_digit[:, 1:], never], axis=1),
        other_than_after,
    )
    inside = np.full((networks, len(text), 10), float(_NEVER))
    result = np.full((networks, len(text), CLASSES), float(_NEVER))
    for t in range(steps):
        inside = np.logaddexp(inside, entered[:, t]) + log_probabilities[:, t, np.newaxis, 1:]
        result[..., :10] = np.logaddexp(result[..., :10], inside + left[:, t])
    result[..., 10] = _without_each(forward, backward, text)
    return result


def _without_each(forward: Doubles, backward: Doubles, text: Digits) -> Doubles:
    """The log-probabilities of a text without the digit of each place, (networks, len(text))."""
    result = np.empty((len(forward), len(text)))
    for i in range(len(text)):
        blank = forward[:, :, 2 * i]
        digit = forward[:, :, 2 * i - 1] if i else np.full_like(blank, float(_NEVER))
        if i == len(text) - 1:
            result[:, i] = np.logaddexp(blank[:, -1], digit[:, -1])
            continue
        after = backward[:, :, 2 * i + 3]
        reached = blank if i and text[i - 1] == text[i + 1] else np.logaddexp(blank, digit)
        result[:, i] = np.logaddexp.reduce(reached[:, :-1] + after[:, 1:], axis=1, initial=float(_NEVER))
        if i == 0:
            result[:, i] = np.logaddexp(result[:, i], after[:, 0])
    return result


def _forward_backward(log_probabilities: Doubles, text: Digits) -> tuple[Doubles, Doubles]:
    """The log-probabilities of all ways to each state until a step, and of all ways from it on, that step within both:
    (networks, T, 2 len(text) + 1). The states are the blanks and digits of the text in turn."""
    states = np.zeros(2 * len(text) + 1, np.int64)
    states[1::2] = np.array(text) + 1
    skips = np.zeros(len(states), bool)  # from the digit before straight to this one
    skips[3::2] = states[3::2] != states[1:-2:2]
    emitted = log_probabilities[:, :, states]

    def run(emitted: Doubles, skips: NDArray[np.bool_]) -> Doubles:
        ways = np.full(emitted.shape, float(_NEVER))
        ways[:, 0, :2] = emitted[:, 0, :2]
        for t in range(1, emitted.shape[1]):
            before = np.pad(ways[:, t - 1], ((0, 0), (2, 0)), constant_values=float(_NEVER))
            total = np.logaddexp(before[:, 2:], before[:, 1:-1])
            total = np.where(skips, np.logaddexp(total, before[:, :-2]), total)
            ways[:, t] = total + emitted[:, t]
        return ways

    backwards = np.concatenate([np.zeros(2, bool), skips[:1:-1]])  # the same steps, taken from the end
    return run(emitted, skips), run(emitted[:, ::-1, ::-1], backwards)[:, ::-1, ::-1]


def align(log_probabilities: FloatArray, text: Digits) -> list[tuple[int, int]]:
    """The steps of each digit on the most probable alignment of a text (Viterbi 1967).

    Args:
        log_probabilities: float32 of shape (T, 11).

    Returns:
        The first and the last step of each digit.

    Raises:
        ValueError: the text does not fit into T steps.
    """
    states = [BLANK]
    for digit in text:
        states += [digit + 1, BLANK]
    steps, count = len(log_probabilities), len(states)
    score = np.full(count, float(_NEVER))
    score[:2] = log_probabilities[0, states[:2]]
    came = np.zeros((steps, count), np.int64)
    index = np.arange(count)
    may_skip = np.array([s >= 3 and states[s] != BLANK and states[s] != states[s - 2] for s in range(count)])
    for t in range(1, steps):
        options = np.stack(
            [
                score,
                np.concatenate([[float(_NEVER)], score[:-1]]),
                np.where(may_skip, np.concatenate([[float(_NEVER)] * 2, score[:-2]])[:count], float(_NEVER)),
            ]
        )
        came[t] = options.argmax(axis=0)
        score = options[came[t], index] + log_probabilities[t, states]
    state = count - 1 if count == 1 or score[-1] >= score[-2] else count - 2
    if score[state] <= float(_NEVER) / 2:
        raise ValueError(f"{len(text)} digits do not fit into {steps} steps.")
    spans: dict[int, tuple[int, int]] = {}
    for t in range(steps - 1, -1, -1):
        if state % 2:
            last = spans[state][1] if state in spans else t
            spans[state] = (t, last)
        state -= int(came[t, state])
    return [spans[2 * i + 1] for i in range(len(text))]


def _raise(beams: dict[Digits, tuple[float, float]], text: Digits, blank: float, digit: float) -> None:
    old_blank, old_digit = beams.get(text, (float(_NEVER), float(_NEVER)))
    beams[text] = _log_add(old_blank, blank), _log_add(old_digit, digit)


def _log_add(a: float, b: float) -> float:
    return float(np.logaddexp(a, b))
