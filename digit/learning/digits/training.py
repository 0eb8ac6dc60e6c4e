"""Trains one network on augmented digit images: batches, schedule, averaged weights.

The training step is Keras's own, so `KERAS_BACKEND=jax` and `torch` work, too.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from digit.artifact import sha256_of
from digit.data.augmentation import augment_batch
from digit.data.mnist import Digits, to_digit_images
from digit.data.synthesis.glyph_variants import draw_glyph_variant
from digit.data.synthesis.outliers import outlier
from digit.learning.checkpoint import Checkpoint, checkpoint_callbacks, load_initial_weights
from digit.learning.digits.distillation import Teachers
from digit.learning.digits.presets import build_model
from digit.learning.digits.settings import TrainingSettings


class AugmentedDigits(keras.utils.PyDataset):  # type: ignore[misc]
    """Shuffled batches of augmented digit images.

    Every batch has its own random generator, seeded by (seed, epoch, batch): the same seed gives the same batches,
    whichever thread makes them. With teachers, the targets are their answers mixed with the labels.
    """

    def __init__(
        self,
        digits: Digits,
        settings: TrainingSettings,
        *,
        teachers: Teachers | None = None,
        workers: int = 2,
    ) -> None:
        super().__init__(workers=workers, max_queue_size=16)
        self._images = to_digit_images(digits.images)
        self._labels = digits.labels
        self._targets = one_hot(digits.labels)
        self._settings = settings
        self._teachers = teachers
        self.begin_epoch(0)

    def __len__(self) -> int:
        return math.ceil(len(self._order) / self._settings.batch_size)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        size = self._settings.batch_size
        chosen = self._order[index * size : (index + 1) * size]
        images, targets = self._images[chosen], self._targets[chosen]
        rng = np.random.default_rng((self._settings.seed, self._epoch, index))
        if self._settings.glyph_variants:
            count = self._count(self._settings.glyph_variants)
            drawn, labels = zip(*(draw_glyph_variant(rng) for _ in range(count)), strict=True)
            images = np.concatenate([images, np.stack(drawn)])
            targets = np.concatenate([targets, one_hot(np.array(labels))])
        if self._settings.augmentation is not None:
            images = augment_batch(images, self._settings.augmentation, rng)
        if self._teachers is not None:
            share = np.float32(self._settings.teaching)
            targets = share * self._teachers(images, rng) + (1 - share) * targets
        if self._settings.outliers:
            count = self._count(self._settings.outliers)
            strange = np.stack([outlier(rng, self._images, self._labels) for _ in range(count)])
            images = np.concatenate([images, strange])
            targets = np.concatenate([targets, np.full((count, 10), 0.1, np.float32)])
        return images[..., np.newaxis], targets

    def begin_epoch(self, epoch: int) -> None:
        """Shuffle for this epoch. The training passes its number, because Keras's `on_epoch_end` is also called before
        the first epoch."""
        self._epoch = epoch
        rng = np.random.default_rng((self._settings.seed, epoch))
        self._order = rng.permutation(len(self._images))[: self._settings.epoch_digits or None]

    def _count(self, share: float) -> int:
        """The number of images that are a share of a batch, at least one."""
        return max(1, round(share * self._settings.batch_size))


def train(
    training: Digits,
    validation: Digits,
    settings: TrainingSettings,
    *,
    teachers: Teachers | None = None,
    start: Path | None = None,
    checkpoint: Checkpoint | None = None,
    callbacks: Sequence[Any] = (),
    verbose: str | int = "auto",
) -> tuple[Any, dict[str, list[float]]]:
    """Train one network, from scratch or from the weights of another.

    Args:
        teachers: networks to distil from, weighted by `settings.teaching`.
        start: a `model.keras` of the same preset that gives the initial weights.
        checkpoint: saved after each epoch; if its file exists, the training continues from it. The file is not deleted
            at the end: the caller removes it when the network has been exported.
        callbacks: further callbacks of Keras.
        verbose: verbosity of Keras: "auto" and 1 show a progress bar, 2 a line per epoch, 0 nothing.

    Returns:
        The network with its averaged weights, float32, and the history: accuracy, loss, val_accuracy, val_loss and
        learning_rate per epoch. The training figures are of augmented digits, the validation figures of digits without
        augmentation.

    Raises:
        SettingsError: the preset or a setting is not allowed, `start` has another architecture, or the checkpoint
            belongs to another training.
        OSError: the checkpoint cannot be written.
    """
    settings.check()
    cv2.setNumThreads(1)  # for 28x28 images, OpenCV's threads would only compete with those of the network
    keras.utils.set_random_seed(settings.seed)
    keras.config.set_dtype_policy(settings.precision)
    try:
        model = build_model(settings.preset, seed=settings.seed, architecture=settings.architecture)
    finally:
        keras.config.set_dtype_policy("float32")
    if start is not None:
        load_initial_weights(model, start)
    batches = AugmentedDigits(training, settings, teachers=teachers)
    steps_per_epoch = len(batches)
    total_steps = settings.epochs * steps_per_epoch
    model.compile(
        optimizer=keras.optimizers.AdamW(
            _schedule(settings, steps_per_epoch, total_steps),
            weight_decay=settings.weight_decay,
            use_ema=True,
            ema_momentum=min(settings.ema_momentum, 1 - 10 / (total_steps + 10)),
            global_clipnorm=1.0,
        ),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=settings.label_smoothing),
        metrics=[accuracy],
    )
    checkpoint = checkpoint or Checkpoint()
    identity = _identity(training, validation, settings, teachers, start)
    if checkpoint.exists():
        checkpoint.restore(model, identity)
    with checkpoint_callbacks(checkpoint, identity, batches.begin_epoch) as own_callbacks:
        model.fit(
            batches,
            shuffle=False,  # the batches shuffle themselves, reproducibly for a resumed training
            epochs=settings.epochs,
            initial_epoch=checkpoint.epoch,
            validation_data=(to_digit_images(validation.images)[..., np.newaxis], one_hot(validation.labels)),
            validation_batch_size=500,
            callbacks=[*own_callbacks, *callbacks],
            verbose=verbose,
        )
    final = build_model(settings.preset, architecture=settings.architecture)
    final.set_weights(model.get_weights())
    return final, checkpoint.history


def accuracy(targets: Any, logits: Any) -> Any:
    """Share of the digits in a batch that are classified correctly; outliers, which have no label, do not count."""
    is_digit = keras.ops.cast(
        keras.ops.max(targets, axis=-1) > 0.15, "float32"
    )  # the targets of an outlier are all 0.1
    correct = keras.ops.equal(keras.ops.argmax(targets, axis=-1), keras.ops.argmax(logits, axis=-1))
    hits = keras.ops.sum(keras.ops.cast(correct, "float32") * is_digit)
    return hits / keras.ops.maximum(keras.ops.sum(is_digit), 1.0)


def one_hot(labels: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
    """One-hot rows, float32 (N, 10), of labels (N,)."""
    rows: NDArray[np.float32] = np.eye(10, dtype=np.float32)[labels]
    return rows


def _identity(
    training: Digits, validation: Digits, settings: TrainingSettings, teachers: Teachers | None, start: Path | None
) -> dict[str, Any]:
    """What identifies a training, as JSON: a checkpoint of another training must not be restored."""
    digits = hashlib.sha256()
    for part in (training, validation):
        digits.update(part.images.tobytes())
        digits.update(part.labels.tobytes())
    identity = asdict(settings) | {
        "digits": digits.hexdigest()[:12],
        "teachers": [artifact.sha256[:12] for artifact in teachers.artifacts] if teachers else [],
        "start": sha256_of(start)[:12] if start else None,
    }
    as_loaded: dict[str, Any] = json.loads(json.dumps(identity))  # JSON turns tuples into lists
    return as_loaded


def _schedule(settings: TrainingSettings, steps_per_epoch: int, total_steps: int) -> Any:
    """Linear warm-up, then cosine decay to a hundredth (Loshchilov and Hutter 2017, arXiv:1608.03983)."""
    warmup = min(round(settings.warmup_epochs * steps_per_epoch), total_steps // 5)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 20,
        warmup_target=settings.learning_rate,
        warmup_steps=warmup,
        decay_steps=max(1, total_steps - warmup),
        alpha=0.01,
    )
