"""Every corruption of the list keeps its promises: shape, range, repeatability, growing severity, and a digit left."""

from __future__ import annotations

import numpy as np
import pytest

from digit.data.corruptions import CORRUPTIONS, MIDDLE_SEVERITY, SEVERITIES, corrupt
from tests.digits import make_digits

MNIST_C = ["shot_noise", "impulse_noise", "glass_blur", "motion_blur", "shear", "scale", "rotate", "brightness"]
MNIST_C += ["translate", "stripe", "fog", "spatter", "dotted_line", "zigzag", "canny_edges"]

DIGITS = make_digits(30).images.astype(np.float32) / 255

every_kind = pytest.mark.parametrize("kind", list(CORRUPTIONS))


def test_the_list_holds_that_of_the_paper_and_more() -> None:
    """All fifteen kinds of MNIST-C are there under their names, marked as such, and others beside them."""
    assert [name for name, c in CORRUPTIONS.items() if c.from_paper] == MNIST_C
    assert len(CORRUPTIONS) > len(MNIST_C)


@every_kind
def test_table_entry_is_complete(kind: str) -> None:
    """Each entry has its own name, one sentence, and five different levels."""
    corruption = CORRUPTIONS[kind]
    assert corruption.name == kind
    assert corruption.description[0].isupper()
    assert corruption.description.endswith(".")
    assert len(set(corruption.levels)) == len(SEVERITIES)


@every_kind
@pytest.mark.parametrize("severity", SEVERITIES)
def test_shape_dtype_and_range(kind: str, severity: int) -> None:
    """Any severity gives float32 digit images in 0..1 of the same shape, and leaves the originals alone."""
    before = DIGITS.copy()
    spoilt = corrupt(DIGITS, kind, severity)
    assert spoilt.shape == DIGITS.shape
    assert spoilt.dtype == np.float32
    assert np.isfinite(spoilt).all()
    assert spoilt.min() >= 0
    assert spoilt.max() <= 1
    np.testing.assert_array_equal(DIGITS, before)


@every_kind
def test_same_seed_same_images(kind: str) -> None:
    """The seed decides everything, and the first images do not depend on how many follow."""
    spoilt = corrupt(DIGITS, kind, MIDDLE_SEVERITY, seed=7)
    np.testing.assert_array_equal(spoilt, corrupt(DIGITS, kind, MIDDLE_SEVERITY, seed=7))
    np.testing.assert_array_equal(spoilt[:4], corrupt(DIGITS[:4], kind, MIDDLE_SEVERITY, seed=7))


@pytest.mark.parametrize("kind", ["shot_noise", "rotate", "fog", "zigzag", "spatter", "occlusion"])
def test_another_seed_gives_other_images(kind: str) -> None:
    """What is random is drawn anew for another seed."""
    assert (corrupt(DIGITS, kind, 3, seed=1) != corrupt(DIGITS, kind, 3, seed=2)).any()


@every_kind
def test_severity_grows_the_distance(kind: str) -> None:
    """Each severity is further from the original than the one before it."""
    distances = [float(np.sqrt(np.mean((corrupt(DIGITS, kind, s) - DIGITS) ** 2))) for s in SEVERITIES]
    assert distances[0] > 0.02
    assert (np.diff(distances) > 0).all(), distances


@every_kind
@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_digit_stays(kind: str, severity: int) -> None:
    """With the same random numbers, two different digits still look different: the corruption did not erase them."""
    for one, other in [(0, 1), (3, 8), (4, 9), (2, 7), (5, 6)]:
        a, b = (corrupt(DIGITS[d : d + 1], kind, severity) for d in (one, other))
        clean = np.linalg.norm(DIGITS[one] - DIGITS[other])
        assert np.linalg.norm(a - b) > 0.1 * clean


def test_geometry_goes_the_same_way_at_every_severity() -> None:
    """A digit that leans left at severity 1 leans left at severity 5, so that severities can be compared."""

    def lean(image: np.ndarray) -> float:
        rows, columns = np.nonzero(image > 0.5)
        return float(np.polyfit(rows, columns, 1)[0])

    ones = DIGITS[[11, 21, 11, 21, 11, 21]]
    mild, severe = corrupt(ones, "shear", 1), corrupt(ones, "shear", 5)
    for clean, one, five in zip(ones, mild, severe, strict=True):
        assert np.sign(lean(one) - lean(clean)) == np.sign(lean(five) - lean(clean))


def test_blank_images_are_no_trouble() -> None:
    """No ink, no error: every kind takes an empty digit image."""
    for kind in CORRUPTIONS:
        assert np.isfinite(corrupt(np.zeros((2, 28, 28), np.float32), kind, 5)).all()


def test_no_images_are_no_trouble() -> None:
    """An empty batch stays one."""
    assert corrupt(np.zeros((0, 28, 28), np.float32), "fog", 3).shape == (0, 28, 28)


def test_bad_input_is_named() -> None:
    """A wrong kind, severity or shape gets a sentence with what is allowed and what came."""
    with pytest.raises(ValueError, match=r"shot_noise, .* received 'snow'"):
        corrupt(DIGITS, "snow", 3)
    with pytest.raises(ValueError, match="1 to 5; received 6"):
        corrupt(DIGITS, "fog", 6)
    with pytest.raises(ValueError, match=r"received \(28, 28\)"):
        corrupt(DIGITS[0], "fog", 3)
