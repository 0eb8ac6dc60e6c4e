"""What a command of `train.py` leaves on disk, and what it tells the user when it stops early."""

from __future__ import annotations

import argparse
import errno
import shlex
from datetime import datetime
from pathlib import Path

from digit.artifact import CONFIG
from digit.errors import SettingsError
from digit.process.stderr import silenced_stderr

ARTIFACTS = Path("artifacts")
UNFINISHED = ".unfinished.npz"


def load_keras() -> None:
    """Import Keras, which takes seconds, with the messages of its backend silenced."""
    with silenced_stderr():
        import keras  # noqa: F401


def dated_folder(name: str) -> Path:
    """The default output folder of a run that starts now."""
    return ARTIFACTS / f"{name}-{datetime.now():%Y%m%d-%H%M%S}"


def new_folder(output: Path | None, name: str, *, resume: bool) -> Path:
    """The model folder that a training will write; with `resume`, that of the interrupted training.

    Args:
        output: the value of `--output`.
        name: preset, part of the default folder's name.

    Raises:
        SettingsError: the folder exists, or there is a checkpoint and `resume` is not set, or the reverse.
    """
    folder = output
    if folder is None and resume:
        checkpoints = sorted(ARTIFACTS.glob(f".{name}-*{UNFINISHED}"), key=lambda path: path.stat().st_mtime)
        if not checkpoints:
            raise SettingsError(
                f"--resume: {ARTIFACTS} contains no unfinished training of {name}; pass its folder with --output."
            )
        folder = ARTIFACTS / checkpoints[-1].name[1:].removesuffix(UNFINISHED)
    folder = folder or dated_folder(name)
    if folder.exists():
        raise SettingsError(f"--output {folder} exists already: expected a new folder.")
    checkpoint = checkpoint_path(folder)
    if checkpoint.exists() and not resume:
        raise SettingsError(
            f"{checkpoint} is an unfinished training of {folder}: continue it with --resume, or delete the file to "
            "start over."
        )
    return folder


def checkpoint_path(folder: Path) -> Path:
    """The checkpoint of a model folder that does not exist yet: a hidden file beside it."""
    return folder.with_name(f".{folder.name}{UNFINISHED}")


def training_leftovers(options: argparse.Namespace) -> str:
    """Describe what an interrupted training has left behind, and how to continue.

    Args:
        options: the parsed command line; `given` is the list that was parsed.
    """
    folder: Path | None = options.output
    if folder is not None and (folder / CONFIG).is_file():
        return f"{folder} is complete except for its figures."
    if folder is None or not checkpoint_path(folder).exists():
        tuned = getattr(options, "tune", None)
        return "Finished trials are kept: the same command continues." if tuned else "Nothing was written."
    more = [] if "--resume" in options.given else ["--resume"]
    more += [] if "--output" in options.given else ["--output", str(folder)]
    return f"Continue with: {shlex.join(['python', 'train.py', *options.given, *more])}"


def describe_os_error(error: OSError) -> str:
    """A sentence about an error of the operating system."""
    where = f" at {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}: about 30 MB of free space are needed."
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return f"Expected a folder{where}, found a file."
    return f"{error.strerror or error}{where}."
