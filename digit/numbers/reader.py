"""Reads a line: one network from a line image to the number as it is written, separators included.

The network answers at each step with a character or none (CTC); a prefix search turns the steps into texts with their
likelihoods, and the alignment of the best text gives the places of its digits. Safe to share between threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digit.artifact.names import READER_SETTINGS
from digit.artifact.reader import ReaderSettings, load_reader_settings
from digit.errors import ArtifactError
from digit.numbers.ctc import ALPHABET, BLANK, CLASSES, DIGITS, align, prefix_search, well_formed
from digit.numbers.line_image import LINE_HEIGHT, fit_line
from digit.recognition.litert import Interpreters
from digit.recognition.probability import softmax
from digit.types import FloatArray

STEP = 2
"""Columns of a line image for each step of the network's answer."""
INK = 0.35
"""Fainter marks do not widen a digit's place."""
PLACE = 0.55
"""A digit's place reaches at most so far from its middle, as a share of the line's height."""
MOST_ALTERNATIVES = 4
_LARGEST_MARGIN = 12.0


@dataclass(frozen=True, eq=False)
class LineDigit:
    """One digit of a line.

    Attributes:
        digit: 0 to 9.
        confidence: probability of the digit at its step, 0 to 1, against all other characters and none.
        probabilities: float32 of shape (10,), summing to 1.
        left, right: its place, in columns of the ink that was read.
    """

    digit: int
    confidence: float
    probabilities: NDArray[np.float32]
    left: float
    right: float


@dataclass(frozen=True, eq=False)
class LineReading:
    """What a line says.

    Attributes:
        text: as written; empty where nothing is.
        likelihood: log-probability of the text.
        margin: by how much it exceeds that of the next text.
        digits: the digits of the text.
        alternatives: the next texts with their shares of the likelihood, 0 to 1.
        nothing: log-probability that nothing is written.
    """

    text: str = ""
    likelihood: float = 0.0
    margin: float = _LARGEST_MARGIN
    digits: tuple[LineDigit, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    nothing: float = 0.0

    def features(self, found: float | None, others: Sequence[LineReading]) -> FloatArray:
        """What the confidence is computed from, float32 of shape (`FEATURES`,).

        Args:
            found: score of the line by the finder; None for a whole picture taken as a line.
            others: the readings of the other view of the same picture.
        """
        least = min((digit.confidence for digit in self.digits), default=1.0)
        best = max((other.likelihood for other in others if other.digits), default=self.likelihood)
        return np.array(
            [
                max(self.likelihood, -20.0),
                self.margin,
                np.log(max(least, 1e-4)),
                max(self.nothing, -20.0),
                np.log1p(len(self.text)),
                found is None,
                found or 0.0,
                np.clip(self.likelihood - best, -10, 10),
                any(other.says(self.text) for other in others),
            ],
            np.float32,
        )

    def says(self, text: str) -> bool:
        """Whether the text is this one; a comma and a point are the same."""
        return self.text.replace(",", ".") == text.replace(",", ".")


FEATURES = 9


class Reader:
    """`reader.tflite` and its settings."""

    def __init__(self, path: Path, settings: ReaderSettings | None = None) -> None:
        """
        Args:
            path: `reader.tflite`.
            settings: None takes them from `reader.json` beside it.

        Raises:
            ArtifactError: a file cannot be used.
        """
        self.settings = settings or load_reader_settings(path.with_name(READER_SETTINGS))
        if len(self.settings.weights) != FEATURES:
            raise ArtifactError(
                f"{READER_SETTINGS} should have {FEATURES} weights; it has {len(self.settings.weights)}."
            )
        self._path = path
        try:
            self._interpreters = Interpreters(path.read_bytes())
        except OSError as error:
            raise ArtifactError(f"{path} cannot be read ({error.strerror}).") from None
        self.steps(np.zeros((LINE_HEIGHT, 64), np.float32))  # fails now rather than when asked

    def read(self, ink: FloatArray) -> LineReading:
        """Read one line.

        Args:
            ink: float32 of shape (H, W), 0 to 1, ink = 1: one line, a little air above and below.
        """
        if min(ink.shape) < 2 or float(ink.max(initial=0)) < INK:
            return LineReading()
        fitted, scale, offset = fit_line(ink)
        steps = self.steps(fitted)
        texts = distinct(prefix_search(steps, self.settings.beam))
        text, likelihood = texts[0]
        rest = texts[1 : 1 + MOST_ALTERNATIVES]
        margin = min(likelihood - rest[0][1], _LARGEST_MARGIN) if rest else _LARGEST_MARGIN
        total = np.logaddexp.reduce([score for _, score in texts])
        alternatives = tuple((other, float(np.exp(score - total))) for other, score in rest)
        digits = _digits(steps, text, fitted, scale, offset, ink.shape[1]) if text else ()
        return LineReading(text, likelihood, margin, digits, alternatives, float(steps[:, BLANK].sum()))

    def confidence(self, features: FloatArray) -> float:
        """Calibrated probability that all of a text is right, 0 to 1, from `LineReading.features`."""
        score = float(features @ np.array(self.settings.weights, np.float32)) + self.settings.bias
        return float(1 / (1 + np.exp(-score)))

    def steps(self, fitted: FloatArray) -> FloatArray:
        """What the network answers to a line image: log-probabilities, float32 of shape (W / 2, `CLASSES`).

        Args:
            fitted: float32 of shape (`LINE_HEIGHT`, W), see `fit_line`.

        Raises:
            ArtifactError: the file is not a reader.
        """
        try:
            logits = self._interpreters.run(np.ascontiguousarray(fitted, np.float32)[np.newaxis, :, :, np.newaxis])
            steps: FloatArray = np.asarray(logits, np.float32).reshape(fitted.shape[1] // STEP, CLASSES)
        except (ValueError, RuntimeError) as error:
            raise ArtifactError(f"{self._path} is not a LiteRT model that reads lines ({error}).") from None
        result: FloatArray = np.log(np.maximum(softmax(steps), np.float32(1e-12)))
        return result


def distinct(texts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The well-formed texts with their log-probabilities, best first; those that differ in a comma for a point are one,
    the likelier of them. The empty text where no other is well-formed."""
    kept: dict[str, tuple[str, float]] = {}
    for text, score in texts:
        if well_formed(text):
            same = text.replace(",", ".")
            first, sum_ = kept.get(same, (text, -np.inf))
            kept[same] = first, float(np.logaddexp(sum_, score))
    return sorted(kept.values(), key=lambda item: -item[1]) or [("", 0.0)]


def _digits(
    steps: FloatArray, text: str, fitted: FloatArray, scale: float, offset: float, width: int
) -> tuple[LineDigit, ...]:
    spans = align(steps, text)
    middles = [(first + last + 1) / 2 * STEP for first, last in spans]
    digits = []
    for character, (first, last), (left, right) in zip(text, spans, _places(middles, fitted), strict=True):
        if character not in DIGITS:
            continue
        index = ALPHABET.index(character) + 1
        step = steps[first + int(steps[first : last + 1, index].argmax())]
        probabilities = softmax(step[1:11])
        a, b = max((left - offset) / scale, 0.0), min((right - offset) / scale, float(width))
        digits.append(LineDigit(index - 1, float(np.exp(step[index])), probabilities, a, max(b, a + 1)))
    return tuple(digits)


def _places(middles: list[float], fitted: FloatArray) -> list[tuple[float, float]]:
    """Left and right of each character in columns of the line image.

    The network speaks up near the middle of a character. Halfway to the next one, at the emptiest column around there,
    one ends and the next begins; then empty columns at both sides are given up.
    """
    width = fitted.shape[1]
    columns = fitted.sum(axis=0)
    cuts = [_emptiest(columns, a, b) for a, b in pairwise(middles)]
    reach = PLACE * LINE_HEIGHT
    lefts = [max(0.0, middles[0] - reach), *cuts]
    rights = [*cuts, min(float(width), middles[-1] + reach)]
    inked = fitted.max(axis=0) > INK
    places = []
    for middle, left, right in zip(middles, lefts, rights, strict=True):
        start, stop = round(max(left, middle - reach)), round(min(right, middle + reach))
        found = np.flatnonzero(inked[start:stop])
        if len(found):
            start, stop = start + int(found[0]), start + int(found[-1]) + 1
        places.append((float(start), float(max(stop, start + 1))))
    return places


def _emptiest(columns: FloatArray, a: float, b: float) -> float:
    """The column with least ink in the middle half of what lies between two middles."""
    start, stop = round(a + (b - a) / 4), round(b - (b - a) / 4) + 1
    window = columns[start:stop]
    if len(window) == 0:
        return (a + b) / 2
    towards_middle = np.abs(np.arange(start, stop) - (a + b) / 2) * np.float32(0.02)
    return float(start + int((window + towards_middle).argmin()))
