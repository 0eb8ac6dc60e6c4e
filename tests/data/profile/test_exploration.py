"""An exploration survives the way to the disk and back, a damaged file is a sentence, and reading needs NumPy alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from digit.data.mnist import Mnist
from digit.data.profile import Exploration, exploration_text, load_exploration, save_exploration
from digit.data.profile.analysis import explore
from digit.errors import ArtifactError
from tests.digits import make_digits


@pytest.fixture(scope="module")
def exploration() -> Exploration:
    """Findings about 60 made digits."""
    return explore(Mnist(make_digits(60), make_digits(20, seed=1)), points=20)


@pytest.fixture
def saved(tmp_path: Path, exploration: Exploration) -> Path:
    """The same, on the disk."""
    path = tmp_path / "exploration.npz"
    save_exploration(path, exploration)
    return path


def test_round_trip(saved: Path, exploration: Exploration) -> None:
    """What is saved is what is read, every array with its dtype."""
    read = load_exploration(saved)
    for field in fields(Exploration):
        before, after = getattr(exploration, field.name), getattr(read, field.name)
        assert before.dtype == after.dtype, field.name
        np.testing.assert_array_equal(before, after, err_msg=field.name)


def test_missing_file(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(ArtifactError, match=r"has no exploration\.npz"):
        load_exploration(tmp_path / "exploration.npz")


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x03\x04 cut off"])
def test_damaged_file(tmp_path: Path, content: bytes) -> None:
    """A file that is no archive is one sentence."""
    path = tmp_path / "exploration.npz"
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"not a readable \.npz file"):
        load_exploration(path)


def test_flipped_bytes_in_the_middle(saved: Path) -> None:
    """Damage inside an array is noticed."""
    content = bytearray(saved.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    saved.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"not a readable \.npz file"):
        load_exploration(saved)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pca": None}, "lacks pca"),
        ({"heat_map": np.zeros((28, 28))}, "heat_map should be float32; received float64"),
        ({"samples": np.zeros((10, 3, 28, 28), np.uint8)}, r"samples should have the shape \(10, 12, 28, 28\)"),
        ({"tsne": np.zeros((19, 2), np.float32)}, "same length"),
    ],
)
def test_another_content(saved: Path, changes: dict[str, np.ndarray | None], sentence: str) -> None:
    """An array that is missing or has another dtype, shape or length is named."""
    with np.load(saved) as file:
        arrays = {name: file[name] for name in file.files}
    changed = {name: array for name, array in (arrays | changes).items() if array is not None}
    np.savez(saved, **changed)
    with pytest.raises(ArtifactError, match=sentence):
        load_exploration(saved)


def test_text_says_counts_and_checks(exploration: Exploration) -> None:
    """Every count is printed, and an unknown number of writers as unknown."""
    found = replace(exploration, missing=np.array(3), duplicates=np.zeros((1200, 2), np.int32))
    text = exploration_text(found)
    assert "training        6      6" in text
    assert "     60\n" in text
    assert "missing    3 images" in text
    assert "duplicates 1,200 training images" in text
    assert "an unknown number of training digits" in text
    assert "539 of training digits" in exploration_text(replace(found, writers=np.array([539, 297])))


def test_reading_imports_nothing_heavy() -> None:
    """The page may import this: neither scikit-learn nor Keras nor OpenCV comes with it."""
    code = "import sys, digit.data.profile.exploration; print({'sklearn', 'keras', 'cv2'} & set(sys.modules))"
    root = str(Path(__file__).resolve().parents[3])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "set()"
