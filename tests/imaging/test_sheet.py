"""The sheet that is held up in a room is found, cut out and read; a room alone, and a sheet at its edge, are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digit.imaging.sheet import cut_sheet
from digit.recognizer import Recognizer
from tests.browser.kit.films import HEIGHT, WIDTH, held, room, sheet


def frame(text: str, width: int, height: int, shift: tuple[int, int] = (0, 0)) -> np.ndarray:
    """A camera's picture of a sheet, uint8 (540, 960, 3), RGB."""
    picture = held(sheet(text, width, height)[0], shift, np.random.default_rng(0))
    return np.ascontiguousarray(picture[..., ::-1])


@pytest.mark.parametrize(("width", "height"), [(880, 500), (520, 400), (300, 300)])
def test_a_held_digit_is_read_and_in_a_room_it_is_not(recognizer: Recognizer, width: int, height: int) -> None:
    right = 0
    for digit in range(10):
        found = cut_sheet(frame(str(digit), width, height))
        assert found is not None
        right += recognizer.predict(found.picture).digit == digit
    assert right == 10
    assert recognizer.predict(frame("4", 300, 300)).digit != 4  # what it is for


def test_the_box_is_that_of_the_sheet() -> None:
    found = cut_sheet(frame("7", 520, 400))
    assert found is not None
    x, y, w, h = found.box
    assert found.picture.shape == (h, w, 3)
    assert x == pytest.approx((WIDTH - 520) / 2, abs=25)
    assert y == pytest.approx((HEIGHT - 400) / 2, abs=25)
    assert w == pytest.approx(520, abs=45)
    assert h == pytest.approx(400, abs=45)


def test_a_number_keeps_its_digits(recognizer: Recognizer) -> None:
    found = cut_sheet(frame("2385", 760, 330))
    assert found is not None
    assert recognizer.read(found.picture).text == "2385"


def test_a_sheet_that_fills_the_picture_is_the_picture() -> None:
    paper = np.full((300, 400, 3), 230, np.uint8)
    cv2.line(paper, (200, 60), (190, 240), (40, 40, 40), 9)
    found = cut_sheet(paper)
    assert found is not None
    assert found.box == (0, 0, 400, 300)
    assert np.abs(found.picture.astype(int) - paper).max() <= 1


def test_thick_writing_is_kept() -> None:
    paper = np.full((480, 640, 3), 230, np.uint8)
    cv2.circle(paper, (320, 240), 110, (30, 30, 30), 60)
    found = cut_sheet(paper)
    assert found is not None
    assert (found.picture < 60).all(axis=2).mean() > 0.1


def test_chalk_on_a_board_is_writing_on_a_sheet() -> None:
    board = np.full((480, 640, 3), (60, 80, 55), np.uint8)
    cv2.line(board, (320, 90), (300, 390), (225, 225, 225), 14)
    found = cut_sheet(board)
    assert found is not None
    assert found.picture.max() > 200


@pytest.mark.parametrize("cropped", [False, True])
def test_a_room_is_no_sheet(cropped: bool) -> None:
    picture = room()[..., ::-1]
    assert cut_sheet(np.ascontiguousarray(picture[:, 120:840] if cropped else picture)) is None


def test_patches_of_all_colours_and_tiny_pictures_are_no_sheet() -> None:
    patches = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    assert cut_sheet(patches.repeat(80, axis=0).repeat(80, axis=1)) is None
    for side in (1, 2, 9):
        cut_sheet(np.zeros((side, 1, 3), np.uint8))  # whatever it is, no error
