"""Every plot draws what it was given, on axes of its own or on those of the caller."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from digit.evaluation.curves import coverage_curve, precision_recall_curves
from digit.evaluation.metrics import evaluate
from digit.evaluation.plots import classifier as plots
from digit.evaluation.report import Evaluation
from tests.digits import make_digits


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    """500 answers, some wrong."""
    rng = np.random.default_rng(2)
    labels = np.arange(500) % 10
    logits = rng.normal(0, 1, (500, 10))
    logits[np.arange(500), labels] += 3
    exp = np.exp(logits)
    return evaluate(labels, (exp / exp.sum(axis=1, keepdims=True)).astype(np.float32))


def drawn(ax: Axes) -> np.ndarray:
    """The pixels of the figure that the axes belong to; fails when nothing was painted."""
    buffer = io.BytesIO()
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.savefig(buffer, format="rgba", dpi=60)
    pixels = np.frombuffer(buffer.getvalue(), np.uint8)
    assert len(np.unique(pixels)) > 5
    return pixels


def texts(ax: Axes) -> list[str]:
    """Every text that stands in the axes."""
    return [text.get_text() for text in ax.texts]


def test_confusion_matrix_writes_every_count(evaluation: Evaluation) -> None:
    """The numbers in the table are the counts that are not zero, row by row."""
    ax = plots.confusion_matrix(evaluation.confusion)
    counts = [str(count) for count in evaluation.confusion.ravel() if count]
    assert texts(ax) == counts
    drawn(ax)


def test_normalised_confusion_matrix_writes_shares(evaluation: Evaluation) -> None:
    """Normalised, each row adds up to 100 percent."""
    ax = plots.confusion_matrix(evaluation.confusion, normalised=True)
    assert sum(map(float, texts(ax))) == pytest.approx(1000, abs=3)


def test_confusion_matrix_of_a_perfect_reader() -> None:
    """No mistake, no error: only the diagonal is written."""
    assert texts(plots.confusion_matrix(np.eye(10, dtype=np.int64) * 7)) == ["7"] * 10


def test_learning_curves() -> None:
    """Both panels hold training and validation; a history without validation has one line."""
    history = {"epoch": [1, 2], "accuracy": [0.9, 0.95], "loss": [0.3, 0.2], "val_accuracy": [0.8, 0.9]}
    accuracy, loss = plots.learning_curves({**history, "val_loss": [0.4, 0.3]})
    assert [len(ax.lines) for ax in (accuracy, loss)] == [2, 2]
    np.testing.assert_array_equal(accuracy.lines[1].get_ydata(), [0.8, 0.9])
    accuracy, loss = plots.learning_curves(history)
    assert [len(ax.lines) for ax in (accuracy, loss)] == [2, 1]
    drawn(loss)


@pytest.mark.parametrize("log", [False, True])
def test_roc_curves(evaluation: Evaluation, log: bool) -> None:
    """One line for each digit, each of another colour, in linear or logarithmic scale; missing digits are left out."""
    ax = plots.roc_curves(evaluation.roc, log=log)
    assert len(ax.lines) == 10
    assert len({to_hex(line.get_color()) for line in ax.lines}) == 10
    assert ax.get_xscale() == ("log" if log else "linear")
    drawn(ax)
    roc = evaluation.roc.copy()
    roc[4] = np.nan
    assert [line.get_label() for line in plots.roc_curves(roc).lines] == list("012356789")


def test_areas_stand_in_the_legend_and_are_never_rounded_up(evaluation: Evaluation) -> None:
    """Each digit has its area beside it; 0.999999 is not written as 1."""
    areas = np.full(10, 0.5)
    areas[7] = 0.999999
    curves, _ = precision_recall_curves(evaluation.labels, evaluation.probabilities)
    for ax in (plots.roc_curves(evaluation.roc, areas=areas), plots.precision_recall_curves(curves, areas=areas)):
        legend = ax.get_legend()
        assert legend is not None
        assert [text.get_text() for text in legend.texts][6:8] == ["6  0.50000", "7  0.99999"]


def test_precision_recall_curves(evaluation: Evaluation) -> None:
    """One line for each digit that the set has, as given; the upper right corner is in sight."""
    curves, _ = precision_recall_curves(evaluation.labels, evaluation.probabilities)
    curves[4] = np.nan
    ax = plots.precision_recall_curves(curves)
    assert [line.get_label() for line in ax.lines] == list("012356789")
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), curves[0])
    assert ax.get_xlim()[1] > 1 < ax.get_ylim()[1]
    drawn(ax)


def test_coverage_curve(evaluation: Evaluation) -> None:
    """The curve ends at the accuracy of all, which is written beside it."""
    curve = coverage_curve(evaluation.labels, evaluation.probabilities)
    ax = plots.coverage_curve(curve)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), curve[:, :2])
    assert texts(ax) == [f"all of them: {100 * evaluation.metrics['accuracy']:.2f} %"]
    drawn(ax)
    drawn(plots.coverage_curve(np.array([[1.0, 1.0, 1.0]])))


def test_reliability_diagram(evaluation: Evaluation) -> None:
    """Every bin that is not empty is a dot at its confidence and accuracy."""
    ax = plots.reliability_diagram(evaluation.reliability)
    filled = evaluation.reliability[evaluation.reliability[:, 2] > 0, :2]
    dots = ax.collections[1].get_offsets()
    np.testing.assert_allclose(np.asarray(dots), filled, rtol=1e-6)
    drawn(ax)


def test_mistakes_grid() -> None:
    """Each picture has its caption of truth, reading and confidence."""
    images = make_digits(10).images
    ax = plots.mistakes_grid(images, np.arange(10), (np.arange(10) + 1) % 10, np.full(10, 0.83), columns=4)
    assert texts(ax)[0] == "0 → 1  83 %"
    assert len(texts(ax)) == 10
    drawn(ax)


def test_disputed_mistakes_are_framed() -> None:
    """As many frames as disputed labels, around those pictures."""
    images = make_digits(5).images
    guesses, disputed = np.full(5, 8), [False, True, False, False, True]
    ax = plots.mistakes_grid(images, np.arange(5), guesses, np.full(5, 0.6), disputed=disputed, columns=3)
    assert [frame.get_xy() for frame in ax.patches] == [(30, -1), (30, 38)]
    assert len(plots.mistakes_grid(images, np.arange(5), guesses, np.full(5, 0.6)).patches) == 0


def test_samples_grid_keeps_pixels_and_order() -> None:
    """The sheet holds the digit images unchanged, row by row, from uint8 as from float."""
    images = make_digits(7).images
    for given in (images, images.astype(np.float32) / 255):
        sheet = np.asarray(plots.samples_grid(given, columns=3).images[0].get_array())
        np.testing.assert_allclose(sheet[31:59, 31:59], images[4] / 255, atol=1e-6)
        np.testing.assert_allclose(sheet[62:90, 0:28], images[6] / 255, atol=1e-6)


def test_empty_grid() -> None:
    """No mistakes: an empty sheet and no error."""
    ax = plots.mistakes_grid(np.zeros((0, 28, 28), np.uint8), np.zeros(0, int), np.zeros(0, int), np.zeros(0))
    assert texts(ax) == []


def test_answer_figure_marks_the_best() -> None:
    """The bar of the answer has another colour; an empty answer has none."""
    picture = np.full((50, 40, 3), 255, np.uint8)
    image = make_digits(1).images[0].astype(np.float32) / 255
    probabilities = np.full(10, 0.01)
    probabilities[3] = 0.91
    bars = plots.answer_figure(picture, image, probabilities, "This looks like a 3").axes[2].patches
    assert [to_hex(bar.get_facecolor()).upper() == plots.BLUE for bar in bars] == [d == 3 for d in range(10)]
    bars = plots.answer_figure(picture, image * 0, np.zeros(10), "Nothing drawn yet").axes[2].patches
    assert plots.BLUE.lower() not in {to_hex(bar.get_facecolor()) for bar in bars}


def test_given_axes_are_used(evaluation: Evaluation) -> None:
    """With `ax`, the drawing lands on it and on no figure of its own."""
    left, right = Figure(figsize=(6, 3)).subplots(1, 2)
    assert plots.confusion_matrix(evaluation.confusion, ax=left) is left
    assert plots.reliability_diagram(evaluation.reliability, ax=right) is right
    assert left.texts
    assert right.lines


def test_no_pyplot() -> None:
    """Drawing leaves no global state, since pyplot is never imported."""
    code = (
        "import sys, numpy as np; from digit.evaluation.plots import classifier; "
        "classifier.confusion_matrix(np.eye(10, dtype=int)); print('matplotlib.pyplot' in sys.modules)"
    )
    root = str(Path(__file__).resolve().parents[3])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "False"
