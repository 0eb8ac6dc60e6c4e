"""Letters and signs of other scripts, as what is no digit: from a folder alone; the pages that are made go without.

Characters that can look like a digit are left out. A fifth of the others is never trained on, see `part_of`.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.data.mnist import data_dir_from, read_npz
from digit.data.records.parts import part_of
from digit.errors import DataError
from digit.types import FloatArray

LOOK_ALIKE = frozenset("0123456789oOlIsSzZbqgBiDjJ")

LOOK_ALIKE_SIGNS = {
    "Balinese": (5, 14),
    "Early_Aramaic": (1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 16, 17, 20),
    "Japanese_(katakana)": (1, 2, 8, 12, 16, 22, 24, 27, 37, 38, 43, 46),
    "Korean": (5, 7, 9, 10, 12, 20, 21, 22, 24, 33, 37),
    "Sanskrit": (13, 21, 37),
}
"""Characters of Omniglot of which the classifier takes eight of twenty drawings or more for a digit: most are a 4,
a 7, a 1 or a 0 in all but name."""


def load_letters(data_dir: str | Path | None, held_out: bool = False) -> list[FloatArray]:
    """The ink of every letter, float32 of shape (H, W), 0 to 1, ink = 1, without empty edges; an empty list where the
    folder has none of the files.

    Args:
        held_out: the letters to measure with, instead of those to train with.

    Raises:
        DataError: the folder does not exist, or a file is not what it should be.
    """
    folder = data_dir_from(data_dir)
    if folder is None:
        return []
    extra = folder / "extra"
    try:
        letters = enumerate(_letters_in(extra))
        return [letter for place, letter in letters if (part_of(f"letter {place}") == "held_out") == held_out]
    except (ValueError, IndexError) as error:
        raise DataError(f"The letters in {extra} cannot be read ({error}).") from None


def _letters_in(extra: Path) -> list[FloatArray]:
    letters: list[FloatArray] = []
    if (extra / "choice_chars.npz").is_file():
        arrays = read_npz(extra / "choice_chars.npz", ("x", "y", "chars"))
        names = arrays["chars"][arrays["y"].astype(int)]
        letters += [_ink(x) for x, name in zip(arrays["x"], names, strict=True) if str(name) not in LOOK_ALIKE]
    if (extra / "paper_chars.npz").is_file():
        arrays = read_npz(extra / "paper_chars.npz", ("chars", "shapes", "pixels"))
        ends = np.cumsum(arrays["shapes"].astype(np.int64).prod(axis=1))
        for name, shape, end in zip(arrays["chars"], arrays["shapes"], ends, strict=True):
            if str(name) not in LOOK_ALIKE:
                height, width = (int(side) for side in shape)
                letters.append(_ink(arrays["pixels"][int(end) - height * width : int(end)].reshape(height, width)))
    if (extra / "omniglot.npz").is_file():
        arrays = read_npz(extra / "omniglot.npz", ("images", "alphabet", "character"))
        signs = zip(arrays["alphabet"], arrays["character"], strict=True)
        alike = [int(str(sign)[-2:]) in LOOK_ALIKE_SIGNS.get(str(alphabet), ()) for alphabet, sign in signs]
        letters += [_ink(x) for x, left_out in zip(arrays["images"], alike, strict=True) if not left_out]
    return [letter for letter in letters if min(letter.shape) > 2]


def _ink(picture: NDArray[np.generic]) -> FloatArray:
    """Dark on light to ink, cut to what is written."""
    values = 255 - picture.astype(np.float32)
    low, high = np.quantile(values, (0.3, 0.99))
    ink: FloatArray = np.clip((values - low) / max(float(high - low), 16.0), 0, 1).astype(np.float32)
    x, y, width, height = cv2.boundingRect((ink > 0.35).astype(np.uint8))
    return ink[y : y + height, x : x + width]
