import numpy as np
import pytest

from digit.imaging.background import fit_surface, outliers, paper_colour, surroundings
from tests.imaging.drawing import grained, paint, shading, shadow, strokes, to_picture

PAPER = (230.0, 220.0, 190.0)


@pytest.mark.parametrize(("paper", "ink"), [((250, 240, 90), (30, 60, 200)), ((0, 0, 0), (255, 255, 255))])
def test_paper_is_what_most_of_the_border_shows(paper: tuple[int, ...], ink: tuple[int, ...]) -> None:
    """Dark and light paper are told from the ink, even where thick strokes cover much of the picture."""
    for width in (0.02, 0.18):
        picture = paint(strokes(8, height=0.9, width=width), paper, ink)
        assert paper_colour(picture) == pytest.approx(paper, abs=1)


def test_paper_of_a_noisy_photo() -> None:
    """Grain does not move it by more than two levels."""
    picture = grained(paint(strokes(4), PAPER, (40, 40, 90)), 8)
    assert paper_colour(picture) == pytest.approx(PAPER, abs=2.5)


@pytest.mark.parametrize("angle", [0, 70, 200])
def test_surface_follows_the_light(angle: float) -> None:
    """Under light that falls by half, the surface is the paper within a few levels, writing and desk or not."""
    size = (240, 320)
    true = np.asarray(PAPER, np.float32) * shading(size, 0.5, angle)
    for width, desk in ((0.03, 0), (0.14, 0), (0.03, 40)):
        picture = to_picture(true * (1 - 0.8 * strokes(5, size, width=width)[..., np.newaxis]))
        picture[:, :desk] = (50, 40, 30)
        error = np.abs(fit_surface(picture, paper_colour(picture)) - true)[:, desk:]
        assert np.quantile(error, 0.95) < 6


def test_surface_of_tiny_pictures() -> None:
    """One pixel, one row and one column have a surface of their own shape."""
    for shape in ((1, 1), (1, 9), (9, 1), (2, 2)):
        picture = np.full((*shape, 3), 77, np.uint8)
        assert fit_surface(picture, paper_colour(picture)) == pytest.approx(np.full((*shape, 3), 77), abs=1)


def test_surroundings_follow_a_shadow_and_ignore_the_pen() -> None:
    """With a shadow's edge through a digit, the paper is found on both sides."""
    size = (378, 504)
    true = np.asarray(PAPER, np.float32) * shadow(size, 0.5, 0.01)
    picture = to_picture(true * (1 - 0.8 * strokes(8, size, width=0.03)[..., np.newaxis]))
    error = np.abs(surroundings(picture, 1 / 3) - true).max(axis=2)
    assert np.quantile(error, 0.95) < 8


def test_outliers_is_a_share() -> None:
    """None on paper that fits, the inked share where it does not."""
    contrast = np.zeros((100, 100), np.float32)
    assert outliers(contrast) == 0
    contrast[:20] = 200
    assert outliers(contrast) == pytest.approx(0.2, abs=0.01)
