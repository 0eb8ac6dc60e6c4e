"""Digits drawn on the spot, on paper of every kind, beside the true coverage of their strokes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Coverage = NDArray[np.float32]
Picture = NDArray[np.uint8]


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[tuple[float, float]]:
    angles = np.radians(np.linspace(start, end, 25))
    return [(float(x + rx * np.cos(a)), float(y + ry * np.sin(a))) for a in angles]


STROKES: dict[int, list[list[tuple[float, float]]]] = {
    0: [_arc(0.5, 0.5, 0.32, 0.48, -90, 270)],
    1: [[(0.3, 0.25), (0.55, 0.02), (0.55, 0.98)]],
    2: [[*_arc(0.5, 0.3, 0.32, 0.28, 190, 400), (0.18, 0.97), (0.85, 0.97)]],
    3: [[*_arc(0.45, 0.26, 0.3, 0.24, 210, 450), *_arc(0.45, 0.74, 0.36, 0.24, -90, 150)]],
    4: [[(0.55, 0.02), (0.15, 0.62), (0.88, 0.62)], [(0.65, 0.35), (0.65, 0.98)]],
    5: [[(0.25, 0.03), (0.22, 0.45), *_arc(0.45, 0.7, 0.36, 0.27, -120, 150)], [(0.25, 0.03), (0.78, 0.03)]],
    6: [[(0.7, 0.03), (0.3, 0.4), *_arc(0.5, 0.7, 0.3, 0.27, 180, 540)]],
    7: [[(0.15, 0.05), (0.85, 0.05), (0.4, 0.97)], [(0.32, 0.5), (0.75, 0.5)]],
    8: [_arc(0.5, 0.26, 0.26, 0.23, 90, 450), _arc(0.5, 0.73, 0.32, 0.25, -90, 270)],
    9: [[*_arc(0.5, 0.28, 0.28, 0.25, 0, 360), (0.7, 0.97)]],
}


def strokes(
    digit: int,
    size: tuple[int, int] = (280, 280),
    height: float = 0.6,
    width: float = 0.05,
    centre: tuple[float, float] = (0.5, 0.5),
) -> Coverage:
    """True coverage, float32 (H, W): `height` and `width` (of the pen) are shares of the picture's shorter side, drawn
    at four times the resolution and averaged down."""
    over = 4 if max(size) <= 1000 else 1
    rows, columns = size[0] * over, size[1] * over
    short = min(rows, columns)
    canvas = np.zeros((rows, columns), np.uint8)
    left, top = centre[0] * columns - height * short / 2, centre[1] * rows - height * short / 2
    pen = max(1, round(width * short))
    for line in STROKES[digit]:
        points = np.array([(left + x * height * short, top + y * height * short) for x, y in line])
        cv2.polylines(canvas, [np.rint(points * 16).astype(np.int32)], False, 255, pen, cv2.LINE_AA, 4)
    coverage = cv2.resize(canvas, (size[1], size[0]), interpolation=cv2.INTER_AREA)
    return coverage.astype(np.float32) / 255


def paint(coverage: Coverage, paper: Any = (255, 255, 255), ink: Any = (20, 20, 20)) -> Picture:
    """The strokes in a colour, on paper of one colour or on a picture of paper, as uint8 RGB."""
    share = coverage[..., np.newaxis]
    return to_picture(share * np.asarray(ink, np.float32) + (1 - share) * np.asarray(paper, np.float32))


def to_picture(values: NDArray[np.float32]) -> Picture:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def shading(size: tuple[int, int], darkest: float = 0.5, angle: float = 30) -> NDArray[np.float32]:
    """Light that falls off smoothly across the picture, (H, W, 1), from 1 to `darkest`."""
    y, x = np.mgrid[-1 : 1 : size[0] * 1j, -1 : 1 : size[1] * 1j]
    along = x * np.cos(np.radians(angle)) + y * np.sin(np.radians(angle))
    along = (along - along.min()) / np.ptp(along)
    return (1 - (1 - darkest) * along**1.3)[..., np.newaxis].astype(np.float32)


def shadow(size: tuple[int, int], darkness: float = 0.6, softness: float = 0.02) -> NDArray[np.float32]:
    """The shadow of a hand or phone over one part of the picture, (H, W, 1)."""
    y, x = np.mgrid[0 : 1 : size[0] * 1j, 0 : 1 : size[1] * 1j]
    edge = 1 / (1 + np.exp(-(x + 0.35 * y - 0.65) / softness))
    return (1 - (1 - darkness) * edge)[..., np.newaxis].astype(np.float32)


def grained(picture: Picture, sigma: float = 4.0, seed: int = 0) -> Picture:
    """Sensor noise and paper texture."""
    rng = np.random.default_rng(seed)
    fine = rng.normal(0, sigma, picture.shape)
    coarse = cv2.GaussianBlur(rng.normal(0, 1, picture.shape[:2]), (0, 0), 3)
    return to_picture(picture + fine + (coarse / coarse.std() * sigma * 0.4)[..., np.newaxis])


def jpeg(picture: Picture, quality: int = 40) -> Picture:
    """As it comes back from a JPEG file."""
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]).astype(np.uint8)


def ruled(
    size: tuple[int, int],
    spacing: float = 0.12,
    colour: Any = (150, 180, 220),
    squared: bool = False,
    tilt: float = 0.0,
    paper: Any = (250, 250, 245),
    line: int = 1,
) -> Picture:
    """Ruled or squared paper; `spacing` as a share of the height, `tilt` in degrees."""
    page = np.full((*size, 3), paper, np.uint8)
    step = max(4, round(spacing * size[0]))
    slope = np.tan(np.radians(tilt))
    for y in range(-size[0] + step // 2, 2 * size[0], step):
        cv2.line(page, (0, y), (size[1], round(y + slope * size[1])), colour, line, cv2.LINE_AA)
        if squared:
            cv2.line(page, (y, 0), (round(y - slope * size[0]), size[0]), colour, line, cv2.LINE_AA)
    return page


def with_desk(picture: Picture, sides: str = "l", colour: Any = (60, 45, 35), share: float = 0.15) -> Picture:
    """The desk that shows at some sides of the sheet: any of l, r, t, b."""
    out = picture.copy()
    height, width = out.shape[:2]
    x, y = round(share * width), round(share * height)
    for side in sides:
        region = {"l": np.s_[:, :x], "r": np.s_[:, -x:], "t": np.s_[:y], "b": np.s_[-y:]}[side]
        out[region] = colour
    return out


def specks(picture: Picture, count: int = 30, colour: Any = (30, 30, 30), seed: int = 0) -> Picture:
    """Dust."""
    out = picture.copy()
    rng = np.random.default_rng(seed)
    for x, y in rng.integers(0, (out.shape[1], out.shape[0]), (count, 2)):
        cv2.circle(out, (int(x), int(y)), int(rng.integers(0, 2)), colour, -1)
    return out


def agreement(ink: Coverage, truth: Coverage) -> float:
    """F1 of the inked pixels against the true strokes; one pixel in 250 of the picture's longer side is tolerated."""
    tolerance = round(max(truth.shape) / 250)
    kernel = np.ones((2 * tolerance + 1, 2 * tolerance + 1), np.uint8)
    found, true = (ink > 0.5).astype(np.uint8), (truth > 0.5 * truth.max()).astype(np.uint8)
    if not found.any():
        return 0.0
    precision = (found & cv2.dilate(true, kernel)).sum() / found.sum()
    recall = (true & cv2.dilate(found, kernel)).sum() / true.sum()
    return float(2 * precision * recall / max(precision + recall, 1e-9))
