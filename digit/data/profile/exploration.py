"""The exploration of a data set and its file `exploration.npz`.

`digit.data.profile.analysis` makes them from a data set. The page only reads them, so nothing heavier than NumPy is
imported here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.artifact.arrays import Shape, read_checked, save_arrays
from digit.errors import ArtifactError
from digit.types import FloatArray

SAMPLES = 12
COMPONENTS = 50


@dataclass(frozen=True, eq=False)
class Exploration:
    """Statistics of training and test digits, named as in the file; intensities are 0 to 255, ink = 255.

    Attributes:
        class_counts: int64 of shape (2, 10), number of training and test digits per class.
        intensity_histogram: int64 of shape (256,), number of training pixels per value.
        heat_map: float32 of shape (28, 28), mean training image.
        mean_images: float32 of shape (10, 28, 28), mean of each class; NaN for a class without training images.
        deviation_images: float32 of shape (10, 28, 28), standard deviation of each pixel over the class; NaN likewise.
        samples: uint8 of shape (10, 12, 28, 28), random training images of each class; blank if it has fewer.
        scatter_index: int32 of shape (n,), indices of randomly chosen training images.
        scatter_labels: uint8 of shape (n,), their classes.
        scatter_images: uint8 of shape (n, 28, 28), the images.
        pca: float32 of shape (n, 2), their first two principal components, fitted on all training images (units:
            intensity).
        tsne: float32 of shape (n, 2), their t-SNE embedding (no unit; only neighbourhoods are meaningful).
        explained_variance: float32 of shape (50,), share of the variance per principal component, padded with zeros.
        missing: int64 scalar, number of training and test images that are blank, have a value outside 0 to 255 or no
            label from 0 to 9.
        duplicates: int32 of shape (m, 2), identical training images: index of the first, index of the copy.
        leaked: int32 of shape (k, 2), test images identical to a training image: test index, training index.
        writers: int64 of shape (2,), number of writers of the training and test digits; -1 if unknown.
    """

    class_counts: NDArray[np.int64]
    intensity_histogram: NDArray[np.int64]
    heat_map: FloatArray
    mean_images: FloatArray
    deviation_images: FloatArray
    samples: NDArray[np.uint8]
    scatter_index: NDArray[np.int32]
    scatter_labels: NDArray[np.uint8]
    scatter_images: NDArray[np.uint8]
    pca: FloatArray
    tsne: FloatArray
    explained_variance: FloatArray
    missing: NDArray[np.int64]
    duplicates: NDArray[np.int32]
    leaked: NDArray[np.int32]
    writers: NDArray[np.int64]


_LAYOUT: dict[str, tuple[Any, Shape]] = {
    "class_counts": (np.int64, (2, 10)),
    "intensity_histogram": (np.int64, (256,)),
    "heat_map": (np.float32, (28, 28)),
    "mean_images": (np.float32, (10, 28, 28)),
    "deviation_images": (np.float32, (10, 28, 28)),
    "samples": (np.uint8, (10, SAMPLES, 28, 28)),
    "scatter_index": (np.int32, (None,)),
    "scatter_labels": (np.uint8, (None,)),
    "scatter_images": (np.uint8, (None, 28, 28)),
    "pca": (np.float32, (None, 2)),
    "tsne": (np.float32, (None, 2)),
    "explained_variance": (np.float32, (COMPONENTS,)),
    "missing": (np.int64, ()),
    "duplicates": (np.int32, (None, 2)),
    "leaked": (np.int32, (None, 2)),
    "writers": (np.int64, (2,)),
}


def save_exploration(path: str | os.PathLike[str], exploration: Exploration) -> None:
    """Write `exploration.npz`."""
    save_arrays(Path(path), {field.name: getattr(exploration, field.name) for field in fields(exploration)})


def load_exploration(path: str | os.PathLike[str]) -> Exploration:
    """Read `exploration.npz`.

    Raises:
        ArtifactError: the file is missing, unreadable or malformed.
    """
    arrays = read_checked(Path(path), _LAYOUT)
    points = ("scatter_index", "scatter_labels", "scatter_images", "pca", "tsne")
    lengths = {name: len(arrays[name]) for name in points}
    if len(set(lengths.values())) != 1:
        raise ArtifactError(f"{path}: {', '.join(points)} should have the same length; received {lengths}.")
    return Exploration(**arrays)


def exploration_text(exploration: Exploration) -> str:
    """Counts and checks as text for a terminal."""
    train, test = exploration.class_counts
    header = "digit     " + "".join(f"{digit:7d}" for digit in range(10)) + "    all"
    lines = [header]
    lines += [
        f"{name:10}" + "".join(f"{count:7,d}" for count in counts) + f"{counts.sum():7,d}"
        for name, counts in (("training", train), ("test", test))
    ]
    blank = exploration.intensity_histogram[0] / max(exploration.intensity_histogram.sum(), 1)
    variance = 100 * exploration.explained_variance.cumsum()
    people = [f"{count:,}" if count >= 0 else "an unknown number" for count in exploration.writers]
    lines += [
        "",
        f"missing    {int(exploration.missing):,} images are blank, out of range or unlabelled",
        f"duplicates {len(exploration.duplicates):,} training images are identical to an earlier one",
        f"leaked     {len(exploration.leaked):,} test images are identical to a training image",
        f"writers    {people[0]} of training digits, {people[1]} of test digits",
        f"paper      {100 * blank:.1f} % of the training pixels are 0",
        f"variance   {variance[1]:.1f} % lies in 2 principal components, {variance[-1]:.1f} % in {COMPONENTS}",
    ]
    return "\n".join(lines)
