"""Checkpoints: the state of a training in one file, replaced after each epoch, so that a killed training can resume.

Keras's BackupAndRestore writes two files in place, which a kill during writing can corrupt, and keeps no history. Here
the state is one `.npz` file, written beside the previous one and renamed over it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digit.errors import SettingsError

COLUMNS = ("accuracy", "loss", "val_accuracy", "val_loss", "learning_rate")


class Checkpoint:
    """The file of one unfinished training.

    Attributes:
        path: the file; None only collects the history in memory.
        epoch: number of finished epochs.
        seconds: wall-clock time of these epochs, over all runs.
        history: the `COLUMNS`, with one value per finished epoch.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.epoch = 0
        self.seconds = 0.0
        self.history: dict[str, list[float]] = {name: [] for name in COLUMNS}

    def exists(self) -> bool:
        """Whether there is a training to resume."""
        return self.path is not None and self.path.is_file()

    def save(self, model: Any, identity: dict[str, Any]) -> None:
        """Write the state of a compiled network: weights, optimizer with its averages, random states, history.

        Args:
            identity: JSON that identifies the training; `restore` compares it.

        Raises:
            OSError: the file cannot be written; that of the previous epoch is kept.
        """
        if self.path is None:
            return
        state = {"epoch": self.epoch, "seconds": self.seconds, "history": self.history, "purpose": identity}
        values = {name: keras.ops.convert_to_numpy(variable) for name, variable in _variables(model).items()}
        content = io.BytesIO()
        np.savez(content, state=np.array(json.dumps(state)), **values)
        aside = self.path.with_name(f"{self.path.name}.new")
        try:
            with aside.open("wb") as file:
                file.write(content.getbuffer())
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self.path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    def restore(self, model: Any, identity: dict[str, Any]) -> None:
        """Load the saved state into a network that was built and compiled in the same way.

        Raises:
            SettingsError: the file is damaged, or belongs to another training; the message names the difference.
        """
        state, values = self._read()
        for name in state["purpose"] | identity:
            saved, wanted = state["purpose"].get(name), identity.get(name)
            if saved != wanted:
                raise SettingsError(
                    f"The unfinished training {self.path} differs in {name}: it has {shorten(saved)}, received "
                    f"{shorten(wanted)}. Use the same command, or delete the file to start over."
                )
        variables = _variables(model)
        if values.keys() != variables.keys() or any(values[n].shape != v.shape for n, v in variables.items()):
            raise SettingsError(
                f"The unfinished training {self.path} is of another network; delete the file to start over."
            )
        for name, variable in variables.items():
            variable.assign(values[name])
        self.epoch, self.seconds, self.history = state["epoch"], state["seconds"], state["history"]

    def remove(self) -> None:
        """Delete the file."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _read(self) -> tuple[dict[str, Any], dict[str, NDArray[np.generic]]]:
        if self.path is None:
            raise ValueError("a checkpoint without a file cannot be restored")
        try:
            with self.path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                state: dict[str, Any] = json.loads(str(file["state"]))
                return state, {name: file[name] for name in file.files if name != "state"}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise SettingsError(
                f"The unfinished training {self.path} cannot be read ({error}); delete the file to start over."
            ) from None


@contextlib.contextmanager
def reliable_interrupts() -> Iterator[Callable[..., None]]:
    """Make sure that no Ctrl-C is lost during a training.

    Python drops a KeyboardInterrupt that is raised within a finaliser or a callback of native code. This yields a
    function that raises it again, to be called at the end of each epoch.
    """
    interrupted = False

    def raise_again(*_: Any) -> None:
        if interrupted:
            raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield raise_again
        return

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield raise_again
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def checkpoint_callbacks(
    checkpoint: Checkpoint, identity: dict[str, Any], begin_epoch: Callable[[int], None]
) -> Iterator[list[Any]]:
    """Callbacks for a training that can be interrupted and resumed, valid within the context.

    Args:
        identity: JSON that identifies the training.
        begin_epoch: called with the number of each epoch before its first batch is made.
    """
    with reliable_interrupts() as raise_again:
        yield [
            keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: begin_epoch(epoch)),
            keras.callbacks.SwapEMAWeights(),
            SaveCheckpoint(checkpoint, identity),
            keras.callbacks.LambdaCallback(on_epoch_end=raise_again),
        ]


def load_initial_weights(model: Any, start: Path) -> None:
    """Load the weights of a finished network.

    Args:
        start: `.keras` file of a network of the same architecture.

    Raises:
        SettingsError: the file is of another architecture.
    """
    weights = keras.models.load_model(start, compile=False, safe_mode=True).get_weights()
    if [w.shape for w in weights] != [w.shape for w in model.get_weights()]:
        raise SettingsError(f"{start} should contain a network of the preset {model.name}; it contains another.")
    model.set_weights(weights)


class SaveCheckpoint(keras.callbacks.Callback):  # type: ignore[misc]
    """Records the history of each epoch and saves the checkpoint."""

    def __init__(self, checkpoint: Checkpoint, identity: dict[str, Any]) -> None:
        super().__init__()
        self._checkpoint, self._identity = checkpoint, identity
        self._began = perf_counter() - checkpoint.seconds

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Save at once, so that a folder that cannot be written to is noticed before the first epoch."""
        self._checkpoint.save(self.model, self._identity)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        figures = dict(logs or {}, learning_rate=rate)
        for name in COLUMNS:
            self._checkpoint.history[name].append(float(figures[name]))
        self._checkpoint.epoch = epoch + 1
        self._checkpoint.seconds = perf_counter() - self._began
        self._checkpoint.save(self.model, self._identity)


def _variables(model: Any) -> dict[str, Any]:
    """Every variable of a compiled network by a unique name: weights, random states of dropout, optimizer."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    named = {f"model_{i:03}": v for i, v in enumerate(model.variables)}
    return named | {f"optimizer_{i:03}": v for i, v in enumerate(model.optimizer.variables)}


def shorten(value: Any) -> str:
    """A value as JSON of at most 60 characters, for messages."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
