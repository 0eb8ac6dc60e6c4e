"""Reads the digits of a line with a network that sees the whole of it, so that digits may touch and overlap.

Knows LiteRT, the ink of a line and the CTC formulas; knows neither where the line came from nor how the network was
trained. Safe to share between threads.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digit.artifact.names import READER_SETTINGS
from digit.artifact.reader import ReaderSettings, load_reader_settings
from digit.errors import ArtifactError
from digit.numbers.ctc import CLASSES, Digits, align, greedy, joint_search, place_likelihoods
from digit.numbers.line_image import LINE_HEIGHT, fit_line
from digit.recognition.litert import Interpreters
from digit.recognition.probability import softmax
from digit.types import FloatArray

STEP = 2
"""Columns of a fitted line for each step of the network's answer."""
INK = 0.35
"""Fainter marks do not widen a digit's place."""
PLACE = 0.55
"""A digit's place reaches at most so far from its middle, as a share of the line's height."""


class LineDigit(NamedTuple):
    """One digit of a line.

    Attributes:
        digit: 0 to 9.
        confidence: calibrated probability, 0 to 1, that it is there and is this digit.
        probabilities: float32 of shape (10,), summing to 1: which digit it is, if one is there.
        left, right: where it is, in columns of the ink that was given.
    """

    digit: int
    confidence: float
    probabilities: FloatArray
    left: float
    right: float


class LineReading(NamedTuple):
    """The answer for one line.

    Attributes:
        digits: from left to right; empty where none is.
        probability: of the whole text, 0 to 1, the mean of the networks'.
    """

    digits: tuple[LineDigit, ...] = ()
    probability: float = 0.0

    @property
    def text(self) -> str:
        """The digits as they are read."""
        return "".join(str(one.digit) for one in self.digits)

    @property
    def likeness(self) -> float:
        """How much a line looks like digits, 0 to 1: its probability for each digit (the geometric mean), so that long
        numbers are not suspect for being long. Letters give less than digits do, by a wider margin than in the mean
        confidence of the digits."""
        return float(self.probability ** (1 / len(self.digits))) if self.digits else 0.0


class LineReader:
    """The line reader of a model folder.

    Attributes:
        settings: how the answers of the network are read.
    """

    def __init__(self, path: Path, settings: ReaderSettings | None = None) -> None:
        """
        Args:
            path: `reader.tflite`.
            settings: None takes them from `reader.json` beside it.

        Raises:
            ArtifactError: a file cannot be used.
        """
        self.settings = settings or load_reader_settings(path.with_name(READER_SETTINGS))
        self._path = path
        try:
            self._interpreters = Interpreters(path.read_bytes())
        except OSError as error:
            raise ArtifactError(f"{path} cannot be read ({error.strerror}).") from None
        self.steps(np.zeros((LINE_HEIGHT, 64), np.float32))  # fails now rather than when asked

    def read_line(self, ink: FloatArray) -> LineReading:
        """The digits of one line.

        Args:
            ink: float32 of shape (H, W), 0 to 1, ink = 1: one line, levelled, a little air above and below.
        """
        if min(ink.shape) < 2 or float(ink.max(initial=0)) < INK:
            return LineReading()
        fitted, scale, offset = fit_line(ink)
        steps = self.steps(fitted)
        text = self.text_of(steps)
        if not text:
            return LineReading()
        likelihoods = place_likelihoods(steps, text)
        probability = float(np.exp(likelihoods[:, 0, text[0]]).mean())
        answers = softmax((likelihoods.mean(axis=0) / self.settings.temperature).astype(np.float32))
        places = [((a - offset) / scale, (b - offset) / scale) for a, b in _places(steps[0], text, fitted)]
        width = float(ink.shape[1])
        digits = tuple(
            LineDigit(d, float(row[d]), row[:10] / row[:10].sum(), min(max(left, 0.0), width), min(right, width))
            for d, row, (left, right) in zip(text, answers, places, strict=True)
        )
        return LineReading(digits, probability)

    def text_of(self, steps: FloatArray) -> Digits:
        """The text that the settings choose, from float32 log-probabilities (networks, T, 11)."""
        if self.settings.beam == 1 and len(steps) == 1:
            return greedy(steps[0])
        return joint_search(steps, self.settings.beam)[0][0]

    def steps(self, fitted: FloatArray) -> FloatArray:
        """What each network of the file answers to a line from `fit_line`, (`LINE_HEIGHT`, W): log-probabilities,
        float32 of shape (networks, W / 2, 11).

        Raises:
            ArtifactError: the file is not a line reader.
        """
        try:
            logits = self._interpreters.run(np.ascontiguousarray(fitted, np.float32)[np.newaxis, :, :, np.newaxis])
            steps: FloatArray = np.asarray(logits, np.float32).reshape(-1, fitted.shape[1] // STEP, CLASSES)
        except (ValueError, RuntimeError) as error:
            raise ArtifactError(f"{self._path} is not a LiteRT model of lines ({error}).") from None
        result: FloatArray = np.log(np.maximum(softmax(steps), np.float32(1e-12)))
        return result


def digit_scores(steps: FloatArray, text: Digits) -> NDArray[np.float64]:
    """What speaks for every digit in each place of a text, the rest of the text being right.

    The text is compared with the nine that have another digit in the place and the one that has none.

    Args:
        steps: log-probabilities of each network, float32 of shape (networks, T, 11).

    Returns:
        Log-likelihoods, the mean of the networks', float64 of shape (len(text), 11): the digits 0 to 9, and no digit.
    """
    mean: NDArray[np.float64] = place_likelihoods(steps, text).mean(axis=0)
    return mean


def _places(log_probabilities: FloatArray, text: Digits, fitted: FloatArray) -> list[tuple[float, float]]:
    """Left and right of each digit in columns of the fitted line.

    The network speaks up near the middle of a digit. Halfway to the next one, at the emptiest column around there, one
    digit ends and the next begins; then empty columns at both sides are given up.
    """
    middles = [(first + last + 1) / 2 * STEP for first, last in align(log_probabilities, text)]
    width = fitted.shape[1]
    columns = fitted.sum(axis=0)
    cuts = [_emptiest(columns, a, b) for a, b in itertools.pairwise(middles)]
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
    """The column with least ink in the middle half of what lies between two digits' middles."""
    start, stop = round(a + (b - a) / 4), round(b - (b - a) / 4) + 1
    window = columns[start:stop]
    if len(window) == 0:
        return (a + b) / 2
    towards_middle = np.abs(np.arange(start, stop) - (a + b) / 2) * np.float32(0.02)
    return float(start + int((window + towards_middle).argmin()))
