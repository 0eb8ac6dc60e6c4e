"""Any picture to a digit image: loading (pixels) -> ink (background, surround, marks) -> strokes -> normalization.

The app, the command line, the benchmarks and the training all call `preprocess`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.ink import extract_ink, find_writing
from digit.imaging.loading import PictureSource, load_picture
from digit.imaging.marks import is_small
from digit.imaging.normalization import DIGIT_SIZE, ink_box, normalize_ink
from digit.imaging.pixels import Picture
from digit.imaging.strokes import prepare_strokes
from digit.types import Box

__all__ = [
    "DIGIT_SIZE",
    "Picture",
    "PictureSource",
    "Steps",
    "preprocess",
    "load_picture",
    "extract_ink",
    "ink_box",
    "normalize_ink",
]


@dataclass(frozen=True, eq=False)
class Steps:
    """A picture on its way to a digit image.

    Attributes:
        picture: uint8 (H, W, 3), RGB, upright, at working size.
        ink: float32 (H, W), 0 to 1, ink = 1: the digit alone.
        box: (x, y, w, h) of the digit in pixels of `ink`; None when nothing is written.
        digit_image: float32 (28, 28), ink = 1; all zero when `box` is None.
        several: whether more than one digit is written, side by side.
    """

    picture: Picture
    ink: NDArray[np.float32]
    box: Box | None
    digit_image: NDArray[np.float32]
    several: bool = False

    @property
    def small(self) -> bool:
        """Whether the digit is small on its picture."""
        return self.box is not None and is_small(self.box, self.ink)

    @property
    def grey(self) -> NDArray[np.uint8]:
        """The picture without its colours, uint8 (H, W); made when it is asked for, since only Upload shows it."""
        return cv2.cvtColor(self.picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def preprocess(source: PictureSource) -> Steps:
    """Bring any picture of one digit into the form that the model knows.

    Args:
        source: a path, encoded bytes, a PIL image, or an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4).

    Raises:
        PictureError: it is not a picture that can be read.
    """
    picture = load_picture(source)
    ink, several = find_writing(picture)
    box = ink_box(ink)
    if box is None:
        return Steps(picture, ink, None, np.zeros((DIGIT_SIZE, DIGIT_SIZE), np.float32))
    return Steps(picture, ink, box, normalize_ink(prepare_strokes(ink, box)), several)
