"""Exploration of a data set: counts, invalid and identical images, class means, and embeddings in the plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import Digits, Mnist
from digit.data.profile.exploration import COMPONENTS, SAMPLES, Exploration
from digit.types import FloatArray

CLASSES = 10
SIZE = 28
PERPLEXITY = 30.0


def explore(mnist: Mnist, *, points: int = 1000, seed: int = 0) -> Exploration:
    """Compute an `Exploration`; takes under half a minute for MNIST.

    Principal components are fitted on all training images. t-SNE (van der Maaten and Hinton 2008) is fitted on the
    sample, starting from the first components.

    Args:
        points: number of training images to embed, at least 3.
        seed: of the samples and of t-SNE.

    Raises:
        ValueError: fewer than 3 points or training images.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    train, test = mnist.train, mnist.test
    if min(points, len(train)) < 3:
        raise ValueError(f"An embedding needs at least 3 training images; received {min(points, len(train))}.")
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(len(train), min(points, len(train)), replace=False))
    # Takes six seconds on one thread; several threads took 150 seconds on a busy machine.
    with threadpool_limits(1):
        coordinates, explained = _principal_components(train.images, chosen)
        plane = _tsne(coordinates, seed)
    # In chunks, because np.bincount makes 64-bit copies.
    histogram = sum(np.bincount(train.images[i : i + 5000].ravel(), minlength=256) for i in range(0, len(train), 5000))
    means, deviations = _class_images(train)
    return Exploration(
        class_counts=np.stack([np.bincount(part.labels, minlength=CLASSES)[:CLASSES] for part in (train, test)]),
        intensity_histogram=np.asarray(histogram, np.int64),
        heat_map=train.images.mean(axis=0, dtype=np.float64).astype(np.float32),
        mean_images=means,
        deviation_images=deviations,
        samples=_samples(train, rng),
        scatter_index=chosen.astype(np.int32),
        scatter_labels=train.labels[chosen].astype(np.uint8),
        scatter_images=train.images[chosen],
        pca=coordinates[:, :2].astype(np.float32),
        tsne=plane,
        explained_variance=explained,
        missing=np.array(_missing(train) + _missing(test), np.int64),
        duplicates=equal_images(train.images),
        leaked=equal_images(test.images, train.images),
        writers=np.array([-1 if p.writers is None else len(np.unique(p.writers)) for p in (train, test)], np.int64),
    )


def equal_images(images: NDArray[np.uint8], others: NDArray[np.uint8] | None = None) -> NDArray[np.int32]:
    """Find identical images.

    Args:
        images: uint8 of shape (N, 28, 28).
        others: uint8 of shape (M, 28, 28); None compares `images` with each other.

    Returns:
        int32 of shape (m, 2), pairs of indices. Without `others`, the first image and each later copy of it; else each
        image and the first of the others that is identical.
    """
    first: dict[bytes, int] = {}
    pairs = []
    if others is None:
        for index, image in enumerate(images):
            earlier = first.setdefault(image.tobytes(), index)
            if earlier != index:
                pairs.append((earlier, index))
    else:
        for index, image in enumerate(others):
            first.setdefault(image.tobytes(), index)
        found = ((index, first.get(image.tobytes())) for index, image in enumerate(images))
        pairs = [(index, other) for index, other in found if other is not None]
    return np.array(pairs, np.int32).reshape(-1, 2)


def _missing(digits: Digits) -> int:
    """Number of images that are blank, out of range or unlabelled."""
    low, high = digits.images.min(axis=(1, 2)), digits.images.max(axis=(1, 2))
    whole = (low >= 0) & (high <= 255) & (high > 0) & (digits.labels < CLASSES)  # False for NaN
    return int(np.count_nonzero(~whole))


def _class_images(digits: Digits) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each class, float32 of shape (10, 28, 28); NaN without images."""
    means = np.full((CLASSES, SIZE, SIZE), np.nan, np.float32)
    deviations = means.copy()
    for digit in range(CLASSES):
        images = digits.images[digits.labels == digit].astype(np.float32)
        if len(images):
            means[digit], deviations[digit] = images.mean(axis=0), images.std(axis=0)
    return means, deviations


def _samples(digits: Digits, rng: np.random.Generator) -> NDArray[np.uint8]:
    samples = np.zeros((CLASSES, SAMPLES, SIZE, SIZE), np.uint8)
    for digit in range(CLASSES):
        images = digits.images[rng.permutation(np.flatnonzero(digits.labels == digit))[:SAMPLES]]
        samples[digit, : len(images)] = images
    return samples


def _principal_components(images: NDArray[np.uint8], chosen: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
    """Principal components of the chosen images, fitted on all, and the explained variance, padded to 50."""
    from sklearn.decomposition import PCA

    pixels = images.reshape(len(images), -1).astype(np.float32)
    count = min(COMPONENTS, len(pixels))
    pca = PCA(count, svd_solver="covariance_eigh").fit(pixels)
    explained = np.zeros(COMPONENTS, np.float32)
    explained[:count] = pca.explained_variance_ratio_
    coordinates: FloatArray = pca.transform(pixels[chosen])
    return coordinates, explained


def _tsne(coordinates: FloatArray, seed: int) -> FloatArray:
    from sklearn.manifold import TSNE

    perplexity = min(PERPLEXITY, (len(coordinates) - 1) / 3)
    tsne = TSNE(perplexity=perplexity, init="pca", learning_rate="auto", random_state=seed)
    plane: FloatArray = tsne.fit_transform(coordinates).astype(np.float32)
    return plane
