"""Letters: their ink without empty edges, none that can pass for a digit, from whatever files there are."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.data.letters import LOOK_ALIKE, load_letters
from digit.errors import DataError


def letter(character: str, height: int = 40, width: int = 32) -> NDArray[np.uint8]:
    """Dark on light."""
    page = np.full((height, width), 235, np.uint8)
    cv2.putText(page, character, (4, height - 8), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 30, 3, cv2.LINE_AA)
    return page


def all_letters(folder: Path) -> list[NDArray[np.float32]]:
    """Those to train with, then those to measure with."""
    return [*load_letters(folder), *load_letters(folder, held_out=True)]


def save_signs(folder: Path, images: NDArray[np.uint8], character: int = 99) -> None:
    names = np.full(len(images), f"character{character:02d}")
    alphabet = np.full(len(images), "Korean")
    np.savez(folder / "extra" / "omniglot.npz", images=images, alphabet=alphabet, character=names)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "extra").mkdir()
    return tmp_path


def test_letters_are_ink_cut_to_what_is_written(folder: Path) -> None:
    save_signs(folder, np.stack([letter("A"), letter("W"), letter("E")]))
    letters = load_letters(folder)
    assert len(letters) == 3
    for ink in letters:
        assert ink.dtype == np.float32
        assert 0 <= ink.min() <= ink.max() <= 1
        assert ink.shape[0] < 40
        assert ink.shape[1] < 32
        edges = ink[0].max(), ink[-1].max(), ink[:, 0].max(), ink[:, -1].max()
        assert min(edges) > 0.35
    assert letters[1].shape[1] > letters[2].shape[1], "W is wider than E"


def test_letters_that_can_pass_for_a_digit_are_left_out(folder: Path) -> None:
    """By their names, where the file has them."""
    assert set("0123456789oOlISsZz") <= LOOK_ALIKE
    chars = np.array(list("AoS"))
    np.savez(
        folder / "extra" / "choice_chars.npz",
        x=np.stack([letter(c) for c in "AoSA"]),
        y=np.array([0, 1, 2, 0], np.uint8),
        chars=chars,
    )
    letters = load_letters(folder)
    assert len(letters) == 2
    np.testing.assert_array_equal(letters[0], letters[1])


def test_letters_of_any_size_come_from_one_row_of_pixels(folder: Path) -> None:
    """The pixels of the letters lie one after the other; those left out are skipped."""
    pictures = [letter("E", 40, 30), letter("O", 50, 44), letter("W", 44, 36)]
    np.savez(
        folder / "extra" / "paper_chars.npz",
        chars=np.array(list("EOW")),
        shapes=np.array([picture.shape for picture in pictures], np.int32),
        pixels=np.concatenate([picture.ravel() for picture in pictures]),
    )
    save_signs(folder, np.stack([letter("E", 40, 30)]))
    first, second, third = load_letters(folder)
    np.testing.assert_array_equal(first, third)
    assert second.shape[1] > first.shape[1]


def test_signs_that_can_pass_for_a_digit_are_left_out(folder: Path) -> None:
    """Korean's 21st letter is a stroke, as a 1 is."""
    save_signs(folder, np.stack([letter("A")]), character=21)
    assert all_letters(folder) == []


def test_a_fifth_of_the_letters_is_never_trained_on(folder: Path) -> None:
    """Each is of one part, and of the same one whenever it is loaded."""
    save_signs(folder, np.stack([letter("A")] * 100))
    training, held_out = load_letters(folder), load_letters(folder, held_out=True)
    assert len(training) + len(held_out) == 100
    assert 10 < len(held_out) < 32
    np.testing.assert_array_equal(held_out[0], load_letters(folder, held_out=True)[0])


def test_blank_pictures_are_no_letters(folder: Path) -> None:
    images = np.stack([np.full((40, 32), 235, np.uint8), letter("A")])
    save_signs(folder, images)
    assert len(all_letters(folder)) == 1


def test_pages_are_made_without_letters_where_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_letters(tmp_path) == []
    monkeypatch.delenv("DIGIT_DATA_DIR", raising=False)
    assert load_letters(None) == []


def test_a_file_of_something_else_is_refused(folder: Path) -> None:
    (folder / "extra" / "omniglot.npz").write_text("not an archive")
    with pytest.raises(DataError, match=r"not a readable \.npz"):
        load_letters(folder)
    np.savez(folder / "extra" / "omniglot.npz", letters=np.zeros(3))
    with pytest.raises(DataError, match="lacks images"):
        load_letters(folder)
    with pytest.raises(DataError, match="not a folder"):
        load_letters(folder / "nowhere")
