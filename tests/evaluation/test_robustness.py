"""Robustness counts what the models answer on spoilt digits, and its file is checked on the way back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digit.data.corruptions import CORRUPTIONS, corrupt
from digit.errors import ArtifactError
from digit.evaluation.robustness import (
    Robustness,
    evenly_spaced,
    load_robustness,
    measure_robustness,
    save_robustness,
)
from tests.digits import make_digits

DIGITS = make_digits(20)
TEMPLATES = (make_digits(10, seed=9).images / 255).reshape(10, -1)


def nearest(images: np.ndarray) -> np.ndarray:
    """A reader that knows one image of each digit."""
    flat = images.reshape(len(images), -1)
    return -((flat[:, np.newaxis] - TEMPLATES) ** 2).sum(axis=2)


def always_three(images: np.ndarray) -> np.ndarray:
    """A reader that says 3."""
    return np.tile(np.eye(10)[3], (len(images), 1))


@pytest.fixture(scope="module")
def found() -> Robustness:
    return measure_robustness({"nearest": nearest, "three": always_three}, DIGITS.images, DIGITS.labels, seed=2)


def test_accuracies_are_those_of_the_models(found: Robustness) -> None:
    """A reader that always says 3 is right for the threes; the other one is right as often as counted here."""
    assert found.systems == ("nearest", "three")
    assert found.kinds == tuple(CORRUPTIONS)
    assert (found.accuracy.shape, found.accuracy.dtype) == ((2, len(CORRUPTIONS), 5), np.float32)
    np.testing.assert_allclose(found.accuracy[1], 0.1)
    np.testing.assert_allclose(found.clean[1], 0.1)
    kind = found.kinds.index("rotate")
    spoilt = corrupt(DIGITS.images.astype(np.float32) / 255, "rotate", 4, 2)
    assert found.accuracy[0, kind, 3] == pytest.approx((nearest(spoilt).argmax(axis=1) == DIGITS.labels).mean())
    assert found.clean[0] == pytest.approx((nearest(DIGITS.images / 255).argmax(axis=1) == DIGITS.labels).mean())
    assert found.accuracy[0].min() < found.clean[0]
    assert found.digits == 20


def test_examples_are_one_digit_spoilt(found: Robustness) -> None:
    """Every example is the first 5, spoilt as far as its place says."""
    assert found.examples.shape == (len(CORRUPTIONS), 5, 28, 28)
    spoilt = corrupt(DIGITS.images[:6].astype(np.float32) / 255, "fog", 2, 2)[5]
    np.testing.assert_array_equal(found.examples[found.kinds.index("fog"), 1], np.round(255 * spoilt))


def test_progress_hears_of_each_kind_once() -> None:
    """The table can be printed while it is made."""
    heard: list[tuple[str, float]] = []
    measure_robustness(
        {"three": always_three}, DIGITS.images[:4], DIGITS.labels[:4], progress=lambda k, a: heard.append((k, a[0, 4]))
    )
    assert [kind for kind, _ in heard] == list(CORRUPTIONS)
    assert {accuracy for _, accuracy in heard} == {0.25}


@pytest.mark.parametrize(("models", "labels"), [({}, 20), ({"three": always_three}, 19)])
def test_nothing_to_measure_is_refused(models: dict, labels: int) -> None:
    """No models, or labels of another number, end in a sentence with the numbers."""
    with pytest.raises(ValueError, match=f"{len(models)} models, 20 images and {labels} labels"):
        measure_robustness(models, DIGITS.images, DIGITS.labels[:labels])


def test_evenly_spaced() -> None:
    """Both ends are in, no index twice; no limit takes all."""
    assert evenly_spaced(100, 4).tolist() == [0, 33, 66, 99]
    assert evenly_spaced(5, None).tolist() == evenly_spaced(5, 9).tolist() == [0, 1, 2, 3, 4]


def test_round_trip(tmp_path: Path, found: Robustness) -> None:
    """What is saved is what is read."""
    path = tmp_path / "robustness.npz"
    save_robustness(path, found)
    read = load_robustness(path)
    assert (read.systems, read.kinds, read.digits) == (found.systems, found.kinds, found.digits)
    for name in ("severities", "accuracy", "clean", "examples"):
        np.testing.assert_array_equal(getattr(read, name), getattr(found, name))
        assert getattr(read, name).dtype == getattr(found, name).dtype


def test_missing_or_foreign_file(tmp_path: Path) -> None:
    """A missing file and one of something else are one sentence each."""
    path = tmp_path / "robustness.npz"
    with pytest.raises(ArtifactError, match=r"has no robustness\.npz"):
        load_robustness(path)
    np.savez(path, systems=np.array([1, 2]))
    with pytest.raises(ArtifactError, match="lacks kinds"):
        load_robustness(path)


def test_lengths_that_do_not_fit(tmp_path: Path, found: Robustness) -> None:
    """A file with fewer systems than accuracies is refused."""
    path = tmp_path / "robustness.npz"
    save_robustness(path, found)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    np.savez(path, **arrays | {"systems": np.array(["nearest"])})
    with pytest.raises(ArtifactError, match="1 systems and 23 kinds"):
        load_robustness(path)
    np.savez(path, **arrays | {"systems": np.array([1, 2])})
    with pytest.raises(ArtifactError, match="systems should be text; received int64"):
        load_robustness(path)
