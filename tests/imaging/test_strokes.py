import numpy as np
import pytest

from digit.imaging import ink_box, normalize_ink
from digit.imaging.strokes import WANTED, prepare_strokes, soften_edges, stroke_width
from tests.imaging.drawing import strokes


@pytest.mark.parametrize("pen", [0.02, 0.05, 0.1])
@pytest.mark.parametrize("digit", [0, 2, 3, 7])
def test_stroke_width_is_that_of_the_pen(digit: int, pen: float) -> None:
    """Within a fifth of the pen's true width in pixels."""
    assert stroke_width(strokes(digit, (300, 300), width=pen)) == pytest.approx(300 * pen, rel=0.2)


def test_no_ink_has_no_width() -> None:
    """Nothing, and no division by zero."""
    assert stroke_width(np.zeros((10, 10), np.float32)) == 0


@pytest.mark.parametrize("size", [60, 280, 500])
@pytest.mark.parametrize("digit", range(10))
def test_hairlines_become_readable(digit: int, size: int) -> None:
    """A one-pixel line ends about as wide as wanted in the digit image, and dark."""
    ink = strokes(digit, (size, size), height=0.8, width=1 / size)
    box = ink_box(ink)
    assert box is not None
    image = normalize_ink(prepare_strokes(ink, box))
    assert stroke_width(image) == pytest.approx(WANTED, abs=0.6)
    assert np.quantile(image[image > 0.2], 0.5) > 0.5


def test_pen_strokes_are_left_alone() -> None:
    """What MNIST's pens would draw is only cropped."""
    ink = strokes(6, (100, 100), height=0.8, width=0.1)
    box = ink_box(ink)
    assert box is not None
    x, y, width, height = box
    assert np.array_equal(prepare_strokes(ink, box), ink[y : y + height, x : x + width])


def test_steps_are_smoothed() -> None:
    """A coarse digit in whole pixels gets soft edges; a soft one and a large one are left alone."""
    soft = strokes(2, (28, 28), height=0.7, width=0.1)
    hard = (soft > 0.5).astype(np.float32)
    smooth = soften_edges(hard)
    assert np.mean((smooth > 0.1) & (smooth < 0.9)) > 0.1
    assert smooth.sum() == pytest.approx(hard.sum(), rel=0.01)
    assert soften_edges(soft) is soft
    large = (strokes(2, (100, 100)) > 0.5).astype(np.float32)
    assert soften_edges(large) is large
