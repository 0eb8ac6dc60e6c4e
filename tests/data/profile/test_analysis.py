"""Exploring finds what was put there: counts, blanks, copies, leaks, means, and classes that lie apart."""

from __future__ import annotations

import numpy as np
import pytest

from digit.data.mnist import Digits, Mnist
from digit.data.profile import Exploration
from digit.data.profile.analysis import equal_images, explore
from tests.digits import draw_digit, make_digits


@pytest.fixture(scope="module")
def mnist() -> Mnist:
    """200 and 100 made digits by some 20 writers."""
    return Mnist(make_digits(200, writers=20), make_digits(100, seed=1, writers=5))


@pytest.fixture(scope="module")
def found(mnist: Mnist) -> Exploration:
    return explore(mnist, points=200, seed=4)


def test_counts(found: Exploration, mnist: Mnist) -> None:
    """Classes, pixels and writers are counted."""
    assert found.class_counts.tolist() == [[20] * 10, [10] * 10]
    assert found.intensity_histogram.sum() == mnist.train.images.size
    assert found.intensity_histogram[0] == (mnist.train.images == 0).sum()
    assert found.writers.tolist() == [20, 5]
    assert explore(Mnist(make_digits(20), make_digits(10)), points=10).writers.tolist() == [-1, -1]


def test_class_images_are_means_and_deviations(found: Exploration, mnist: Mnist) -> None:
    """Mean and deviation of the sevens are NumPy's own, and the heat map is the mean of all."""
    sevens = mnist.train.images[mnist.train.labels == 7].astype(np.float64)
    np.testing.assert_allclose(found.mean_images[7], sevens.mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(found.deviation_images[7], sevens.std(axis=0), atol=1e-3)
    np.testing.assert_allclose(found.heat_map, mnist.train.images.mean(axis=0), atol=1e-3)


def test_samples_and_points_are_images_of_their_class(found: Exploration, mnist: Mnist) -> None:
    """Each sample is a training image of its class, no two the same; a point is the image of its index."""
    for digit in range(10):
        originals = {image.tobytes() for image in mnist.train.images[mnist.train.labels == digit]}
        sampled = {image.tobytes() for image in found.samples[digit]}
        assert len(sampled) == 12
        assert sampled <= originals
    np.testing.assert_array_equal(found.scatter_images, mnist.train.images[found.scatter_index])
    np.testing.assert_array_equal(found.scatter_labels, mnist.train.labels[found.scatter_index])
    assert len(np.unique(found.scatter_index)) == 200


def test_a_class_with_few_images_is_filled_with_blanks() -> None:
    """Three sevens and nothing else: three samples, nine blanks, and NaN where no mean is."""
    sevens = Digits(np.stack([draw_digit(7, np.random.default_rng(i)) for i in range(3)]), np.full(3, 7, np.uint8))
    found = explore(Mnist(sevens, sevens[:0]))
    assert found.samples[7].any(axis=(1, 2)).sum() == 3
    assert not found.samples[0].any()
    assert np.isnan(found.mean_images[0]).all()
    assert found.explained_variance[:2].sum() == pytest.approx(1, abs=1e-5)
    assert not found.explained_variance[3:].any()


def test_explained_variance_and_components(found: Exploration, mnist: Mnist) -> None:
    """The shares fall, stay below 1, and the plane has the variance that they promise."""
    assert (np.diff(found.explained_variance) <= 1e-7).all()
    assert 0.5 < found.explained_variance.sum() <= 1
    total = mnist.train.images.reshape(200, -1).astype(np.float64).var(axis=0, ddof=1).sum()
    shares = found.pca.astype(np.float64).var(axis=0, ddof=1) / total
    np.testing.assert_allclose(shares, found.explained_variance[:2], rtol=1e-3)


def test_tsne_keeps_classes_together(found: Exploration) -> None:
    """On the plane the nearest neighbour is mostly of the same class, far more often than one in ten."""
    gaps = np.linalg.norm(found.tsne[:, np.newaxis] - found.tsne, axis=2)
    np.fill_diagonal(gaps, np.inf)
    assert (found.scatter_labels[gaps.argmin(axis=1)] == found.scatter_labels).mean() > 0.7


def test_same_seed_same_findings(mnist: Mnist) -> None:
    """The same seed finds the same, another takes other samples."""
    first, again, other = (explore(mnist, points=20, seed=seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(again.samples, first.samples)
    np.testing.assert_array_equal(again.tsne, first.tsne)
    assert (other.samples != first.samples).any()
    assert (other.scatter_index != first.scatter_index).any()


def test_missing_duplicates_and_leaks_are_found(mnist: Mnist) -> None:
    """A blank image, a label that is none, a copy and a leak: each is counted and named by its index."""
    train, test = mnist.train, mnist.test
    images, labels = train.images[:50].copy(), train.labels[:50].copy()
    images[11] = 0
    labels[12] = 255
    images[30] = images[20]
    images[40] = images[20]
    tests = test.images[:30].copy()
    tests[9] = images[20]
    found = explore(Mnist(Digits(images, labels), Digits(tests, test.labels[:30])), points=10)
    assert int(found.missing) == 2
    assert found.duplicates.tolist() == [[20, 30], [20, 40]]
    assert found.leaked.tolist() == [[9, 20]]


def test_clean_data_has_none(found: Exploration) -> None:
    """Nothing missing, copied or leaked is zero rows, not a guess."""
    assert int(found.missing) == 0
    assert found.duplicates.shape == (0, 2)
    assert found.leaked.shape == (0, 2)


def test_equal_images_of_nothing() -> None:
    """No images, no pairs."""
    assert equal_images(np.zeros((0, 28, 28), np.uint8)).shape == (0, 2)


def test_too_few_digits_are_refused(mnist: Mnist) -> None:
    """Two points make no plane."""
    with pytest.raises(ValueError, match="received 2"):
        explore(mnist, points=2)
