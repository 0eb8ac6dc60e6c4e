"""Words without a digit: letters written by hand, and print. For lines and pages on which no number is to be found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digit.types import FloatArray, Rng

HEIGHT = 48
"""Rows of a word."""
MIDDLE, TALL = 26, 32
"""The row in the middle of its tall letters, and their height."""
PRINT = "aaacdeeefhkmnnnprrtttuuvwxyACEFGHKLMNPQRTUVWXY().;&%"
"""Characters of print; none of them looks like a digit in every font."""
_SIZE = 40


def written_word(letters: Sequence[FloatArray], rng: Rng) -> FloatArray:
    """Letters side by side, float32 of shape (`HEIGHT`, W), 0 to 1, ink = 1.

    Args:
        letters: ink of single letters; at least one.
    """
    count = int(rng.integers(1, 9))
    strip = np.zeros((HEIGHT, 40 * count + 24), np.float32)
    x = 4
    apart = int(rng.integers(-2, 8))
    for _ in range(count):
        letter = letters[int(rng.integers(len(letters)))]
        tall = int(rng.integers(20, 40))
        wide = int(np.clip(round(letter.shape[1] * tall / letter.shape[0]), 3, 40))
        small = np.asarray(cv2.resize(letter, (wide, tall), interpolation=cv2.INTER_AREA), np.float32)
        top = 44 - tall - int(rng.integers(0, 5))
        target = strip[top : top + tall, x : x + wide]
        np.maximum(target, small[:, : target.shape[1]], out=target)
        x += wide + apart + int(rng.integers(-2, 4))
        if x > strip.shape[1] - 44:
            break
    return strip[:, : x + 4]


def printed_word(rng: Rng) -> FloatArray:
    """A printed word, float32 of shape (`HEIGHT`, W), 0 to 1, ink = 1: in a font of Matplotlib's, or in one of OpenCV's
    stroke fonts (Hershey 1967)."""
    word = "".join(PRINT[i] for i in rng.integers(0, len(PRINT), rng.integers(2, 12)))
    if rng.random() < 0.6:
        font = _fonts()[int(rng.integers(len(_fonts())))]
        left, _, right, _ = font.getbbox(word, anchor="ls")
        picture = Image.new("L", (round(right - left) + 8, HEIGHT))
        ImageDraw.Draw(picture).text((4 - left, MIDDLE + TALL / 2), word, 255, font, anchor="ls")
        return np.asarray(picture, np.float32) / np.float32(255)
    face = STROKE_FONTS[int(rng.integers(len(STROKE_FONTS)))]
    (width, _), _ = cv2.getTextSize(word, face, 1.3, 2)
    strip = np.zeros((HEIGHT, width + 8), np.uint8)
    cv2.putText(strip, word, (4, MIDDLE + TALL // 2), face, 1.3, 255, int(rng.integers(1, 5)), cv2.LINE_AA)
    return strip.astype(np.float32) / np.float32(255)


@cache
def _fonts() -> tuple[ImageFont.FreeTypeFont, ...]:
    """The DejaVu fonts that Matplotlib brings."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return tuple(
        ImageFont.truetype(path, _SIZE) for path in sorted(folder.glob("DejaVu*.ttf")) if "Display" not in path.name
    )


STROKE_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
