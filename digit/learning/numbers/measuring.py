"""The confidence of whole numbers, fitted on validation pictures, and the figures of a finished finder and reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.artifact.reader import ReaderSettings
from digit.data.mnist import Digits
from digit.data.records.parts import Part
from digit.data.synthesis.glyphs import Glyphs
from digit.data.synthesis.lines import compose, empty, line_of
from digit.data.synthesis.pages import rows_page
from digit.data.synthesis.scenes import scene
from digit.evaluation.calibration import binned_accuracy
from digit.evaluation.numbers import Reading, digits_of, risk_coverage, same_number, score
from digit.learning.numbers.data import NumbersData
from digit.numbers.ctc import SEPARATORS
from digit.numbers.finder import Finder
from digit.numbers.reader import Reader
from digit.numbers.reading import LEAST_CONFIDENCE, number_on, read_views
from digit.types import FloatArray

Grey = NDArray[np.uint8]

MADE_PAGES = 200
"""Made pages of a set; every sixth has no number."""
MOST_ROWS = 8
GAPS = (10, 6, 4, 2, 0, -2, -4, -6)
"""Pixels between MNIST's digits on the lines of the curve; see `digit.data.synthesis.lines.line_of`."""
GAP_LINES = 200
GAP_DIGITS = 5
CURVE_POINTS = 101
FURTHER = 150
"""Pictures of each further kind that the confidence is fitted on."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture to measure with.

    Attributes:
        name: of its file, or its number.
        grey: uint8 of shape (H, W).
        written: the numbers on it.
        as_written: whether these have their separators.
        kind: kind of the numbers.
    """

    name: str
    grey: Grey
    written: tuple[str, ...]
    as_written: bool = True
    kind: str = ""


def pictures(data: NumbersData, part: Part, glyphs: Glyphs, seed: int) -> dict[str, list[Picture]]:
    """The sets of one part: logbook, register and cheques where there are any, and pages made of some digits."""
    sets: dict[str, list[Picture]] = {}
    for name, records in (("logbook", data.cells[part]), ("register", data.strips[part])):
        sets[name] = [Picture(r.name, r.grey, (r.text,), r.as_written, r.kind) for r in records]
    sets["cheques"] = [Picture(c.name, c.grey, (c.text,), False, "amount") for c in data.cheques[part]]
    letters = data.held_out_letters if part == "held_out" else data.letters
    sets["pages"] = made_pages(glyphs, letters, seed)
    return {name: found for name, found in sets.items() if found}


def made_pages(glyphs: Glyphs, letters: Sequence[FloatArray], seed: int, count: int = MADE_PAGES) -> list[Picture]:
    """Pages of no to `MOST_ROWS` rows; the same for the same seed."""
    rng = np.random.default_rng((seed, 11))
    made = []
    for index in range(count):
        rows = int(rng.integers(1, MOST_ROWS + 1)) if index % 6 else 0
        grey, texts = rows_page(glyphs, letters, rng, rows)
        made.append(Picture(f"page {index}", grey, tuple(texts), kind=f"{rows} rows"))
    return made


def read_all(found: Iterable[Picture], finder: Finder, reader: Reader) -> list[Reading]:
    """What is read from pictures."""
    readings = []
    for picture in found:
        number = number_on(picture.grey, finder, reader)
        texts = tuple(row.text for row in number.rows)
        readings.append(
            Reading(picture.name, picture.written, texts, number.confidence, picture.as_written, picture.kind)
        )
    return readings


@dataclass(frozen=True, eq=False)
class _Views:
    """Features of the readings of a picture, and whether each is right: of the whole, and of the lines found."""

    whole: tuple[list[FloatArray], list[bool]]
    found: tuple[list[FloatArray], list[bool]]


def fit_confidence(found: Iterable[Picture], finder: Finder, reader: Reader, beam: int = 8) -> ReaderSettings:
    """The logistic regression that says how likely a reading is right.

    It is fitted on the readings of both views. The surer of two views is right less often than its confidence says, so
    the score is then stretched and moved to fit those that it chooses (Platt 1999).

    Args:
        found: pictures that nothing was trained on.
    """
    views = list(_views(found, finder, reader))
    settings = _fitted([view for picture in views for view in (picture.whole, picture.found)], beam)
    chosen = [one for picture in views for one in zip(*_chosen(picture, settings), strict=True)]
    right = np.array([one for _, one in chosen], bool)
    if len(set(right.tolist())) < 2:
        return settings
    scores = [[float(one @ np.array(settings.weights, np.float32)) + settings.bias] for one, _ in chosen]
    stretch, move = _regression(np.array(scores), right)
    factor = max(float(stretch[0]), 0.01)
    return ReaderSettings(
        beam,
        tuple(round(factor * weight, 6) for weight in settings.weights),
        round(factor * settings.bias + move, 6),
    )


def _views(found: Iterable[Picture], finder: Finder, reader: Reader) -> Iterator[_Views]:
    for picture in found:
        parts = [
            (
                [one.features for one in views],
                [
                    any(same_number(one.reading.text, text, picture.as_written) for text in picture.written)
                    for one in views
                ],
            )
            for views in read_views(picture.grey, finder, reader)
        ]
        yield _Views(*parts)


def _fitted(samples: Sequence[tuple[list[FloatArray], list[bool]]], beam: int) -> ReaderSettings:
    features = [one for part, _ in samples for one in part]
    right = np.array([one for _, part in samples for one in part], bool)
    if len(set(right.tolist())) < 2:  # a training of a few steps
        return ReaderSettings(beam)
    values = np.stack(features).astype(np.float64)
    mean, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    weights, bias = _regression((values - mean) / spread, right)
    weights = weights / spread
    return ReaderSettings(beam, tuple(float(w) for w in weights), float(bias - mean @ weights))


def _regression(values: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, max_iter=1000).fit(values, right)
    return model.coef_[0], float(model.intercept_[0])


def _chosen(views: _Views, settings: ReaderSettings) -> tuple[list[FloatArray], list[bool]]:
    """The readings that `digit.numbers.reading` would choose with these settings."""

    def kept(part: tuple[list[FloatArray], list[bool]]) -> tuple[float, list[FloatArray], list[bool]]:
        scores = [float(one @ np.array(settings.weights, np.float32)) + settings.bias for one in part[0]]
        sure = [1 / (1 + np.exp(-one)) for one in scores]
        index = [i for i, one in enumerate(sure) if one >= LEAST_CONFIDENCE]
        mean = float(np.mean([sure[i] for i in index])) if index else 0.0
        return mean, [part[0][i] for i in index], [part[1][i] for i in index]

    whole, found = kept(views.whole), kept(views.found)
    _, features, right = found if found[0] >= whole[0] else whole
    return features, right


def figures(readings: Sequence[Reading]) -> dict[str, Any]:
    """Figures of one set, as JSON: `score`, and its parts by kind, length and separator, and the two curves."""
    curve = risk_coverage(readings)
    points = np.unique(np.linspace(0, len(curve) - 1, CURVE_POINTS).round().astype(int))
    answered = [reading for reading in readings if reading.read]
    bins = binned_accuracy(
        np.array([reading.confidence for reading in answered], np.float64),
        np.array([reading.right for reading in answered], bool),
        bins=10,
    )
    content: dict[str, Any] = score(readings).as_dict()
    content["by_kind"] = _shares(readings, lambda reading: reading.kind)
    if all(len(reading.written) == 1 for reading in readings):
        content["by_length"] = _shares(readings, lambda reading: str(len(digits_of(reading.written[0]))))
        if readings[0].as_written:
            content["by_separator"] = _shares(readings, _separator)
    content["risk_coverage"] = [[round(float(value), 4) for value in row] for row in curve[points]]
    content["reliability"] = [
        [round(float(sure), 4), round(float(share), 4), int(count)] for sure, share, count in bins if count
    ]
    return content


def _separator(reading: Reading) -> str:
    return next((mark.replace(",", ".") for mark in reading.written[0] if mark in SEPARATORS), "none")


def _shares(readings: Sequence[Reading], key: Any) -> dict[str, list[int]]:
    """How many pictures there are of each kind, and how many are right."""
    counts: dict[str, list[int]] = {}
    for reading in readings:
        count = counts.setdefault(key(reading), [0, 0])
        count[0] += 1
        count[1] += reading.right
    return dict(sorted(counts.items()))


def gap_lines(images: NDArray[np.uint8], labels: NDArray[np.uint8], gap: int, count: int = GAP_LINES) -> list[Picture]:
    """Lines of five digits, `gap` pixels apart, dark on white; the same digits for every gap.

    Args:
        images: digit images, uint8 of shape (N, 28, 28), ink = 255.
        labels: uint8 of shape (N,).
    """
    rng = np.random.default_rng(0)
    lines = []
    for index in range(count):
        chosen = rng.integers(0, len(labels), GAP_DIGITS)
        ink = np.pad(line_of(images[chosen], gap), ((8, 8), (8, 8)))
        text = "".join(str(digit) for digit in labels[chosen])
        lines.append(Picture(str(index), np.asarray(255 - 255 * ink, np.uint8), (text,)))
    return lines


def gap_accuracy(finder: Finder, reader: Reader, digits: Digits, gap: int, count: int = GAP_LINES) -> float:
    """Share of such lines that are read entirely."""
    readings = read_all(gap_lines(digits.images, digits.labels, gap, count), finder, reader)
    return round(sum(reading.right for reading in readings) / len(readings), 4)


def of_all_kinds(glyphs: Glyphs, letters: Sequence[FloatArray], seed: int) -> list[Picture]:
    """Further pictures to fit the confidence on: lines as they are drawn, small and large, and pictures of nothing."""
    rng = np.random.default_rng((seed, 12))
    lines = []
    for index in range(FURTHER):
        ink, text = compose(glyphs, rng, int(rng.integers(1, 8)))
        size = max(8, round(ink.shape[1] * (scale := rng.uniform(0.5, 4)))), max(8, round(ink.shape[0] * scale))
        grey = np.asarray(255 - 255 * cv2.resize(ink, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        lines.append(Picture(f"line {index}", grey, (text,)))
    nothing = [scene(int(rng.integers(100, 600)), rng) for _ in range(FURTHER)]
    nothing += [np.asarray(255 - 255 * empty(letters, rng), np.uint8) for _ in range(FURTHER)]
    return [*lines, *(Picture(f"nothing {index}", grey, ()) for index, grey in enumerate(nothing))]
