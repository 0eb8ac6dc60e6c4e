import cv2
import numpy as np
import pytest

from digit.imaging import normalize_ink
from digit.imaging.marks import is_dot, is_small, is_writing, keep_digit
from tests.imaging.drawing import strokes


def test_loose_parts_stay_and_specks_go() -> None:
    """The bar of a 5 and the cut stroke of a 4 belong to the digit; dust does not."""
    for digit in (4, 5):
        ink = strokes(digit)
        parted = ink.copy()
        parted[120:126] = 0
        dusty = parted.copy()
        dusty[10:13, 10:13] = 1
        dusty[200:202, 20:22] = 1
        assert np.abs(keep_digit(dusty).ink - parted).max() < 0.11


def test_frame_goes_where_something_is_inside() -> None:
    """A frame around a digit is dropped; a rectangular 0 with nothing inside is not."""
    framed = strokes(2)
    cv2.rectangle(framed, (20, 20), (260, 260), 1, 3)
    assert np.array_equal(keep_digit(framed).ink[30:250, 30:250], strokes(2)[30:250, 30:250])
    assert not keep_digit(framed).ink[:26].any()
    zero = np.zeros((280, 280), np.float32)
    cv2.rectangle(zero, (80, 40), (200, 240), 1, 12)
    assert np.array_equal(keep_digit(zero).ink, zero)


def test_caption_is_left_out() -> None:
    """A line of small print under a digit does not belong to it."""
    ink = strokes(4, (400, 300), height=0.5, width=0.04, centre=(0.5, 0.4))
    alone = ink.copy()
    for x in range(30, 270, 12):
        ink[262:268, x : x + 6] = 0.6
    assert np.array_equal(keep_digit(ink).ink, alone)


def test_the_middle_wins() -> None:
    """Of two digits, the one in the middle is kept."""
    ink = np.maximum(strokes(3, height=0.4), strokes(1, height=0.4, centre=(0.08, 0.1)))
    kept = keep_digit(ink).ink
    assert kept[80:200, 80:200].sum() > 0.95 * kept.sum()


def test_grain_is_no_writing() -> None:
    """Specks of a few pixels are not, a stroke is, and neither is nothing."""
    grain = (np.random.default_rng(0).random((300, 300)) > 0.99).astype(np.float32)
    assert not is_writing(grain)
    assert is_writing(strokes(1, (300, 300), height=0.2))
    assert not is_writing(np.zeros((50, 50), np.float32))


def test_thin_writing_counts_as_much_as_solid_blocks() -> None:
    """A line without any filled square is writing when it is long enough, and so is a square; specks are not."""
    line, square, specks = (np.zeros((280, 280), np.float32) for _ in range(3))
    line[140, 100:140] = 1
    square[100:105, 100:105] = 1
    specks[::20, ::20] = 1
    assert is_writing(line)
    assert is_writing(square)
    assert not is_writing(specks)
    assert not is_writing(np.zeros((280, 280), np.float32))


@pytest.mark.parametrize("digit", range(10))
def test_one_digit_is_not_several(digit: int) -> None:
    """Neither is one with a broken stroke, nor one with a line of small print beside it."""
    ink = strokes(digit)
    parted = ink.copy()
    parted[120:126] = 0
    captioned = strokes(digit, centre=(0.4, 0.5), height=0.5)
    for x in range(230, 280, 12):
        captioned[140:148, x : x + 6] = 1
    assert [keep_digit(one).several for one in (ink, parted, captioned)] == [False, False, False]


@pytest.mark.parametrize(("left", "right"), [(1, 2), (7, 1), (0, 4), (5, 5), (1, 1)])
@pytest.mark.parametrize("gap", [0.05, 0.25])
def test_digits_side_by_side_are_several(left: int, right: int, gap: float) -> None:
    """Whether the second one is left out as too far away, or taken for a part of the first."""
    size = (300, 500)
    first = strokes(left, size, height=0.5, centre=(0.38 - gap / 2, 0.5))
    second = strokes(right, size, height=0.5, centre=(0.62 + gap / 2, 0.5))
    assert keep_digit(np.maximum(first, second)).several
    assert not keep_digit(first).several


def test_what_stands_above_or_is_small_is_no_second_digit() -> None:
    size = (400, 400)
    digit = strokes(3, size, height=0.4)
    above = np.maximum(
        strokes(3, size, height=0.35, centre=(0.5, 0.75)), strokes(7, size, height=0.35, centre=(0.5, 0.25))
    )
    small = np.maximum(digit, strokes(7, size, height=0.12, centre=(0.85, 0.5)))
    assert not keep_digit(above).several
    assert not keep_digit(small).several


@pytest.mark.parametrize("radius", [7, 9, 20, 60])
def test_a_round_spot_is_a_dot(radius: int) -> None:
    spot = np.zeros((280, 280), np.float32)
    cv2.circle(spot, (140, 140), radius, 1, -1)
    assert is_dot(normalize_ink(spot))


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("width", [0.03, 0.12])
def test_a_digit_is_no_dot(digit: int, width: float) -> None:
    assert not is_dot(normalize_ink(strokes(digit, width=width)))
    assert not is_dot(np.zeros((28, 28), np.float32))


def test_a_digit_is_small_by_its_longer_side() -> None:
    picture = np.zeros((200, 300), np.float32)
    assert is_small((10, 10, 20, 59), picture)
    assert not is_small((10, 10, 20, 60), picture)
