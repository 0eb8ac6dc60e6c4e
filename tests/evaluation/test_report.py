"""The report survives the way to the disk and back, and a spoilt file is a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from digit.errors import ArtifactError
from digit.evaluation.metrics import evaluate
from digit.evaluation.report import (
    DISPUTED_MNIST_TEST_LABELS,
    RIGHT_OF_A_DIGIT,
    Evaluation,
    load_report,
    save_report,
)


@pytest.fixture
def evaluation() -> Evaluation:
    """300 answers, about a fifth of them wrong."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 10, 300)
    logits = rng.normal(0, 1, (300, 10))
    logits[np.arange(300), labels] += 2.5
    exp = np.exp(logits)
    return evaluate(labels, (exp / exp.sum(axis=1, keepdims=True)).astype(np.float32))


@pytest.fixture
def images() -> np.ndarray:
    """300 pictures that differ from each other."""
    return np.random.default_rng(6).integers(0, 256, (300, 28, 28)).astype(np.uint8)


def test_round_trip(tmp_path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    """What is saved is what is read, the probabilities to float16."""
    path = tmp_path / "report.npz"
    save_report(path, {"mnist_test": (evaluation, images), "usps_test": (evaluation, images)})
    report = load_report(path)
    assert report.sets == ("mnist_test", "usps_test")
    assert list(report) == ["mnist_test", "usps_test"]
    read = report["mnist_test"]
    np.testing.assert_array_equal(read.labels, evaluation.labels)
    np.testing.assert_array_equal(read.confusion, evaluation.confusion)
    np.testing.assert_array_equal(read.predictions, evaluation.predictions)
    np.testing.assert_array_equal(read.roc, evaluation.roc)
    np.testing.assert_array_equal(read.reliability, evaluation.reliability)
    np.testing.assert_array_equal(read.probabilities, evaluation.probabilities.astype(np.float16))
    assert (read.labels.dtype, read.confusion.dtype, read.probabilities.dtype) == (np.uint8, np.int64, np.float16)


def test_mistake_images_belong_to_their_index(tmp_path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    """The thumbnails are those of the wrong answers, in the order of the index."""
    path = tmp_path / "report.npz"
    save_report(path, {"s": (evaluation, images)})
    read = load_report(path)["s"]
    assert len(read.mistake_index) == evaluation.metrics["errors"] > 0
    np.testing.assert_array_equal(read.mistake_images, images[read.mistake_index])
    assert (read.predictions[read.mistake_index] != read.labels[read.mistake_index]).all()


def test_the_least_sure_right_answers_of_each_digit_keep_their_images(
    tmp_path: Path, evaluation: Evaluation, images: np.ndarray
) -> None:
    path = tmp_path / "report.npz"
    save_report(path, {"s": (evaluation, images)})
    read = load_report(path)["s"]
    np.testing.assert_array_equal(read.right_images, images[read.right_index])
    confidence = evaluation.probabilities.max(axis=1)
    for digit in range(10):
        right = np.flatnonzero((read.labels == digit) & (read.predictions == digit))
        kept = read.right_index[read.labels[read.right_index] == digit]
        np.testing.assert_array_equal(confidence[kept], np.sort(confidence[right])[:RIGHT_OF_A_DIGIT])
    assert set(read.pictures) == {*read.mistake_index, *read.right_index}


def test_an_older_file_has_no_right_answers(tmp_path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    path = tmp_path / "report.npz"
    save_report(path, {"s": (evaluation, images)})
    with np.load(path) as file:
        older = {name: array for name, array in file.items() if "right" not in name}
    np.savez_compressed(path, **older)
    assert load_report(path)["s"].right_images.shape == (0, 28, 28)


def test_perfect_reader_has_no_mistakes(tmp_path: Path, images: np.ndarray) -> None:
    """No mistake is an empty array, not a missing one."""
    path = tmp_path / "report.npz"
    save_report(path, {"s": (evaluate(np.arange(10), np.eye(10, dtype=np.float32)), images[:10])})
    assert load_report(path)["s"].mistake_images.shape == (0, 28, 28)


def test_nothing_is_pickled(tmp_path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    """Every array can be read with pickles forbidden."""
    path = tmp_path / "report.npz"
    save_report(path, {"s": (evaluation, images)})
    with np.load(path, allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)


def test_save_refuses_images_of_another_count(tmp_path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    """Images that do not match the labels are refused with both shapes."""
    with pytest.raises(ValueError, match=r"received \(299, 28, 28\)"):
        save_report(tmp_path / "report.npz", {"s": (evaluation, images[:-1])})


def test_save_refuses_a_slash_in_the_name(tmp_path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    """A slash separates set and array in the file, so a name cannot hold one."""
    with pytest.raises(ValueError, match="without a slash"):
        save_report(tmp_path / "report.npz", {"a/b": (evaluation, images)})


def test_missing_file(tmp_path: Path) -> None:
    """A missing report is named by its file."""
    with pytest.raises(ArtifactError, match=r"has no report\.npz"):
        load_report(tmp_path / "report.npz")


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x03\x04 cut off", b"\x93NUMPY\x01\x00"])
def test_not_a_report(tmp_path: Path, content: bytes) -> None:
    """Empty, foreign and cut-off files are one sentence."""
    path = tmp_path / "report.npz"
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match="npz"):
        load_report(path)


def test_single_array_is_not_a_report(tmp_path: Path) -> None:
    """A .npy under the name of a report is refused."""
    path = tmp_path / "report.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(ArtifactError, match="should be an "):
        load_report(path)


def test_damaged_array(tmp_path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    """A flipped byte inside an array is found when the set is read."""
    path = tmp_path / "report.npz"
    save_report(path, {"s": (evaluation, images)})
    content = bytearray(path.read_bytes())
    for offset in range(100, len(content) // 2, 50):
        content[offset] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ArtifactError):
        load_report(path)["s"]


def test_truncated_file(tmp_path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    """Half a report is refused."""
    path = tmp_path / "report.npz"
    save_report(path, {"s": (evaluation, images)})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ArtifactError, match="not a readable"):
        load_report(path)


def test_missing_set_and_missing_array(tmp_path: Path) -> None:
    """An unknown set names those there are; a set without its arrays names what it lacks."""
    path = tmp_path / "report.npz"
    np.savez_compressed(path, **{"s/labels": np.zeros(3, np.uint8)})
    report = load_report(path)
    with pytest.raises(ArtifactError, match="no set 'other': it has s"):
        report["other"]
    with pytest.raises(ArtifactError, match=r"lacks .*s/confusion"):
        report["s"]


def test_pickles_are_refused(tmp_path: Path) -> None:
    """An object array, which could run code when read, is refused."""
    path = tmp_path / "report.npz"
    names = ("predictions", "probabilities", "confusion", "roc", "reliability", "mistake_index", "mistake_images")
    arrays = {f"s/{name}": np.zeros(1) for name in names}
    np.savez(path, **{"s/labels": np.array([print], dtype=object)}, **arrays)
    with pytest.raises(ArtifactError, match="not a readable"):
        load_report(path)["s"]


def test_another_dtype_is_refused(tmp_path: Path, evaluation: Evaluation, images: np.ndarray) -> None:
    """An array of another type than the layout says is refused by name."""
    path = tmp_path / "report.npz"
    save_report(path, {"s": (evaluation, images)})
    with np.load(path) as file:
        arrays = dict(file)
    arrays["s/labels"] = arrays["s/labels"].astype(np.float64)
    np.savez(path, **arrays)
    with pytest.raises(ArtifactError, match="s/labels should be uint8; received float64"):
        load_report(path)["s"]


def test_reading_needs_no_scikit_learn() -> None:
    """The page reads reports in a process that never imports scikit-learn, SciPy or Matplotlib."""
    code = (
        "import sys, digit.evaluation.report; "
        "print([m for m in ('sklearn', 'scipy', 'matplotlib', 'tensorflow') if m in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"


def test_disputed_labels_are_two_different_digits() -> None:
    """Each disputed label names a test index and two different digits."""
    for index, label in DISPUTED_MNIST_TEST_LABELS.items():
        assert 0 <= index < 10_000
        assert {label.given, label.guess} <= set(range(10))
        assert label.given != label.guess


@pytest.mark.data
def test_disputed_labels_are_those_of_the_data_set() -> None:
    """The given labels of the table are those that MNIST gives."""
    folder = Path(os.environ.get("DIGIT_DATA_DIR", Path(__file__).parents[3] / "shared" / "data"))
    if not (folder / "mnist.npz").is_file():
        pytest.skip(f"no mnist.npz in {folder}")
    with np.load(folder / "mnist.npz") as file:
        labels = file["y_test"]
    assert {i: d.given for i, d in DISPUTED_MNIST_TEST_LABELS.items()} == {
        i: int(labels[i]) for i in DISPUTED_MNIST_TEST_LABELS
    }
