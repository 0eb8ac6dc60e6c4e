"""Trains the line reader: a convolutional network with CTC on lines that are made while it learns.

Knows lines, Keras and the checkpoint; knows neither model folders nor evaluation. `KERAS_BACKEND=jax` or `torch` trains
as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from digit.artifact import sha256_of
from digit.ctc import BLANK, CLASSES
from digit.data.cheques import Cheque, spliced
from digit.data.lines import Glyphs, compose, empty, on_paper, vary
from digit.errors import SettingsError
from digit.imaging.line import LINE_HEIGHT
from digit.learning.checkpoint import Checkpoint, begin_with, kept
from digit.learning.ctc_loss import ctc_loss

FloatArray = NDArray[np.float32]

LONGEST = 16
"""Digits of a training line at most."""
WIDTHS = (112, 160, 256)
"""Columns of a training batch, in turn: most numbers are short, and empty columns cost time."""
READER = "line_reader"


@dataclass(frozen=True)
class LineSettings:
    """How a line reader is trained; each field with its reason.

    Attributes:
        filters: channels of the five stages, multiples of 16 as processors like them; 0.7 MB in the app.
        dropout: before the last stage; a few hundred real cheques are soon known by heart.
        steps: batches in all.
        log_steps: batches between two lines of the log, two validations and two checkpoints; `steps` is a multiple of
            it, or less.
        columns: columns of a batch in all, so that batches of all widths take the same time.
        learning_rate: highest rate of the schedule, for AdamW.
        weight_decay: AdamW's.
        warmup: share of the steps over which the rate rises; CTC starts from blanks and is easily thrown off.
        ema_momentum: decay of the running average of the weights that is kept in the end (Polyak averaging).
        cheques: share of the lines that are real cheques, where there are any.
        spliced: share of the lines that are pieces of several real cheques, likewise.
        paper: share of the other lines that lie on printed paper; the rest is clean ink.
        empty: share of the lines without a digit.
        precision: "float32", or "mixed_bfloat16" where the processor knows bfloat16; the kept weights are float32.
        seed: of the initial weights and of the lines.
    """

    filters: tuple[int, ...] = (32, 48, 64, 96, 128)
    dropout: float = 0.2
    steps: int = 6000
    log_steps: int = 250
    columns: int = 6400
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: float = 0.05
    ema_momentum: float = 0.999
    cheques: float = 0.3
    spliced: float = 0.35
    paper: float = 0.5
    empty: float = 0.04
    precision: str = "float32"
    seed: int = 0

    @property
    def round_steps(self) -> int:
        """Batches of a round: one line of the log."""
        return min(self.log_steps, self.steps)

    def check(self) -> None:
        """
        Raises:
            SettingsError: a value is not allowed.
        """
        if len(self.filters) != 5 or min(self.filters) < 1:
            raise SettingsError(f"filters should be five numbers of channels; received {self.filters}.")
        for name in ("steps", "log_steps", "columns"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name} should be 1 or more; received {getattr(self, name)}.")
        if self.steps % self.round_steps:
            raise SettingsError(f"steps should be a multiple of {self.log_steps}, or less; received {self.steps}.")
        if not 0 <= self.seed < 2**31:
            raise SettingsError(f"seed should be 0 to {2**31 - 1}; received {self.seed}.")
        for name in ("dropout", "warmup", "cheques", "spliced", "paper", "empty"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"{name} should be 0 to 1; received {getattr(self, name)}.")
        if self.cheques + self.spliced > 1:
            raise SettingsError(f"cheques and spliced should be 1 at most; received {self.cheques + self.spliced}.")
        if not 0 < self.learning_rate < 1:
            raise SettingsError(f"learning_rate should lie between 0 and 1; received {self.learning_rate}.")
        if not 0 <= self.ema_momentum < 1:
            raise SettingsError(f"ema_momentum should be 0 or more and below 1; received {self.ema_momentum}.")
        if self.precision not in ("float32", "mixed_bfloat16"):
            raise SettingsError(f"precision should be float32 or mixed_bfloat16; received {self.precision!r}.")


def build_reader(settings: LineSettings) -> Any:
    """The network: float32 lines (N, 40, W, 1), ink = 1, to logits (N, W / 2, 11); W is a multiple of 4.

    Convolutions alone, so that a line may have any width: down to 5 rows and a quarter of the columns, then over all
    rows at once, then along the line. The last layer answers for two steps at each place, so that two thin digits
    within eight columns still have a blank between them.
    """
    first, second, third, fourth, last = settings.filters
    inputs = keras.Input((LINE_HEIGHT, None, 1), name="lines")
    x = _convolution(inputs, first, 5, strides=2)
    x = _convolution(x, second, 3)
    x = keras.layers.MaxPooling2D(2)(x)
    x = _convolution(x, third, 3)
    x = _residual(x, third, 3)
    x = keras.layers.MaxPooling2D((2, 1))(x)
    x = _convolution(x, fourth, 3)
    x = _residual(x, fourth, 3)
    x = keras.layers.Dropout(settings.dropout)(x)
    x = keras.layers.ZeroPadding2D((0, 1))(x)  # the columns alone: all rows become one
    x = _convolution(x, last, (LINE_HEIGHT // 8, 3), padding="valid")
    for _ in range(3):
        x = _residual(x, last, (1, 5))
    x = keras.layers.Conv2D(2 * CLASSES, 1, dtype="float32")(x)
    outputs = keras.layers.Reshape((-1, CLASSES), dtype="float32", name="steps")(x)
    return keras.Model(inputs, outputs, name=READER)


def merged(models: Sequence[Any]) -> Any:
    """One network of several: float32 lines (N, 40, W, 1) to the logits of each, (N, networks, W / 2, 11)."""
    inputs = keras.Input((LINE_HEIGHT, None, 1), name="lines")
    for number, model in enumerate(models, 1):
        model.name = f"{READER}_{number}"
    outputs = keras.ops.stack([model(inputs) for model in models], axis=1)
    return keras.Model(inputs, outputs, name=READER)


def train_reader(
    glyphs: Glyphs,
    cheques: list[Cheque],
    validation: tuple[FloatArray, NDArray[np.int32]],
    settings: LineSettings,
    *,
    start: Path | None = None,
    checkpoint: Checkpoint | None = None,
    verbose: int = 2,
) -> tuple[Any, dict[str, list[float]]]:
    """Train one line reader.

    Args:
        glyphs: digits that lines are put together from.
        cheques: real lines to learn from; may be empty.
        validation: lines (N, 40, W, 1) and their labels (N, `LONGEST`), see `labels_of`.
        start: a `reader.keras` whose weights to begin with.
        checkpoint: saved every `log_steps`; where its file exists, the training goes on from there.
        verbose: Keras's: 2 writes a line every `log_steps`, 0 nothing.

    Returns:
        The network with its averaged weights, float32, and the history: accuracy (share of whole lines), loss,
        val_accuracy, val_loss and learning_rate every `log_steps`.

    Raises:
        SettingsError: a setting is not allowed, `start` holds another network, or the checkpoint is of another
            training.
    """
    settings.check()
    cv2.setNumThreads(1)  # small pictures: OpenCV's own threads would only fight the network's for the cores
    keras.utils.set_random_seed(settings.seed)
    keras.config.set_dtype_policy(settings.precision)
    try:
        model = build_reader(settings)
    finally:
        keras.config.set_dtype_policy("float32")
    if start is not None:
        begin_with(model, start)
    total = settings.steps
    warmup = round(settings.warmup * total)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 20,
        warmup_target=settings.learning_rate,
        warmup_steps=warmup,
        decay_steps=max(1, total - warmup),
        alpha=0.005,
    )
    model.compile(
        optimizer=keras.optimizers.AdamW(
            schedule,
            weight_decay=settings.weight_decay,
            use_ema=True,
            ema_momentum=min(settings.ema_momentum, 1 - 10 / (total + 10)),
            global_clipnorm=1.0,
        ),
        loss=ctc_loss(),
        metrics=[accuracy],
        jit_compile=False,  # compiled for each width anew, and slower on a CPU
    )
    checkpoint = checkpoint or Checkpoint()
    purpose = _purpose(glyphs, cheques, validation, settings, start)
    if checkpoint.exists():
        checkpoint.restore(model, purpose)
    batches = LineBatches(glyphs, cheques, settings)
    with kept(checkpoint, purpose, batches.begin_epoch) as kept_callbacks:
        model.fit(
            batches,
            shuffle=False,
            epochs=total // settings.round_steps,
            initial_epoch=checkpoint.epoch,
            validation_data=validation,
            validation_batch_size=25,
            callbacks=kept_callbacks,
            verbose=verbose,
        )
    final = build_reader(settings)
    final.set_weights(model.get_weights())
    return final, checkpoint.history


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


def accuracy(labels: Any, logits: Any) -> Any:
    """Share of the lines of a batch whose best steps, runs counted once and blanks left out, spell the whole label."""
    ops = keras.ops
    best = ops.cast(ops.argmax(logits, axis=-1), "int32")
    before = ops.concatenate([ops.full_like(best[:, :1], -1), best[:, :-1]], axis=1)
    kept = ops.cast(ops.logical_and(best != before, best != BLANK), "int32")
    place = ops.cumsum(kept, axis=1) * kept  # 1 for the first digit; 0 is no digit
    spelled = ops.sum(ops.one_hot(place, LONGEST + 1, dtype="int32")[..., 1:] * ops.expand_dims(best, -1), axis=1)
    right = ops.all(ops.equal(spelled, ops.cast(labels, "int32")), axis=1)
    short = ops.sum(kept, axis=1) <= LONGEST
    return ops.mean(ops.cast(ops.logical_and(right, short), "float32"))


def _purpose(
    glyphs: Glyphs,
    cheques: list[Cheque],
    validation: tuple[FloatArray, NDArray[np.int32]],
    settings: LineSettings,
    start: Path | None,
) -> dict[str, Any]:
    """Which training this is, as JSON: a checkpoint of another one must not be gone on with."""
    data = hashlib.sha256(glyphs.sha256.encode())
    for cheque in cheques:
        data.update(cheque.ink.tobytes() + cheque.text.encode())
    for part in validation:
        data.update(part.tobytes())
    purpose = asdict(settings) | {"data": data.hexdigest()[:12], "start": sha256_of(start)[:12] if start else None}
    same: dict[str, Any] = json.loads(json.dumps(purpose))  # as it comes back from the file: tuples become lists
    return same


def _fitting(cheques: list[Cheque], width: int) -> list[Cheque]:
    """The cheques that fill a field of `width` by about a half or more; all, where there are too few of them."""
    lengths = [cheque.ink.shape[1] * LINE_HEIGHT / cheque.ink.shape[0] for cheque in cheques]
    fitting = [c for c, length in zip(cheques, lengths, strict=True) if 0.45 * width < length < 1.02 * width]
    return fitting if len(fitting) > len(cheques) / 20 else cheques


def _convolution(x: Any, filters: int, size: int | tuple[int, int], *, strides: int = 1, padding: str = "same") -> Any:
    x = keras.layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False)(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization()(x))


def _residual(x: Any, filters: int, size: int | tuple[int, int]) -> Any:
    added = keras.layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    added = keras.layers.BatchNormalization()(added)
    return keras.layers.ReLU()(keras.layers.Add()([x, added]))
