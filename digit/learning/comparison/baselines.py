"""Classifiers of scikit-learn that a network should beat, as a table, and how one of them is fitted.

Fitted estimators are measured and discarded; the app serves none of them.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import Digits
from digit.errors import SettingsError
from digit.evaluation.calibration import fit_temperature
from digit.recognition.probability import softmax
from digit.types import FloatArray


@dataclass(frozen=True)
class Baseline:
    """A classifier of scikit-learn.

    Attributes:
        title: short name for tables.
        description: one sentence.
        source: paper or book.
        build: returns the unfitted estimator for a seed.
        parameters: counts the parameters of a fitted estimator; None where it stores digits or trees instead.
        calibrated: True if the estimator has no probabilities: its decision values serve as logits, with a temperature
            that is fitted on the validation digits.
    """

    title: str
    description: str
    source: str
    build: Callable[[int], Any]
    parameters: Callable[[Any], int] | None = None
    calibrated: bool = False


@dataclass(frozen=True, eq=False)
class FittedBaseline:
    """A fitted estimator with the interface of a network.

    Attributes:
        estimator: the fitted estimator.
        temperature: divisor of its decision values; None where the estimator has probabilities.
    """

    estimator: Any
    temperature: float | None

    def __call__(self, digit_images: FloatArray) -> FloatArray:
        """Probabilities, float32 of shape (N, 10), of digit images (N, 28, 28), float32, ink = 1."""
        rows = digit_images.reshape(len(digit_images), -1)
        if self.temperature is None:
            return np.asarray(self.estimator.predict_proba(rows), np.float32)
        return softmax(self.estimator.decision_function(rows).astype(np.float32) / np.float32(self.temperature))

    @property
    def size(self) -> int:
        """Size of the pickled estimator in bytes, without writing it."""
        counter = _ByteCounter()
        pickle.Pickler(counter, protocol=5).dump(self.estimator)
        return counter.count

    def on_one_core(self) -> FittedBaseline:
        """The same estimator without threads, whose start takes longer than reading one digit image."""
        jobs = {"n_jobs": 1} if "n_jobs" in self.estimator.get_params() else {}
        return replace(self, estimator=self.estimator.set_params(**jobs))


def list_baselines() -> list[str]:
    """The names of all baselines."""
    return list(BASELINES)


def fit_baseline(name: str, training: Digits, validation: Digits, *, seed: int = 0) -> FittedBaseline:
    """Fit a baseline on digits without augmentation.

    Args:
        validation: digits to fit the temperature on, where one is needed.

    Raises:
        SettingsError: there is no such baseline.
    """
    if name not in BASELINES:
        raise SettingsError(f"There is no baseline {name!r}. Baselines: {', '.join(BASELINES)}.")
    estimator = BASELINES[name].build(seed)
    estimator.fit(_rows(training.images), training.labels)
    if not BASELINES[name].calibrated:
        return FittedBaseline(estimator, None)
    decisions = estimator.decision_function(_rows(validation.images)).astype(np.float32)
    return FittedBaseline(estimator, fit_temperature(decisions, validation.labels))


def _rows(images: NDArray[np.uint8]) -> FloatArray:
    """uint8 images (N, 28, 28) as float32 rows (N, 784), ink = 1."""
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


class _ByteCounter:
    """A writable file that only counts bytes."""

    def __init__(self) -> None:
        self.count = 0

    def write(self, content: bytes | memoryview | pickle.PickleBuffer) -> int:
        size = memoryview(content).nbytes
        self.count += size
        return size


def _logistic_regression(seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.1, max_iter=1000, tol=1e-3, random_state=seed)


def _k_nearest_neighbours(seed: int) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(n_neighbors=3, weights="distance", algorithm="brute", n_jobs=-1)


def _support_vector_machine(seed: int) -> Any:
    from sklearn.svm import SVC

    return SVC(C=10, gamma=0.025, kernel="rbf", decision_function_shape="ovr", cache_size=1000, random_state=seed)


def _random_forest(seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(n_estimators=200, n_jobs=-1, random_state=seed)


def _pca_logistic_regression(seed: int) -> Any:
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline

    return make_pipeline(PCA(n_components=50, random_state=seed), _logistic_regression(seed))


def _linear_parameters(estimator: Any) -> int:
    return int(estimator.coef_.size + estimator.intercept_.size)


def _pipeline_parameters(estimator: Any) -> int:
    pca, regression = (step for _, step in estimator.steps)
    return int(pca.components_.size + pca.mean_.size) + _linear_parameters(regression)


BASELINES: dict[str, Baseline] = {
    "logistic_regression": Baseline(
        title="Logistic regression",
        description="One weight for each pixel and digit, L2-regularised (C = 0.1).",
        source="Multinomial logistic regression (Hastie, Tibshirani and Friedman 2009, section 4.4)",
        build=_logistic_regression,
        parameters=_linear_parameters,
    ),
    "pca_logistic_regression": Baseline(
        title="PCA + logistic regression",
        description="The first 50 principal components of the pixels, then logistic regression.",
        source="Principal components (Pearson 1901) before a linear classifier",
        build=_pca_logistic_regression,
        parameters=_pipeline_parameters,
    ),
    "k_nearest_neighbours": Baseline(
        title="k-nearest neighbours",
        description="The three training digits nearest in pixels, weighted by nearness; it keeps all of them.",
        source="Cover and Hart 1967, IEEE Transactions on Information Theory 13",
        build=_k_nearest_neighbours,
    ),
    "support_vector_machine": Baseline(
        title="Support vector machine",
        description="One machine for each pair of digits (RBF kernel, C = 10, gamma = 0.025); its probabilities "
        "are the softmax of its decision values, with a temperature fitted on the validation digits.",
        source="Cortes and Vapnik 1995; temperature as in Guo et al. 2017 (arXiv:1706.04599) instead of Platt's fits",
        build=_support_vector_machine,
        calibrated=True,
    ),
    "random_forest": Baseline(
        title="Random forest",
        description="200 decision trees on random parts of digits and pixels, which vote.",
        source="Breiman 2001, Machine Learning 45",
        build=_random_forest,
    ),
}
