"""Connectionist temporal classification, the reading half: from steps to texts, their probabilities and their places.

Graves et al. 2006, "Connectionist temporal classification", ICML; the prefix search as in Hannun et al. 2014
(arXiv:1408.2873) without a language model. Class 0 is the blank, class c + 1 is character c of `ALPHABET`.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from digit.types import FloatArray

ALPHABET = "0123456789.,-/:"
"""What a number is written with: the ten digits, then the separators."""
DIGITS, SEPARATORS = ALPHABET[:10], ALPHABET[10:]
BLANK = 0
CLASSES = len(ALPHABET) + 1
_NEVER = -1e30
_LEAST_LIKELY = -9.0
"""Characters with less than one chance in 8,000 at a step start nothing."""


def prefix_search(log_probabilities: FloatArray, beam: int = 8) -> list[tuple[str, float]]:
    """Find the most probable texts, each summed over all of its alignments, among those that a beam keeps.

    Args:
        log_probabilities: float32 of shape (T, `CLASSES`).
        beam: number of prefixes that are followed.

    Returns:
        Texts and their log-probabilities, the best first.
    """
    # A prefix has two scores: of the alignments that end with a blank, and of those that end with its last character.
    beams: dict[str, tuple[float, float]] = {"": (0.0, _NEVER)}
    for step in log_probabilities.astype(np.float64):
        likely = [int(c) for c in np.flatnonzero(step[1:] > _LEAST_LIKELY)]
        if not likely and len(beams) == 1 and "" in beams:
            beams = {"": (beams[""][0] + step[BLANK], _NEVER)}
            continue
        grown: dict[str, tuple[float, float]] = {}
        for text, (blank, character) in beams.items():
            both = _log_add(blank, character)
            _raise(grown, text, both + step[BLANK], _NEVER)
            if text:
                _raise(grown, text, _NEVER, character + step[ALPHABET.index(text[-1]) + 1])
            for c in likely:
                before = blank if text and text[-1] == ALPHABET[c] else both
                _raise(grown, text + ALPHABET[c], _NEVER, before + step[c + 1])
        beams = dict(sorted(grown.items(), key=lambda item: -_log_add(*item[1]))[:beam])
    return [(text, score) for text, scores in beams.items() if (score := _log_add(*scores)) > _NEVER / 2]


def align(log_probabilities: FloatArray, text: str) -> list[tuple[int, int]]:
    """The steps of each character on the most probable alignment of a text (Viterbi 1967).

    Args:
        log_probabilities: float32 of shape (T, `CLASSES`).

    Returns:
        The first and the last step of each character.

    Raises:
        ValueError: the text does not fit into T steps.
    """
    states = [BLANK]
    for character in text:
        states += [ALPHABET.index(character) + 1, BLANK]
    steps, count = len(log_probabilities), len(states)
    score = np.full(count, _NEVER)
    score[:2] = log_probabilities[0, states[:2]]
    came = np.zeros((steps, count), np.int64)
    index = np.arange(count)
    may_skip = np.array([s >= 3 and states[s] != BLANK and states[s] != states[s - 2] for s in range(count)])
    for t in range(1, steps):
        before = np.concatenate([[_NEVER, _NEVER], score])
        options = np.stack([score, before[1:-1], np.where(may_skip, before[:-2], _NEVER)])
        came[t] = options.argmax(axis=0)
        score = options[came[t], index] + log_probabilities[t, states]
    state = count - 1 if count == 1 or score[-1] >= score[-2] else count - 2
    if score[state] <= _NEVER / 2:
        raise ValueError(f"{len(text)} characters do not fit into {steps} steps.")
    spans: dict[int, tuple[int, int]] = {}
    for t in range(steps - 1, -1, -1):
        if state % 2:
            spans[state] = (t, spans.get(state, (t, t))[1])
        state -= int(came[t, state])
    return [spans[2 * i + 1] for i in range(len(text))]


def well_formed(text: str) -> bool:
    """Whether separators stand only between digits, or one before them: 12.50, 3-4, -7, .5."""
    if not text:
        return True
    return text[-1] in DIGITS and not any(a in SEPARATORS and b in SEPARATORS for a, b in pairwise(text))


def _raise(beams: dict[str, tuple[float, float]], text: str, blank: float, character: float) -> None:
    old_blank, old_character = beams.get(text, (_NEVER, _NEVER))
    beams[text] = _log_add(old_blank, blank), _log_add(old_character, character)


def _log_add(a: float, b: float) -> float:
    return float(np.logaddexp(a, b))
