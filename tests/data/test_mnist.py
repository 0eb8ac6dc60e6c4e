"""Data sets are checked on arrival, errors say what to do, and the split keeps writers apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digit.data import mnist as datasets
from digit.data.mnist import Digits, check_digits, data_dir_from, load_mnist, validation_split
from digit.errors import DataError
from tests.digits import make_digits


@pytest.fixture
def small_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "MNIST_COUNTS", {"train": 60, "test": 20})


def write_mnist(folder: Path, *, writers: bool = False) -> None:
    train, test = make_digits(60), make_digits(20, seed=1)
    np.savez(folder / "mnist.npz", x_train=train.images, y_train=train.labels, x_test=test.images, y_test=test.labels)
    if writers:
        np.savez(folder / "mnist_writers.npz", train=np.arange(60, dtype=np.int32), test=np.arange(20, dtype=np.int32))


@pytest.mark.usefixtures("small_counts")
def test_a_folder_is_read_with_its_writers(tmp_path: Path) -> None:
    write_mnist(tmp_path, writers=True)
    mnist = load_mnist(tmp_path)
    assert (len(mnist.train), len(mnist.test)) == (60, 20)
    assert mnist.train.writers is not None
    assert mnist.train.writers.tolist() == list(range(60))


@pytest.mark.usefixtures("small_counts")
def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_mnist(tmp_path)
    monkeypatch.setenv("DIGIT_DATA_DIR", str(tmp_path))
    assert load_mnist().train.writers is None


def test_a_missing_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a folder"):
        data_dir_from(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"no mnist\.npz"):
        load_mnist(tmp_path)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").write_text("not an archive")
    with pytest.raises(DataError, match=r"not a readable \.npz"):
        load_mnist(tmp_path)
    np.savez(tmp_path / "mnist.npz", x_train=np.zeros(3))
    with pytest.raises(DataError, match="lacks y_train"):
        load_mnist(tmp_path)


def test_a_wrong_count_is_refused(tmp_path: Path) -> None:
    write_mnist(tmp_path)
    with pytest.raises(DataError, match=r"expected 60000 images; received 60\."):
        load_mnist(tmp_path)


@pytest.mark.parametrize(
    ("images", "labels", "sentence"),
    [
        (np.zeros((2, 14, 14), np.uint8), np.zeros(2, np.uint8), r"shape \(N, 28, 28\)"),
        (np.zeros((2, 28, 28), np.float64), np.zeros(2, np.uint8), "should be uint8; received float64"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.uint8), "2 images need as many labels"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.float32), "labels should be integers"),
        (np.zeros((2, 28, 28), np.uint8), np.array([1, 10]), "labels should be 0 to 9"),
        (np.zeros((2, 28, 28), np.uint8), np.array([-1, 1]), "labels should be 0 to 9"),
    ],
)
def test_arrays_that_are_not_digits_are_refused(images: np.ndarray, labels: np.ndarray, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        check_digits(images, labels, origin="here")


def test_a_failed_download_says_what_was_tried_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    keras = pytest.importorskip("keras")

    def fail() -> None:
        raise OSError("no route to host")

    monkeypatch.delenv("DIGIT_DATA_DIR", raising=False)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", fail)
    with pytest.raises(DataError, match=r"keras\.datasets\.mnist \(no route to host\).*--data-dir FOLDER"):
        load_mnist()


def test_no_writer_is_on_both_sides_of_the_split() -> None:
    digits = make_digits(400, writers=40)
    train, validation = validation_split(digits, fraction=0.2, seed=3)
    assert digits.writers is not None
    assert not set(digits.writers[train]) & set(digits.writers[validation])
    assert sorted([*train, *validation]) == list(range(400))


def test_without_writers_every_class_keeps_its_share() -> None:
    digits = make_digits(400)
    _, validation = validation_split(digits, fraction=0.1, seed=3)
    assert np.bincount(digits.labels[validation]).tolist() == [4] * 10


def test_the_same_seed_gives_the_same_split() -> None:
    digits = make_digits(400, writers=40)
    first, second, other = (validation_split(digits, seed=seed)[1].tolist() for seed in (1, 1, 2))
    assert first == second != other


def test_indexing_keeps_images_labels_and_writers_together() -> None:
    digits = make_digits(20, writers=5)
    part = digits[np.array([3, 7])]
    assert isinstance(part, Digits)
    assert part.writers is not None
    assert part.labels.tolist() == [3, 7]
    assert (part.images[1] == digits.images[7]).all()
