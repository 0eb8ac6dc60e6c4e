"""Films for Chromium's fake camera: a room, and sheets with our drawn digits that a hand holds up in it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.browser.kit.app import HANDWRITING, smooth

WIDTH, HEIGHT = 960, 540
RATE = 30
"""Frames of a second, as Chromium plays MJPEG."""
MARK = 16
"""Side of the patch in the corner whose grey is that of `shade`: a page can see by it which sheet is on show."""
TREMBLE = [(0, 0), (2, 1), (3, -1), (1, -2), (-2, -1), (-3, 2)]
Frame = NDArray[np.uint8]
Box = tuple[float, float, float, float]


def shade(place: int) -> int:
    """Grey of the patch while the sheet at this place of the film is on show; 0 is the empty room."""
    return 60 * place


def write_film(path: Path, texts: list[str], seconds: float = 4, width: int = 520, height: int = 400) -> list[Box]:
    """A film of an empty room for a second, and of each text on a sheet for some; Chromium plays it over and over.

    Args:
        path: a file whose name ends in .mjpeg.
        texts: the digits on each sheet.
        seconds: for each sheet.
        width, height: of a sheet, in pixels of the film.

    Returns:
        The places of the digits of the last sheet, (x, y, w, h) in shares of the picture.
    """
    rng = np.random.default_rng(2)
    boxes: list[Box] = []
    film = io.BytesIO()
    film.write(_jpeg(room(), 0) * RATE)
    for place, text in enumerate(texts, 1):
        paper, boxes = sheet(text, width, height)
        moments = [_jpeg(held(paper, shift, rng), place) for shift in TREMBLE]
        for moment in range(round(seconds * RATE)):
            film.write(moments[moment // 3 % len(moments)])
    path.write_bytes(film.getvalue())
    left, top = (WIDTH - width) / 2, (HEIGHT - height) / 2
    return [((left + x) / WIDTH, (top + y) / HEIGHT, w / WIDTH, h / HEIGHT) for x, y, w, h in boxes]


def room() -> Frame:
    """What is behind the sheet: a wall in uneven light, a shelf, a window, a person."""
    rng = np.random.default_rng(1)
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    wall = np.stack([125 + 40 * np.sin(across / 150 + c) + 20 * np.cos(down / 70) for c in range(3)], 2)
    picture = np.clip(wall + rng.normal(0, 4, wall.shape), 0, 255).astype(np.uint8)
    for row in range(5):
        for book in range(6):
            colour = rng.integers(30, 220, 3).tolist()
            corner = (30 + 35 * book, 40 + 90 * row)
            cv2.rectangle(picture, corner, (corner[0] + 28, corner[1] + 74), colour, -1)
    cv2.rectangle(picture, (720, 20), (900, 220), (235, 225, 210), -1)
    cv2.rectangle(picture, (340, 300), (620, HEIGHT), (90, 60, 50), -1)
    cv2.ellipse(picture, (480, 190), (85, 115), 0, 0, 360, (120, 150, 200), -1)
    return picture


def sheet(text: str, width: int, height: int) -> tuple[Frame, list[Box]]:
    """Paper with digits side by side, uint8 (height, width, 3), and the places of their ink in its pixels."""
    paper = np.full((height, width, 3), 228, np.uint8)
    side = min(height, width / len(text))
    pen = max(3, round(0.035 * side))
    boxes = []
    for place, character in enumerate(text):
        left, top = (width - side * len(text)) / 2 + side * place, (height - side) / 2
        strokes = [[(left + x * side, top + y * side) for x, y in smooth(s)] for s in HANDWRITING[int(character)]]
        for stroke in strokes:
            points = np.round(np.array(stroke) * 16).astype(np.int32)
            cv2.polylines(paper, [points], False, (70, 45, 35), pen, cv2.LINE_AA, 4)
        every: Any = np.concatenate([np.array(stroke) for stroke in strokes])
        (x, y), (right, bottom) = every.min(0) - pen / 2, every.max(0) + pen / 2
        boxes.append((float(x), float(y), float(right - x), float(bottom - y)))
    return paper, boxes


def held(paper: Frame, shift: tuple[int, int], rng: np.random.Generator) -> Frame:
    """The sheet in the middle of the room, a little turned, between two thumbs, in the grain of a camera."""
    picture = room()
    height, width = paper.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.5, 1.0)
    turn[:, 2] += [(WIDTH - width) / 2 + shift[0], (HEIGHT - height) / 2 + shift[1]]
    cv2.warpAffine(paper, turn, (WIDTH, HEIGHT), picture, borderMode=cv2.BORDER_TRANSPARENT)
    for side in (-1, 1):
        centre = (WIDTH // 2 + side * width // 2 + shift[0], HEIGHT // 2 + 60 + shift[1])
        cv2.ellipse(picture, centre, (34, 18), 0, 0, 360, (130, 160, 210), -1)
    picture = cv2.GaussianBlur(picture, (5, 5), 1).astype(np.uint8)
    return np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)


def _jpeg(picture: Frame, place: int) -> bytes:
    picture[:MARK, :MARK] = shade(place)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
