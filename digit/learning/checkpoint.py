"""A checkpoint: all that a training needs to go on after it was killed, in one file that is replaced after each epoch.

Keras's own BackupAndRestore writes its two files in place, so that a kill while it writes can spoil both, and keeps
no history. Here everything is one `.npz`, written beside the last one and renamed over it. Knows Keras's variables;
knows neither data nor artifacts.
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
        path: the file; None keeps the history alone, and writes nothing.
        epoch: epochs done so far.
        seconds: wall-clock time of these epochs, over all runs.
        history: the `COLUMNS`, a value for each of these epochs.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.epoch = 0
        self.seconds = 0.0
        self.history: dict[str, list[float]] = {name: [] for name in COLUMNS}

    def exists(self) -> bool:
        """Whether there is a training to go on with."""
        return self.path is not None and self.path.is_file()

    def save(self, model: Any, purpose: dict[str, Any]) -> None:
        """Write the state of a compiled network: weights, optimizer with its averages, random states, history.

        Args:
            purpose: JSON that says which training this is; `restore` compares it.

        Raises:
            OSError: it cannot be written; the file of the last epoch stays.
        """
        if self.path is None:
            return
        state = {"epoch": self.epoch, "seconds": self.seconds, "history": self.history, "purpose": purpose}
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

    def restore(self, model: Any, purpose: dict[str, Any]) -> None:
        """Put the saved state into a network that was built and compiled in the same way.

        Raises:
            SettingsError: the file is damaged, or is of another training; the message says in what they differ.
        """
        state, values = self._read()
        for name in state["purpose"] | purpose:
            saved, wanted = state["purpose"].get(name), purpose.get(name)
            if saved != wanted:
                raise SettingsError(
                    f"The unfinished training {self.path} differs in {name}: it has {_short(saved)}, received "
                    f"{_short(wanted)}. Give the same command, or remove the file to begin anew."
                )
        variables = _variables(model)
        if values.keys() != variables.keys() or any(values[n].shape != v.shape for n, v in variables.items()):
            raise SettingsError(
                f"The unfinished training {self.path} holds another network; remove the file to begin anew."
            )
        for name, variable in variables.items():
            variable.assign(values[name])
        self.epoch, self.seconds, self.history = state["epoch"], state["seconds"], state["history"]

    def remove(self) -> None:
        """Delete the file; it has done its duty."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _read(self) -> tuple[dict[str, Any], dict[str, NDArray[np.generic]]]:
        if self.path is None:
            raise ValueError("a checkpoint without a file cannot be restored")
        try:
            with np.load(self.path, allow_pickle=False) as file:
                state: dict[str, Any] = json.loads(str(file["state"]))
                return state, {name: file[name] for name in file.files if name != "state"}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise SettingsError(
                f"The unfinished training {self.path} cannot be read ({error}); remove the file to begin anew."
            ) from None


@contextlib.contextmanager
def heard_interrupts() -> Iterator[Callable[..., None]]:
    """A Ctrl-C is never lost while a network trains.

    Python drops a KeyboardInterrupt that is raised within a finaliser or a call-back of native code. What is yielded
    raises it once more, and is to be called at the end of each epoch.
    """
    heard = False

    def again(*_: Any) -> None:
        if heard:
            raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield again
        return

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal heard
        heard = True
        before(number, frame)

    signal.signal(signal.SIGINT, hear)
    try:
        yield again
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def kept(checkpoint: Checkpoint, purpose: dict[str, Any], begin_epoch: Callable[[int], None]) -> Iterator[list[Any]]:
    """Callbacks for a training that can be stopped and gone on with, to be used within.

    Args:
        purpose: JSON that says which training this is.
        begin_epoch: told the number of each epoch before its first batch is made.
    """
    with heard_interrupts() as interrupted:
        yield [
            keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: begin_epoch(epoch)),
            keras.callbacks.SwapEMAWeights(),
            KeepCheckpoint(checkpoint, purpose),
            keras.callbacks.LambdaCallback(on_epoch_end=interrupted),
        ]


def begin_with(model: Any, start: Path) -> None:
    """Give a network the weights of a finished one.

    Args:
        start: `.keras` file of a network of the same architecture.

    Raises:
        SettingsError: it is of another architecture.
    """
    weights = keras.models.load_model(start, compile=False, safe_mode=True).get_weights()
    if [w.shape for w in weights] != [w.shape for w in model.get_weights()]:
        raise SettingsError(f"{start} should hold weights of the preset {model.name}, and holds another network's.")
    model.set_weights(weights)


class KeepCheckpoint(keras.callbacks.Callback):  # type: ignore[misc]
    """Notes the history of each epoch and saves the checkpoint."""

    def __init__(self, checkpoint: Checkpoint, purpose: dict[str, Any]) -> None:
        super().__init__()
        self._checkpoint, self._purpose = checkpoint, purpose
        self._began = perf_counter() - checkpoint.seconds

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """A folder that cannot be written to is noticed now, and not after the first epoch."""
        self._checkpoint.save(self.model, self._purpose)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        figures = dict(logs or {}, learning_rate=rate)
        for name in COLUMNS:
            self._checkpoint.history[name].append(float(figures[name]))
        self._checkpoint.epoch = epoch + 1
        self._checkpoint.seconds = perf_counter() - self._began
        self._checkpoint.save(self.model, self._purpose)


def _variables(model: Any) -> dict[str, Any]:
    """Every variable of a compiled network by a name of its own: weights, dropout's random states, the optimizer's."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    named = {f"model_{i:03}": v for i, v in enumerate(model.variables)}
    return named | {f"optimizer_{i:03}": v for i, v in enumerate(model.optimizer.variables)}


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
