"""The paper of made pages: what is printed on it, the light that falls on it, and the camera that takes the picture."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.types import FloatArray, Rng


def printed(ink: FloatArray, height: float, pitch: float, angle: float, rng: Rng, first: float = 0.0) -> None:
    """Rules, squares or the borders of a table, drawn into the ink in place.

    Args:
        ink: float32 of shape (S, S), 0 to 1.
        height: of the digits, in pixels.
        pitch: from row to row, in pixels.
        angle: radians by which the page is turned.
        first: where the first rule stands, in pixels from the upper edge.
    """
    side = ink.shape[0]
    kind = rng.integers(3)
    layer = np.zeros(ink.shape, np.uint8)
    pen = max(1, round(height * rng.uniform(0.03, 0.12)))
    step = pitch if kind != 1 else height * rng.uniform(0.5, 1.2)
    along, down = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    for number in range(-2, round(1.6 * side / max(step, 4)) + 2):
        start = down * ((number + rng.normal(0, 0.02)) * step + first) - along * side
        _stroke(layer, start, start + 3 * side * along, pen)
    if kind:
        across = step if kind == 1 else height * rng.uniform(2.5, 8)
        for number in range(-2, round(1.6 * side / max(across, 4)) + 2):
            start = along * number * across - down * side
            _stroke(layer, start, start + 3 * side * down, pen)
    np.maximum(ink, layer * np.float32(rng.uniform(0.15, 0.9) / 255), out=ink)


def photographed(
    ink: FloatArray, height: float, rng: Rng, legible: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A picture of a page: paper, uneven light, desk, margin, grain, blur, compression.

    Args:
        ink: float32 of shape (S, S), 0 to 1.
        height: of the digits in pixels; blur is a share of it.
        legible: nothing hides a part of the page, and the ink is clearly darker than the paper.

    Returns:
        uint8 of shape (S, S), dark ink on light paper; and where the page is hidden, bool of shape (S, S).
    """
    hidden = np.zeros(ink.shape, bool)
    side = ink.shape[0]
    light = rng.uniform(120, 252)
    dark = rng.uniform(70 if legible else 32, light - 25)
    paper = np.full(ink.shape, light, np.float32)
    if rng.random() < 0.6:  # light that falls off, and stains
        cells = rng.normal(0, rng.uniform(2, 22), (int(rng.integers(2, 5)),) * 2).astype(np.float32)
        paper += cv2.resize(cells, (side, side), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.2:  # the shadow of a hand or a phone
        _area(paper, rng, paper * np.float32(rng.uniform(0.45, 0.85)), blur=rng.uniform(1, 9))
    picture = paper - ink * np.float32(dark) * (paper / np.float32(light))
    if rng.random() < 0.25 and not legible:  # beyond the edge of the page: a desk, the black of a scan
        beyond = np.full(ink.shape, rng.choice([rng.uniform(0, 30), rng.uniform(30, 255)]), np.float32)
        if rng.random() < 0.4:
            beyond += rng.normal(0, 12, ink.shape).astype(np.float32)
        hidden = _beyond_an_edge(side, rng)
        picture[hidden] = beyond[hidden]
    if rng.random() < 0.6:
        picture += rng.standard_normal(ink.shape, np.float32) * np.float32(rng.uniform(1, 10))
    if rng.random() < 0.4:
        picture = np.asarray(
            cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 0.3 + (0.03 if legible else 0.06) * height)), np.float32
        )
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        _, encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])
        grey = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return grey, hidden


def _stroke(layer: NDArray[np.uint8], start: NDArray[np.float64], end: NDArray[np.float64], pen: int) -> None:
    first, last = (tuple(round(value * 16) for value in point) for point in (start, end))
    cv2.line(layer, first, last, 255, pen, cv2.LINE_AA, 4)


def _area(picture: FloatArray, rng: Rng, other: FloatArray, blur: float) -> None:
    """Part of a picture as another one has it, in place: a polygon with soft edges."""
    side = picture.shape[0]
    corners = (rng.uniform(-0.3, 1.3, (4, 2)) * side).astype(np.int32)
    mask = np.zeros(picture.shape, np.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(corners), 1.0)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), blur), np.float32)
    picture += mask * (other - picture)


def _beyond_an_edge(side: int, rng: Rng) -> NDArray[np.bool_]:
    """What lies beyond one edge of the page, bool of shape (side, side)."""
    share, slope = rng.uniform(0.03, 0.35) * side, rng.normal(0, 0.05)
    place = np.arange(side, dtype=np.float32)
    reach = share + slope * place[np.newaxis]
    above = place[:, np.newaxis] < reach
    return np.rot90(above, int(rng.integers(4)))
