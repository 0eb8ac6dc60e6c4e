"""The sheet that is held in front of a camera: found around the middle of the picture, and cut out of the room.

A room has more marks than any paper, so a camera's picture is read only if it shows a sheet: paper, a board or a screen
of one colour apart from the writing.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.imaging.pixels import Picture, shrink
from digit.types import Box

_COARSE = 168
"""Longer side of the copy on which the sheet is looked for, in pixels."""
_STROKE = 21
"""Side of the median filter that takes the writing away there: of a stroke, up to half as wide."""
_STEP = 3
"""Neighbouring pixels of a sheet differ by at most so much of 255 in each colour: light falls softly, edges do not."""
_SMALLEST = 0.06
"""A sheet covers at least this share of the picture."""
_CONVEX = 0.88
"""A sheet fills at least this share of its convex hull, hands included; a wall behind people and shelves does not."""
_BORDER = 3
"""So much of the sheet's edge is left out, in pixels of the copy: it is blurred, and holds the tips of fingers."""
_SEEDS = (0.5, 0.38, 0.62)
"""Where in the picture a sheet must be, in shares of its width and height: at one of these nine places."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet in a picture.

    Attributes:
        picture: uint8 (h, w, 3), RGB: the sheet upright, as it was seen; around it, its own colour goes on.
        box: (x, y, w, h) of it in pixels of the whole picture.
    """

    picture: Picture
    box: Box


def cut_sheet(picture: Picture) -> Sheet | None:
    """The sheet around the middle of a picture.

    Args:
        picture: uint8 of shape (H, W, 3), RGB.

    Returns:
        The sheet; None where nothing in the middle is of one colour, large enough and of the shape of a sheet.
    """
    height, width = picture.shape[:2]
    plain = np.asarray(cv2.medianBlur(shrink(picture, _COARSE), _STROKE), np.uint8)
    inside = _around_the_middle(plain)
    if inside is None:
        return None
    x, y, w, h = cv2.boundingRect(inside)
    rows, columns = plain.shape[:2]
    left, top = round(x * width / columns), round(y * height / rows)
    right, bottom = round((x + w) * width / columns), round((y + h) * height / rows)
    part = (slice(y, y + h), slice(x, x + w))
    whole = (right - left, bottom - top)
    weight = cv2.resize(inside[part].astype(np.float32), whole, interpolation=cv2.INTER_LINEAR)
    around = cv2.resize(_continued(plain[part], inside[part]), whole, interpolation=cv2.INTER_LINEAR)
    cut = picture[top:bottom, left:right].copy()
    outside = weight < 1
    share = weight[outside][:, np.newaxis]
    cut[outside] = (cut[outside] * share + around[outside] * (1 - share)).round().astype(np.uint8)
    return Sheet(cut, (left, top, right - left, bottom - top))


def _around_the_middle(plain: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The largest part of one colour that a seed lies in, as uint8 (H, W) of 0 and 1; None if it is no sheet."""
    height, width = plain.shape[:2]
    largest = np.zeros((height, width), np.uint8)
    for across in _SEEDS:
        for down in _SEEDS:
            seed = int(across * width), int(down * height)
            if largest[seed[1], seed[0]]:
                continue
            filled = np.zeros((height + 2, width + 2), np.uint8)
            flags = 4 | (1 << 8) | cv2.FLOODFILL_MASK_ONLY
            cv2.floodFill(plain, filled, seed, (0,) * 3, (_STEP,) * 3, (_STEP,) * 3, flags)
            found = filled[1:-1, 1:-1]
            if found.sum() > largest.sum():
                largest = found
    # Writing thicker than the filter leaves holes; fingers come from outside.
    outlines, _ = cv2.findContours(largest, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    if cv2.contourArea(outline) < _CONVEX * cv2.contourArea(cv2.convexHull(outline)):
        return None
    solid = np.zeros_like(largest)
    cv2.drawContours(solid, [outline], -1, 1, cv2.FILLED)
    side = 2 * _BORDER + 1
    # The picture's own border is no edge of the sheet.
    inner = cv2.erode(solid, np.ones((side, side), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return np.asarray(inner, np.uint8) if inner.mean() >= _SMALLEST else None


def _continued(plain: NDArray[np.uint8], inside: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The colour of the sheet, carried on beyond its edges: the mean of what of it lies near."""
    weight = inside.astype(np.float32)[..., np.newaxis]
    sigma = max(plain.shape[:2]) / 4
    near = cv2.GaussianBlur(weight, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)[..., np.newaxis]
    colour = cv2.GaussianBlur(plain * weight, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    return np.asarray(colour / np.maximum(near, 1e-6), np.float32)
