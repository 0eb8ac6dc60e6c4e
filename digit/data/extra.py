"""Further data sets of handwritten digits, from a folder or from OpenML, as digit images in MNIST's format.

MNIST's writers are American; these data sets add the 1 with a flag, the 7 with a bar, and other pens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import Digits, check_digits, data_dir_from, read_npz
from digit.errors import DataError, SettingsError
from digit.imaging import preprocess
from digit.imaging.normalization import normalize_ink


@dataclass(frozen=True)
class ExtraDataset:
    """Where a data set comes from and how it is used.

    Attributes:
        description: one sentence.
        file: path below `--data-dir`.
        train_keys: names of the image and label arrays to train on.
        test_keys: names of the image and label arrays to test on; None if the data set has no test split.
        dark_on_light: True if the images are pictures of paper, which need all of `digit.imaging`; the others are ink
            maps and are only normalised.
        held_out: without `test_keys`, the number of digits at the end that are kept for testing; 0 keeps a fifth.
        repeat: how often an epoch shows each training digit, so that a small data set has an effect.
        openml: OpenML's data id and the side length of an image, if `sklearn.datasets.fetch_openml` has the data set.
    """

    description: str
    file: str
    train_keys: tuple[str, str]
    test_keys: tuple[str, str] | None = None
    dark_on_light: bool = False
    held_out: int = 0
    repeat: int = 1
    openml: tuple[int, int] | None = None


EXTRA_DATASETS: dict[str, ExtraDataset] = {
    "usps": ExtraDataset(
        "Digits from United States envelopes, 16x16 (Hull 1994).",
        "extra/usps.npz",
        ("x_train", "y_train"),
        ("x_test", "y_test"),
        openml=(41082, 16),
    ),
    "semeion": ExtraDataset(
        "Digits of about 80 Italian writers, 16x16, binary: 1 with a flag, 7 with a bar (Buscema 1998).",
        "extra/semeion.npz",
        ("x", "y"),
        held_out=320,
        repeat=2,
        openml=(1501, 16),
    ),
    "optdigits": ExtraDataset(
        "Digits of 43 Turkish writers, 32x32, binary; 8x8 grey from OpenML (Alpaydin and Kaynak 1998).",
        "extra/optdigits32.npz",
        ("x_train", "y_train"),
        ("x_test", "y_test"),
        repeat=2,
        openml=(28, 8),
    ),
    "hwd1000": ExtraDataset(
        "1,000 drawn digits of one German writer, 28x28.",
        "extra/hwd1000.npz",
        ("x", "y"),
        dark_on_light=True,
        held_out=100,
        repeat=2,
    ),
    "scansheet": ExtraDataset(
        "9,200 scanned pen and pencil cells, 64x84, digits 0 to 7.",
        "extra/scansheet_cells.npz",
        ("x", "y"),
        dark_on_light=True,
        held_out=920,
    ),
}


@dataclass(frozen=True, eq=False)
class TrainTest:
    """The two splits of a data set.

    Attributes:
        train: digits to train on.
        test: digits to test on; may be empty.
        repeat: how often an epoch shows each digit of `train`.
    """

    train: Digits
    test: Digits
    repeat: int = 1


def load_extra(name: str, data_dir: str | Path | None = None) -> TrainTest:
    """Load one of `EXTRA_DATASETS`, normalised as MNIST is: each digit in a 20x20 box, its centre of mass at the centre
    of 28x28.

    Raises:
        SettingsError: there is no such data set.
        DataError: the data set is missing, cannot be downloaded or is malformed.
    """
    if name not in EXTRA_DATASETS:
        raise SettingsError(f"There is no data set {name!r}. Data sets: {', '.join(EXTRA_DATASETS)}.")
    dataset = EXTRA_DATASETS[name]
    folder = data_dir_from(data_dir)
    if folder is not None:
        keys = (*dataset.train_keys, *(dataset.test_keys or ()))
        arrays = read_npz(folder / dataset.file, keys)
        parts = [(arrays[image], arrays[label]) for image, label in zip(keys[::2], keys[1::2], strict=True)]
    elif dataset.openml is not None:
        parts = [_download(name, *dataset.openml)]
    else:
        raise DataError(
            f"The data set {name!r} has no public loader: expected {dataset.file} below --data-dir or DIGIT_DATA_DIR."
        )
    digits = [_as_digits(images, labels, dataset, origin=name) for images, labels in parts]
    if len(digits) == 2:
        return TrainTest(digits[0], digits[1], dataset.repeat)
    held_out = dataset.held_out or len(digits[0]) // 5
    return TrainTest(digits[0][slice(None, -held_out)], digits[0][slice(-held_out, None)], dataset.repeat)


def join(parts: Sequence[tuple[Digits, int]]) -> Digits:
    """Concatenate data sets, each repeated the given number of times; writers are dropped."""
    images = np.concatenate([np.tile(digits.images, (times, 1, 1)) for digits, times in parts])
    labels = np.concatenate([np.tile(digits.labels, times) for digits, times in parts])
    return Digits(images, labels)


def _as_digits(
    images: NDArray[np.generic], labels: NDArray[np.generic], dataset: ExtraDataset, *, origin: str
) -> Digits:
    if images.ndim != 3 or images.dtype != np.uint8:
        raise DataError(
            f"{origin}: images should be uint8 of shape (N, H, W); received {images.dtype} of shape {images.shape}."
        )
    converted = np.zeros((len(images), 28, 28), np.uint8)
    for target, image in zip(converted, images, strict=True):
        if dataset.dark_on_light:
            digit_image = preprocess(image).digit_image
        else:
            digit_image = normalize_ink(image.astype(np.float32) / np.float32(255))
        target[...] = np.round(digit_image * 255)
    written = converted.any(axis=(1, 2))  # empty cells are dropped
    check_digits(converted, labels, origin=origin)
    return Digits(converted[written], labels.astype(np.uint8)[written])


def _download(name: str, data_id: int, side: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    from sklearn.datasets import fetch_openml

    try:
        bunch: Any = fetch_openml(data_id=data_id, as_frame=False)
    except Exception as error:  # URLError, HTTPError, OpenMLError or ValueError
        raise DataError(
            f"{name} could not be downloaded through sklearn.datasets.fetch_openml ({error}). "
            f"Without a network, pass a folder that contains {EXTRA_DATASETS[name].file}: --data-dir FOLDER."
        ) from error
    values = np.asarray(bunch.data, np.float32)
    if values.shape[1] != side * side:
        raise DataError(f"{name}: OpenML should give {side * side} values a digit; received {values.shape[1]}.")
    scaled = (values - values.min()) / (values.max() - values.min()) * 255
    labels = np.asarray(bunch.target).astype(np.float32).astype(int)
    labels -= labels.min()  # OpenML numbers the classes of USPS and Semeion from 1
    return scaled.reshape(-1, side, side).round().astype(np.uint8), labels.astype(np.uint8)
