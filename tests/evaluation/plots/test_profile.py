"""The figures of an exploration show the findings that they were given."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from digit.evaluation.plots import profile as data_plots
from digit.evaluation.plots.classifier import samples_grid
from tests.digits import make_digits

DIGITS = make_digits(60)


def texts(ax: Axes) -> list[str]:
    """Every text that stands in the axes."""
    return [text.get_text() for text in ax.texts]


def test_class_counts_are_bars_with_numbers() -> None:
    """Twenty bars as high as their counts, each with its count written on it."""
    counts = np.stack([np.arange(1000, 2000, 100), np.arange(10)])
    ax = data_plots.class_counts(counts)
    assert [bar.get_height() for bar in ax.patches] == counts.ravel().tolist()
    assert texts(ax) == [f"{count:,}" for count in counts.ravel()]
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.texts] == ["training, 14,500 in all", "test, 45 in all"]


def test_intensity_histogram_is_in_shares() -> None:
    """256 steps that add up to one, and the share of paper in words."""
    counts = np.bincount(DIGITS.images.ravel(), minlength=256)
    ax = data_plots.intensity_histogram(counts)
    values = ax.patches[0].get_data().values  # type: ignore[attr-defined]
    np.testing.assert_allclose(values, counts / counts.sum())
    assert texts(ax) == [f"{100 * (DIGITS.images == 0).mean():.1f} % are 0"]


def test_heat_map_is_the_image() -> None:
    """What is drawn is the mean image, from zero on, beside a scale."""
    image = DIGITS.images.mean(axis=0)
    ax = data_plots.heat_map(image)
    np.testing.assert_array_equal(ax.images[0].get_array(), image)
    assert ax.images[0].get_clim() == (0, image.max())
    assert len(ax.figure.axes) == 2


def test_class_images_with_a_class_that_is_missing() -> None:
    """Means in the first row, deviations at full contrast in the second, a class with NaN blank."""
    means = np.stack([DIGITS.images[DIGITS.labels == d].mean(axis=0) for d in range(10)])
    deviations = np.stack([DIGITS.images[DIGITS.labels == d].std(axis=0) for d in range(10)])
    means[4] = deviations[4] = np.nan
    ax = data_plots.class_images(means, deviations)
    assert texts(ax)[:2] + texts(ax)[-1:] == ["mean of 0", "mean of 1", "spread of 9"]
    sheet = np.asarray(ax.images[0].get_array())
    np.testing.assert_allclose(sheet[:28, 31:59], means[1] / 255, atol=1e-5)
    assert sheet[:, 4 * 31 : 5 * 31].max() == 0
    assert sheet[39:67].max() == 1


def test_class_samples_have_a_row_for_each_class() -> None:
    """Ten rows with their digit before them, the pictures unchanged."""
    samples = np.stack([DIGITS.images[DIGITS.labels == digit][:6] for digit in range(10)])
    ax = data_plots.class_samples(samples)
    assert texts(ax) == [str(digit) for digit in range(10)]
    expected = samples_grid(samples.reshape(-1, 28, 28), columns=6).images[0].get_array()
    np.testing.assert_array_equal(ax.images[0].get_array(), expected)


def test_class_scatter_has_every_point_once() -> None:
    """The points of each digit are drawn together at their places; axes without a name have no numbers."""
    points = np.random.default_rng(0).normal(size=(60, 2))
    ax = data_plots.class_scatter(points, DIGITS.labels, ("first", "second"))
    for digit, drawn in enumerate(ax.collections):
        np.testing.assert_allclose(np.asarray(drawn.get_offsets()), points[DIGITS.labels == digit])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("first", "second")
    assert data_plots.class_scatter(points, DIGITS.labels, ("", "")).get_xticks().size == 0
