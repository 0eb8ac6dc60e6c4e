"""Connectionist temporal classification, the reading half: from steps to a text, its places and its probabilities.

Graves et al. 2006, "Connectionist temporal classification", ICML; the prefix search as in Hannun et al. 2014
(arXiv:1408.2873) without a language model. Class 0 is the blank, class d + 1 is the digit d. NumPy alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
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


def text_probability(answers: FloatArray, text: Digits) -> float:
    """The probability of a text, 0 to 1, the mean of what the networks give it.

    Args:
        answers: log-probabilities of each network, float32 of shape (networks, T, 11).
    """
    return float(np.exp([log_likelihood(answer, [text])[0] for answer in answers]).mean())


def log_likelihood(log_probabilities: FloatArray, texts: Sequence[Digits]) -> NDArray[np.float64]:
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
    result: NDArray[np.float64] = np.logaddexp(forward[rows, ends], last_digit)
    return result


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
