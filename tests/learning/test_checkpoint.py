"""A training that was killed goes on where it stopped, and ends as if nothing had happened."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
from dataclasses import replace
from functools import cache
from pathlib import Path

import keras
import numpy as np
import pytest

from digit.artifact import load_artifact
from digit.data.mnist import Digits
from digit.errors import SettingsError
from digit.learning import checkpoint as checkpoints
from digit.learning.checkpoint import Checkpoint, reliable_interrupts
from digit.learning.digits.distillation import Teachers
from digit.learning.digits.settings import TrainingSettings
from digit.learning.digits.training import train
from tests.digits import make_digits

SMALL = {"filters": [4, 8], "dense_units": 16}
QUICK = TrainingSettings("cnn_classic", SMALL, epochs=3, batch_size=32, seed=4, glyph_variants=0, outliers=0)
TRAINING, VALIDATION = make_digits(160), make_digits(100, seed=1)


class _StopAfterError(Exception):
    pass


def _stop_after(epoch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a training die once the checkpoint of this epoch is written."""
    save = Checkpoint.save

    def save_and_die(self: Checkpoint, *arguments: object) -> None:
        save(self, *arguments)  # type: ignore[arg-type]
        if self.epoch == epoch:
            raise _StopAfterError

    monkeypatch.setattr(Checkpoint, "save", save_and_die)


@pytest.mark.parametrize("epoch", [1, 3])
def test_a_resumed_training_ends_like_an_uninterrupted_one(
    epoch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights, averages, rates, dropout and batches go on: at most rounding differs, after any epoch."""
    path = tmp_path / "training.npz"
    _stop_after(epoch, monkeypatch)
    with pytest.raises(_StopAfterError):
        train(TRAINING, VALIDATION, QUICK, checkpoint=Checkpoint(path), verbose=0)
    monkeypatch.undo()
    model, history = train(TRAINING, VALIDATION, QUICK, checkpoint=Checkpoint(path), verbose=0)

    whole, expected = _uninterrupted()
    assert {name: len(values) for name, values in history.items()} == dict.fromkeys(expected, 3)
    assert history["learning_rate"] == pytest.approx(expected["learning_rate"])
    assert history["val_loss"] == pytest.approx(expected["val_loss"], rel=1e-3)
    for ours, theirs in zip(model.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-3)


@cache
def _uninterrupted() -> tuple[keras.Model, dict[str, list[float]]]:
    return train(TRAINING, VALIDATION, QUICK, verbose=0)


def test_teachers_and_bfloat16_go_on_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(QUICK, epochs=2, precision="mixed_bfloat16")
    teachers, path = Teachers([load_artifact().path]), tmp_path / "training.npz"
    _stop_after(1, monkeypatch)
    with pytest.raises(_StopAfterError):
        train(TRAINING, VALIDATION, settings, teachers=teachers, checkpoint=Checkpoint(path), verbose=0)
    monkeypatch.undo()
    _, history = train(TRAINING, VALIDATION, settings, teachers=teachers, checkpoint=Checkpoint(path), verbose=0)
    assert len(history["val_loss"]) == 2
    with pytest.raises(SettingsError, match=r"differs in teachers: it has \[.+\], received \[\]"):
        train(TRAINING, VALIDATION, settings, checkpoint=Checkpoint(path), verbose=0)


@pytest.fixture(scope="module")
def unfinished(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a training of one epoch."""
    path = tmp_path_factory.mktemp("unfinished") / "training.npz"
    train(TRAINING, VALIDATION, replace(QUICK, epochs=1), checkpoint=Checkpoint(path), verbose=0)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("digits", "settings", "sentence"),
    [
        (TRAINING, replace(QUICK, epochs=2), "differs in epochs: it has 1, received 2"),
        (make_digits(160, seed=9), replace(QUICK, epochs=1), "differs in digits"),
        (TRAINING, replace(QUICK, epochs=1, architecture={"filters": [4, 4]}), "differs in architecture"),
    ],
)
def test_the_checkpoint_of_another_training_is_refused(
    digits: Digits, settings: TrainingSettings, sentence: str, unfinished: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "training.npz"
    path.write_bytes(unfinished)
    with pytest.raises(SettingsError, match=sentence):
        train(digits, VALIDATION, settings, checkpoint=Checkpoint(path), verbose=0)
    assert path.read_bytes() == unfinished


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a file", b"no zip at all"])
def test_a_damaged_checkpoint_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "training.npz"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="cannot be read"):
        train(TRAINING, VALIDATION, QUICK, checkpoint=Checkpoint(path), verbose=0)


def test_a_full_disk_leaves_the_checkpoint_of_the_epoch_before(
    unfinished: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "training.npz"
    path.write_bytes(unfinished)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(checkpoints.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        train(TRAINING, VALIDATION, replace(QUICK, epochs=1), checkpoint=Checkpoint(path), verbose=0)
    assert path.read_bytes() == unfinished
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_that_is_lost_is_raised_at_the_end_of_the_epoch() -> None:
    """Where the first KeyboardInterrupt is swallowed, the next call raises it; afterwards all is as it was."""
    before = signal.getsignal(signal.SIGINT)
    with reliable_interrupts() as raise_again:
        raise_again(0, {})
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            raise_again(1, {})
    assert signal.getsignal(signal.SIGINT) is before
