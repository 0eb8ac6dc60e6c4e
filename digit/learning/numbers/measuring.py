"""How well a line reader reads, how honest its confidence is, and where it says that the digits are.

Knows the served reader, lines and texts; knows neither Keras nor files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import Digits
from digit.data.records.cheques import Cheque
from digit.data.synthesis.lines import line_of
from digit.evaluation.calibration import expected_calibration_error, fit_temperature
from digit.evaluation.edit_distance import score_lines, written_in_place
from digit.numbers.ctc import greedy, joint_search
from digit.numbers.line_image import fit_line
from digit.numbers.line_reader import LineReader, digit_scores
from digit.recognition.probability import softmax
from digit.types import FloatArray

Line = tuple[FloatArray, str]
"""Ink, float32 (H, W), 0 to 1, ink = 1, and the digits that are written there."""

GAPS = (10, 6, 4, 2, 0, -2, -4, -6)
"""Pixels between MNIST's digits on the lines of the curve; see `digit.data.synthesis.lines.line_of`."""
GAP_LINES = 200
GAP_DIGITS = 5


def measure(reader: LineReader, lines: Sequence[Line]) -> dict[str, Any]:
    """How well lines are read, and how honest the confidence is.

    Returns:
        "greedy", by the best class of each step of the (first) network, and "beam", by the search in all networks'
        answers: `digit.evaluation.edit_distance.LineScore` as JSON; "ece": expected calibration error of the digits
        that the reader's own settings read (a digit made up counts as wrong).
    """
    texts = [text for _, text in lines]
    answers = [reader.steps(fit_line(ink)[0]) for ink, _ in lines]
    found = [_text(greedy(steps[0])) for steps in answers]
    searched = [_text(joint_search(steps)[0][0]) for steps in answers]
    scores, labels = _digit_answers(reader, lines)
    probabilities = softmax((scores / reader.settings.temperature).astype(np.float32))
    return {
        "greedy": score_lines(texts, found).as_dict(),
        "beam": score_lines(texts, searched).as_dict(),
        "ece": round(expected_calibration_error(labels, probabilities), 5) if len(labels) else None,
    }


def reading_temperature(reader: LineReader, lines: Sequence[Line]) -> float:
    """The temperature that makes the confidence most honest on lines that were not trained on (Guo et al. 2017); 1
    where no digit is read."""
    scores, labels = _digit_answers(reader, lines)
    if not len(labels):
        return 1.0
    return fit_temperature(scores.astype(np.float32), labels)


def _digit_answers(reader: LineReader, lines: Sequence[Line]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """`digit_scores` of every digit read, (N, 11), and what is written there: a digit, or 10 for nothing."""
    scores, labels = [np.zeros((0, 11))], []
    for ink, text in lines:
        steps = reader.steps(fit_line(ink)[0])
        read = reader.text_of(steps)
        if read:
            scores.append(digit_scores(steps, read))
            labels += [10 if c is None else int(c) for c in written_in_place(text, _text(read))]
    return np.concatenate(scores), np.array(labels, np.int64)


def gap_accuracy(reader: LineReader, digits: Digits, gap: int) -> float:
    """Share of lines of five digits, `gap` pixels apart, that are read entirely; the same digits for every gap."""
    rng = np.random.default_rng(0)
    texts, guesses = [], []
    for _ in range(GAP_LINES):
        chosen = rng.integers(0, len(digits), GAP_DIGITS)
        texts.append("".join(str(d) for d in digits.labels[chosen]))
        framed = np.pad(line_of(digits.images[chosen], gap), ((3, 3), (0, 0)))
        guesses.append(_text(reader.text_of(reader.steps(fit_line(framed)[0]))))
    return round(score_lines(texts, guesses).accuracy, 4)


def place_overlap(reader: LineReader, cheques: Sequence[Cheque]) -> float:
    """Mean overlap (intersection over union of the columns) of the places with the boxes drawn by people, on the
    cheques that are read right."""
    overlaps = []
    for cheque in cheques:
        found = reader.read_line(cheque.ink)
        if found.text != cheque.text:
            continue
        for digit, (x, _, width, _) in zip(found.digits, cheque.boxes.tolist(), strict=True):
            shared = min(digit.right, x + width) - max(digit.left, x)
            overlaps.append(max(0.0, shared) / (max(digit.right, x + width) - min(digit.left, x)))
    return round(float(np.mean(overlaps)), 4) if overlaps else 0.0


def _text(digits: tuple[int, ...]) -> str:
    return "".join(str(digit) for digit in digits)
