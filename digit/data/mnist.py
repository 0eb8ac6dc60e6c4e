"""Loads MNIST and checks it.

MNIST comes from a folder (`--data-dir`, `DIGIT_DATA_DIR`) or, where there is a network, through
`keras.datasets.mnist`.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digit.errors import DataError

DATA_DIR_VARIABLE = "DIGIT_DATA_DIR"
MNIST_FILE = "mnist.npz"
WRITERS_FILE = "mnist_writers.npz"
MNIST_COUNTS = {"train": 60_000, "test": 10_000}


@dataclass(frozen=True, eq=False)
class Digits:
    """Labelled digit images.

    Attributes:
        images: uint8 of shape (N, 28, 28), ink = 255.
        labels: uint8 of shape (N,), 0 to 9.
        writers: int32 of shape (N,), the writer of each; None if unknown.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    writers: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: NDArray[np.integer] | slice) -> Digits:
        writers = None if self.writers is None else self.writers[index]
        return Digits(self.images[index], self.labels[index], writers)


@dataclass(frozen=True, eq=False)
class Mnist:
    """MNIST in its original order."""

    train: Digits
    test: Digits


def data_dir_from(given: str | os.PathLike[str] | None) -> Path | None:
    """The data folder: the one given, else `DIGIT_DATA_DIR`, else None (the network).

    Raises:
        DataError: the folder does not exist.
    """
    name = given if given is not None else os.environ.get(DATA_DIR_VARIABLE) or None
    if name is None:
        return None
    folder = Path(name)
    if not folder.is_dir():
        origin = "--data-dir" if given is not None else DATA_DIR_VARIABLE
        raise DataError(f"{origin} is {folder}, which is not a folder: expected one with {MNIST_FILE}.")
    return folder


def load_mnist(data_dir: str | os.PathLike[str] | None = None) -> Mnist:
    """Load MNIST from a folder or, without one, from the network through Keras (cached in ~/.keras).

    Args:
        data_dir: folder with `mnist.npz` (keys x_train, y_train, x_test, y_test) and, optionally,
            `mnist_writers.npz` (keys train, test: the writer of each image). None: `DIGIT_DATA_DIR`, else download.

    Raises:
        DataError: the file is missing or malformed, or the download failed.
    """
    folder = data_dir_from(data_dir)
    if folder is None:
        arrays, origin = _download_mnist(), "the downloaded MNIST"
        writers: dict[str, NDArray[np.int32]] = {}
    else:
        path = folder / MNIST_FILE
        arrays, origin = read_npz(path, ("x_train", "y_train", "x_test", "y_test")), str(path)
        writers = _load_writers(folder / WRITERS_FILE)
    parts = {}
    for part, count in MNIST_COUNTS.items():
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        check_digits(images, labels, origin=f"{origin}, {part}", count=count)
        parts[part] = Digits(images.astype(np.uint8), labels.astype(np.uint8), writers.get(part))
    return Mnist(parts["train"], parts["test"])


def validation_split(
    digits: Digits, *, fraction: float = 0.1, seed: int = 0
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices of a training and a validation part.

    If the writers are known, each is in one part only, so that validation measures how strangers are read; otherwise
    the split is stratified by class.

    Returns:
        Two sorted index arrays, the same for the same seed.
    """
    from sklearn.model_selection import GroupShuffleSplit, StratifiedShuffleSplit

    if digits.writers is not None:
        splitter = GroupShuffleSplit(n_splits=1, test_size=fraction, random_state=seed)
        train, validation = next(splitter.split(digits.labels, groups=digits.writers))
    else:
        splitter = StratifiedShuffleSplit(n_splits=1, test_size=fraction, random_state=seed)
        train, validation = next(splitter.split(digits.labels, digits.labels))
    return np.sort(train), np.sort(validation)


def read_npz(path: Path, keys: tuple[str, ...]) -> dict[str, NDArray[np.generic]]:
    """Load named arrays of an `.npz` file; pickled objects are refused.

    Raises:
        DataError: the file does not exist or is not an `.npz` file, or a key is missing.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            missing = [key for key in keys if key not in file.files]
            if missing:
                raise DataError(f"{path} should contain {', '.join(keys)}; it lacks {', '.join(missing)}.")
            return {key: file[key] for key in keys}
    except FileNotFoundError:
        raise DataError(f"There is no {path.name} in {path.parent}.") from None
    except (ValueError, OSError, zipfile.BadZipFile, EOFError) as error:
        raise DataError(f"{path} is not a readable .npz file ({error}).") from None


def check_digits(
    images: NDArray[np.generic], labels: NDArray[np.generic], *, origin: str, count: int | None = None
) -> None:
    """Check the assumptions of all other modules about labelled digit images.

    Raises:
        DataError: shape, dtype, label range or count is not as expected; the message names both.
    """
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise DataError(f"{origin}: images should have the shape (N, 28, 28); received {images.shape}.")
    if images.dtype != np.uint8:
        raise DataError(f"{origin}: images should be uint8; received {images.dtype}.")
    if labels.shape != (len(images),):
        raise DataError(f"{origin}: {len(images)} images need as many labels; received labels of shape {labels.shape}.")
    if not np.issubdtype(labels.dtype, np.integer):
        raise DataError(f"{origin}: labels should be integers; received {labels.dtype}.")
    if len(labels) and not np.isin(labels, np.arange(10)).all():
        raise DataError(f"{origin}: labels should be 0 to 9; received {np.unique(labels).tolist()[:12]}.")
    if count is not None and len(images) != count:
        raise DataError(f"{origin}: expected {count} images; received {len(images)}.")


def _load_writers(path: Path) -> dict[str, NDArray[np.int32]]:
    if not path.is_file():
        return {}
    arrays = read_npz(path, tuple(MNIST_COUNTS))
    for part, count in MNIST_COUNTS.items():
        if arrays[part].shape != (count,):
            raise DataError(f"{path}: {part} should contain {count} writers; received the shape {arrays[part].shape}.")
    return {part: arrays[part].astype(np.int32) for part in MNIST_COUNTS}


def _download_mnist() -> dict[str, NDArray[np.generic]]:
    import keras

    try:
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    except Exception as error:  # Keras raises bare Exception, URLError or ValueError here
        raise DataError(
            f"MNIST could not be downloaded through keras.datasets.mnist ({error}). "
            f"Without a network, pass a folder that contains {MNIST_FILE}: "
            f"--data-dir FOLDER or {DATA_DIR_VARIABLE}=FOLDER."
        ) from error
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


def to_digit_images(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Convert uint8 images, ink = 255, to float32 digit images, ink = 1."""
    return images.astype(np.float32) / np.float32(255)
