import numpy as np
import pytest

from digit.imaging import ink_box, normalize_ink
from tests.digits import draw_digit
from tests.imaging.drawing import strokes


def mnist_like(digit: int) -> np.ndarray:
    """A digit image whose ink fills the 20x20 box, as all of MNIST's do."""
    return normalize_ink(strokes(digit, (200, 200), height=0.9, width=0.11))


@pytest.mark.parametrize("digit", range(10))
def test_digit_image_passes_unchanged(digit: int) -> None:
    """What is normalised already comes out as it went in."""
    image = mnist_like(digit)
    assert np.abs(normalize_ink(image) - image).mean() < 0.002


@pytest.mark.parametrize("size", [40, 84, 500])
@pytest.mark.parametrize("digit", range(10))
def test_fills_the_box_around_the_centre_of_mass(digit: int, size: int) -> None:
    """The longer side is 20 pixels and the centre of mass lies within half a pixel of (14, 14)."""
    image = normalize_ink(strokes(digit, (size, size), height=0.5, width=0.06, centre=(0.4, 0.6)))
    box = ink_box(image)
    assert box is not None
    assert max(box[2:]) in (19, 20)
    index = np.arange(28)
    assert image.sum(axis=0) @ index / image.sum() == pytest.approx(14, abs=0.51)
    assert image.sum(axis=1) @ index / image.sum() == pytest.approx(14, abs=0.51)
    assert image.max() == pytest.approx(1)
    assert image.dtype == np.float32


def test_keeps_the_aspect() -> None:
    """A bar three times as high as wide stays so."""
    ink = np.zeros((120, 120), np.float32)
    ink[20:80, 30:50] = 1
    box = ink_box(normalize_ink(ink))
    assert box is not None
    assert box[3] == 20
    assert box[2] in (7, 8)


def test_averages_areas() -> None:
    """Fine stripes become grey instead of turning up by chance."""
    ink = np.zeros((200, 200), np.float32)
    ink[::2, :] = 1
    ink[:, :10] = ink[:, -10:] = 1
    inner = normalize_ink(ink)[8:20, 8:20]
    assert inner == pytest.approx(0.5, abs=0.02)


def test_faint_ink_is_raised_to_full() -> None:
    """The darkest pixel is 1, however faint the ink was."""
    ink = strokes(3, (84, 84))
    assert np.allclose(normalize_ink(ink * np.float32(0.2)), normalize_ink(ink), atol=1e-4)


def test_no_ink_gives_an_empty_image() -> None:
    """Nothing in, nothing out, no division by zero."""
    assert not normalize_ink(np.zeros((30, 40), np.float32)).any()
    assert ink_box(np.zeros((30, 40), np.float32)) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 2)])
def test_odd_shapes(shape: tuple[int, int]) -> None:
    """A point, a line and a block of full ink stay inside of the field."""
    image = normalize_ink(np.ones(shape, np.float32))
    assert image.shape == (28, 28)
    assert 0 < image.sum() <= 400


def test_one_sided_ink_is_not_cut() -> None:
    """Where centring the mass would push ink out of the field, it stays in."""
    ink = np.zeros((100, 100), np.float32)
    ink[90:, :] = 1
    ink[:, 0:2] = 1
    box = ink_box(normalize_ink(ink))
    assert box is not None
    assert box[2:] == (20, 20)


def test_drawn_digits_keep_their_strokes() -> None:
    """Digits drawn at MNIST's own size change little, since only their box is stretched to 20 pixels."""
    rng = np.random.default_rng(0)
    for digit in range(10):
        ink = draw_digit(digit, rng).astype(np.float32) / 255
        assert np.corrcoef(normalize_ink(ink).sum(axis=0), normalize_ink(normalize_ink(ink)).sum(axis=0))[0, 1] > 0.99
