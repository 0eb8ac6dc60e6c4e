"""Exported networks answer as the trained ones do, and one that does not is refused."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.artifact import FINDER_TFLITE, READER_TFLITE
from digit.artifact.reader import ReaderSettings as ServedSettings
from digit.errors import ArtifactError
from digit.learning.numbers.export import export, finder_parity, reader_parity
from digit.learning.numbers.finder.network import build_finder
from digit.learning.numbers.reader.network import build_reader
from digit.numbers.finder import Finder
from digit.numbers.reader import Reader
from tests.learning.numbers.tiny import FINDER, READER

RNG = np.random.default_rng(0)
PAGES = [RNG.integers(0, 256, shape).astype(np.uint8) for shape in ((64, 64), (45, 100))]
LINES = [RNG.random((40, width), np.float32) for width in (64, 96)]


@pytest.fixture(scope="module")
def finder() -> Any:
    keras.utils.set_random_seed(1)
    return build_finder(FINDER)


@pytest.fixture(scope="module")
def reader() -> Any:
    keras.utils.set_random_seed(2)
    return build_reader(READER)


@pytest.fixture(scope="module")
def folder(finder: Any, reader: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both files, which are written without a word on the terminal."""
    folder = tmp_path_factory.mktemp("exported")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        export(finder, folder / FINDER_TFLITE)
        export(reader, folder / READER_TFLITE)
    assert said.getvalue() == ""
    return folder


def test_the_files_answer_as_the_networks_do(finder: Any, reader: Any, folder: Path) -> None:
    """To pictures and lines of several sizes."""
    assert 0 <= finder_parity(finder, Finder(folder / FINDER_TFLITE), PAGES) < 0.01
    assert 0 <= reader_parity(reader, Reader(folder / READER_TFLITE, ServedSettings()), LINES) < 0.01


class Another(Reader):
    """A reader that moves a share of the probability of each step from the likeliest class to another one."""

    def __init__(self, own: Reader, share: float) -> None:
        self.own, self.share = own, share

    def steps(self, fitted: NDArray[np.float32]) -> NDArray[np.float32]:
        steps = np.exp(self.own.steps(fitted))
        rows, best, worst = np.arange(len(steps)), steps.argmax(axis=1), steps.argmin(axis=1)
        moved = self.share * np.ones(len(steps), np.float32)
        assert (steps[rows, best] > moved).all()
        steps[rows, best] -= moved
        steps[rows, worst] += moved
        return np.log(steps)


def test_parity_is_the_share_of_the_probability_that_has_moved(folder: Path, reader: Any) -> None:
    """Of the line where it is largest; more than three parts in a hundred are refused."""
    served = Reader(folder / READER_TFLITE, ServedSettings())
    assert reader_parity(reader, Another(served, 0.02), LINES) == pytest.approx(0.02, abs=0.005)
    with pytest.raises(ArtifactError, match=r"reader\.tflite and its Keras network differ by 5 % .*; 3 % is allowed"):
        reader_parity(reader, Another(served, 0.05), LINES)


def test_a_file_of_another_network_is_refused(finder: Any, folder: Path) -> None:
    """One that is surer of every core by a little."""
    other = build_finder(FINDER)
    other.set_weights(finder.get_weights())
    kernel, bias = other.layers[-1].get_weights()
    other.layers[-1].set_weights([kernel, bias + 0.2])
    with pytest.raises(ArtifactError, match=r"finder\.tflite and its Keras network differ by"):
        finder_parity(other, Finder(folder / FINDER_TFLITE), PAGES)


def test_answers_that_are_no_numbers_are_refused(folder: Path) -> None:
    broken = build_reader(READER)
    broken.set_weights([np.full(weight.shape, np.nan) for weight in broken.get_weights()])
    with pytest.raises(ArtifactError, match="differ by nan"):
        reader_parity(broken, Reader(folder / READER_TFLITE, ServedSettings()), LINES)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="other backends write floats")
def test_large_weights_have_8_bits(tmp_path: Path) -> None:
    inputs = keras.Input((64,))
    export(keras.Model(inputs, keras.layers.Dense(256)(inputs)), tmp_path / "wide.tflite")
    assert (tmp_path / "wide.tflite").stat().st_size < 2 * 64 * 256
