"""Lines to learn from, made while the network learns: digits put together, real lines and pieces of them; their labels.

Knows lines and Keras's batches; knows no network.
"""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from digit.data.records.cheques import Cheque, spliced
from digit.data.synthesis.lines import Glyphs, compose, empty, on_paper, vary
from digit.learning.numbers.settings import LineSettings
from digit.numbers.ctc import BLANK
from digit.numbers.line_image import LINE_HEIGHT
from digit.types import FloatArray

LONGEST = 16
"""Digits of a training line at most."""
WIDTHS = (112, 160, 256)
"""Columns of a training batch, in turn: most numbers are short, and empty columns cost time."""


class LineBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of lines, made by threads beside the training; each has a random generator of its own, seeded by
    (seed, epoch, batch), so that a resumed training sees what an unbroken one would have seen."""

    def __init__(self, glyphs: Glyphs, cheques: list[Cheque], settings: LineSettings) -> None:
        super().__init__(workers=2, max_queue_size=16)
        self._glyphs, self._cheques, self._settings = glyphs, cheques, settings
        self._by_width = [_fitting(cheques, width) for width in WIDTHS]
        self._epoch = 0

    def __len__(self) -> int:
        return self._settings.round_steps

    def begin_epoch(self, epoch: int) -> None:
        """From now on, the batches of this epoch."""
        self._epoch = epoch

    def __getitem__(self, index: int) -> tuple[FloatArray, NDArray[np.int32]]:
        rng = np.random.default_rng((self._settings.seed, self._epoch, index))
        turn = index % len(WIDTHS)
        width = WIDTHS[turn]
        count = max(1, self._settings.columns // width)
        lines = np.empty((count, LINE_HEIGHT, width, 1), np.float32)
        texts = []
        for target in lines:
            ink, text = self._line(rng, turn)
            target[..., 0] = vary(ink, rng, width)
            texts.append(text)
        return lines, labels_of(texts)

    def _line(self, rng: np.random.Generator, turn: int) -> tuple[FloatArray, str]:
        settings, width = self._settings, WIDTHS[turn]
        digits = int(np.clip(round(rng.normal(width / 26, width / 60)), 1, LONGEST - 4))
        choice = rng.random()
        real = self._by_width[turn]
        if real and choice < settings.cheques:
            cheque = real[rng.integers(len(real))]
            return cheque.ink, cheque.text
        if real and choice < settings.cheques + settings.spliced:
            return spliced(self._cheques, rng, digits)
        made = 1 - settings.cheques - settings.spliced if real else 1.0
        if rng.random() < settings.empty / max(made, settings.empty, 1e-6):
            ink, text = empty(rng), ""
        else:
            ink, text = compose(self._glyphs, rng, digits)
        return (on_paper(ink, rng) if rng.random() < settings.paper else ink), text


def labels_of(texts: list[str]) -> NDArray[np.int32]:
    """Texts as CTC wants them: int32 of shape (N, `LONGEST`), each digit plus one, then zeros.

    Raises:
        ValueError: a text is longer than `LONGEST`.
    """
    labels = np.full((len(texts), LONGEST), BLANK, np.int32)
    for row, text in zip(labels, texts, strict=True):
        row[: len(text)] = [int(character) + 1 for character in text]
    return labels


def _fitting(cheques: list[Cheque], width: int) -> list[Cheque]:
    """The cheques that fill a field of `width` by about a half or more; all, where there are too few of them."""
    lengths = [cheque.ink.shape[1] * LINE_HEIGHT / cheque.ink.shape[0] for cheque in cheques]
    fitting = [c for c, length in zip(cheques, lengths, strict=True) if 0.45 * width < length < 1.02 * width]
    return fitting if len(fitting) > len(cheques) / 20 else cheques
