import cv2
import numpy as np

from digit.imaging.surround import find_sheet, find_surround, leaves_marks, remove_rules
from tests.imaging.drawing import strokes


def contrast_of(digit: int, level: float = 150, **settings: object) -> np.ndarray:
    return strokes(digit, **settings) * np.float32(level)  # type: ignore[arg-type]


def test_surround_is_found_at_any_side() -> None:
    """A desk along one side is the surround; the digit beside it is not."""
    for turns in range(4):
        contrast = contrast_of(3)
        contrast[:, :40] = 120
        surround = find_surround(np.ascontiguousarray(np.rot90(contrast, turns)), 20)
        assert surround is not None
        surround = np.rot90(surround, -turns)
        assert surround[:, :38].mean() > 0.98
        assert surround[:, 55:].mean() < 0.02


def test_writing_alone_is_no_surround() -> None:
    """Neither a digit in the middle nor one whose thin stroke touches the border."""
    assert find_surround(contrast_of(8), 20) is None
    assert find_surround(contrast_of(1, centre=(0.1, 0.4), height=0.8), 20) is None


def test_nothing_is_left_without_a_filling_digit() -> None:
    """Where the solid region is the digit itself, there are no marks without it."""
    contrast = contrast_of(0, height=0.95, width=0.2)
    everything = (contrast > 1).astype(np.uint8)
    assert not leaves_marks(contrast, 20, everything)
    assert leaves_marks(contrast, 20, np.zeros_like(everything))


def test_sheet_on_a_desk() -> None:
    """A tilted sheet with a digit on it is found, its edge excluded; the digit alone is no sheet."""
    contrast = np.zeros((280, 280), np.float32)
    corners = cv2.boxPoints(((140, 140), (200, 160), 10))
    cv2.fillConvexPoly(contrast, corners.astype(np.int32), 140)
    contrast -= contrast_of(6, height=0.35) * (contrast > 0)
    sheet = find_sheet(contrast)
    assert sheet is not None
    assert np.all((sheet > 0) <= (cv2.fillConvexPoly(np.zeros_like(sheet), corners.astype(np.int32), 1) > 0))
    assert sheet[140, 140] == 1
    assert find_sheet(contrast_of(0, height=0.9, width=0.2)) is None


def test_half_in_shadow_is_no_sheet() -> None:
    """A region that takes half of the border is a shadow."""
    contrast = np.zeros((200, 200), np.float32)
    contrast[:, 100:] = 90
    assert find_sheet(contrast) is None


def test_rules_go_and_strokes_stay() -> None:
    """Tilted rules in both directions are taken out, and the digit that crosses them keeps nearly all of its ink."""
    truth = contrast_of(4, size=(300, 300), width=0.04)
    page = np.zeros((300, 300), np.uint8)
    for y in range(10, 300, 25):
        cv2.line(page, (0, y), (299, y + 5), 120, 1, cv2.LINE_AA)
        cv2.line(page, (y, 0), (y - 5, 299), 120, 1, cv2.LINE_AA)
    cleared = remove_rules(np.maximum(truth, page.astype(np.float32)), 40)
    assert (cleared > 40)[truth > 75].mean() > 0.85
    assert (cleared > 40)[cv2.dilate(truth, np.ones((5, 5))) == 0].mean() < 0.02


def test_a_bar_is_no_rule() -> None:
    """The bar of a 7 that spans the picture stays."""
    contrast = contrast_of(7, height=1.2, width=0.1)
    assert np.array_equal(remove_rules(contrast, 40), contrast)
