"""Draws the example pictures: digits written down as points, shown as a drawing or as a photo of paper.

    python assets/examples/make.py        writes the .png and .jpg files beside this script

Every shape and every defect (shadow, noise, blur, rules, tilt) is made here; nothing is taken from a data set.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
Stroke = list[tuple[float, float]]
Picture = NDArray[np.uint8]

HERE = Path(__file__).resolve().parent
JPEG_QUALITY = 82

STROKES: dict[str, list[Stroke]] = {
    # In a field of 100 by 100, x to the right, y down; one list per stroke, in the order of writing.
    "2": [[(28, 32), (33, 20), (48, 14), (62, 19), (66, 32), (58, 48), (42, 65), (27, 82), (42, 80), (58, 83),
           (74, 81)]],
    "3": [[(30, 20), (46, 13), (63, 19), (64, 34), (50, 45), (44, 47), (58, 48), (69, 60), (64, 78), (46, 86),
           (28, 79)]],
    "4": [[(48, 12), (40, 34), (27, 58), (46, 57), (76, 54)], [(62, 36), (60, 60), (57, 89)]],
    "5": [[(67, 15), (50, 16), (38, 17), (35, 32), (32, 46), (47, 41), (63, 48), (67, 65), (56, 82), (40, 87),
           (26, 80)]],
    "6": [[(61, 12), (45, 25), (33, 47), (30, 68), (39, 85), (55, 86), (66, 73), (60, 58), (46, 56), (33, 68)]],
    "7": [[(25, 20), (45, 18), (72, 16), (64, 34), (52, 58), (42, 88)], [(36, 52), (50, 50), (66, 49)]],
    "8": [[(62, 24), (50, 14), (37, 21), (39, 36), (53, 48), (66, 62), (63, 80), (48, 88), (33, 80), (36, 62), (52, 47),
           (64, 34), (62, 23)]],
    "9": [[(66, 28), (54, 15), (38, 20), (32, 36), (42, 48), (57, 44), (66, 28), (65, 50), (60, 70), (54, 89)]],
    "star": [[(50, 12), (32, 86), (82, 36), (16, 40), (70, 88), (50, 12)]],
}  # fmt: skip


def main() -> None:
    """Write every example."""
    rng = np.random.default_rng(7)
    pictures = {
        "drawing-3.png": drawing("3", 280, 20),
        "tablet-8-white-on-black.png": 255 - drawing("8", 220, 13),
        "marker-5-on-yellow-note.jpg": marker_on_note(rng),
        "blue-pen-7-on-ruled-paper.jpg": pen_on_ruled_paper(rng),
        "pencil-2-in-a-shadow.jpg": pencil_in_shadow(rng),
        "chalk-4-on-a-board.jpg": chalk_on_board(rng),
        "red-pen-9-on-squared-paper.jpg": pen_on_squared_paper(rng),
        "star-not-a-digit.png": drawing("star", 280, 11),
    }
    for name, picture in pictures.items():
        parameters = (
            [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if name.endswith("jpg") else [cv2.IMWRITE_PNG_COMPRESSION, 9]
        )
        cv2.imwrite(str(HERE / name), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), parameters)
        print(f"{(HERE / name).stat().st_size:7,} bytes  {name}")


def drawing(shape: str, side: int, width: float) -> Picture:
    """Black on white, as a paint program draws it."""
    ink = ink_of(shape, (side, side), (0, 0, side), width)
    return np.repeat((255 * (1 - ink)).round().astype(np.uint8)[..., None], 3, axis=2)


def marker_on_note(rng: np.random.Generator) -> Picture:
    """A thick black marker on a yellow note, lit from one corner."""
    paper = plain((360, 360), (246, 224, 120))
    paper = put(paper, ink_of("5", (360, 360), (60, 40, 250), 24, tilt=-5), (38, 36, 34), 0.94)
    return camera(paper, rng, light=(0.82, 0.25), noise=3, blur=0.8)


def pen_on_ruled_paper(rng: np.random.Generator) -> Picture:
    """A blue pen on ruled paper, a little turned."""
    paper = plain((420, 340), (243, 242, 236))
    for y in range(30, 420, 44):
        cv2.line(paper, (0, y), (340, y + 8), (176, 196, 220), 2, cv2.LINE_AA)
    paper = put(paper, ink_of("7", (420, 340), (75, 105, 190), 6, tilt=7), (32, 58, 150), 0.9)
    return camera(paper, rng, light=(0.86, 0.2), noise=4, blur=0.7)


def pencil_in_shadow(rng: np.random.Generator) -> Picture:
    """A thin pencil on white paper, with the shadow of a hand across it."""
    paper = plain((400, 400), (238, 236, 232))
    ink = ink_of("2", (400, 400), (90, 80, 230), 6, tilt=-8)
    grain = 0.75 + 0.25 * rng.random(ink.shape).astype(np.float32)
    paper = put(paper, ink * grain, (84, 84, 88), 0.85)
    return camera(shadow(paper, 0.62), rng, light=(0.9, 0.15), noise=4, blur=0.9)


def chalk_on_board(rng: np.random.Generator) -> Picture:
    """Chalk on a green board with traces of the sponge."""
    board = plain((360, 420), (46, 74, 62))
    haze = cv2.GaussianBlur(rng.random((360, 420)).astype(np.float32), (0, 0), 34)
    haze = (haze - haze.min()) / (haze.max() - haze.min())
    board = put(board, haze, (120, 140, 130), 0.22)
    ink = ink_of("4", (360, 420), (100, 50, 250), 14, tilt=4)
    grain = (rng.random(ink.shape) > 0.14).astype(np.float32)
    return camera(put(board, ink * grain, (236, 238, 232), 0.92), rng, light=(0.85, 0.2), noise=3, blur=0.8)


def pen_on_squared_paper(rng: np.random.Generator) -> Picture:
    """A red pen on squared paper."""
    paper = plain((360, 360), (248, 247, 243))
    for offset in range(14, 360, 30):
        cv2.line(paper, (offset, 0), (offset - 6, 360), (196, 208, 222), 1, cv2.LINE_AA)
        cv2.line(paper, (0, offset), (360, offset + 6), (196, 208, 222), 1, cv2.LINE_AA)
    paper = put(paper, ink_of("9", (360, 360), (80, 70, 210), 8, tilt=3), (176, 36, 44), 0.92)
    return camera(paper, rng, light=(0.88, 0.18), noise=3, blur=0.7)


def ink_of(
    shape: str, size: tuple[int, int], place: tuple[float, float, float], width: float, tilt: float = 0
) -> NDArray[np.float32]:
    """The strokes of `shape` as ink.

    Args:
        shape: a key of `STROKES`.
        size: height and width of the result, in pixels.
        place: left, top and side of the square that the 100 by 100 field becomes.
        width: of the pen, in pixels.
        tilt: clockwise, in degrees.

    Returns:
        float32 of shape `size`, 0 to 1, anti-aliased.
    """
    left, top, side = place
    turn = np.deg2rad(tilt)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    fine = 8
    canvas = np.zeros((size[0] * 2, size[1] * 2), np.uint8)
    for stroke in STROKES[shape]:
        points = (np.asarray(smooth(stroke)) - 50) @ rotation + 50
        points = (points / 100 * side + (left, top)) * 2 * fine
        cv2.polylines(canvas, [points.round().astype(np.int32)], False, 255, round(2 * width), cv2.LINE_AA, shift=3)
    return cv2.resize(canvas, size[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def smooth(stroke: Stroke, steps: int = 12) -> Stroke:
    """A Catmull-Rom curve through the points of a stroke (Catmull and Rom 1974)."""
    points = np.asarray([stroke[0], *stroke, stroke[-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    curve = []
    for a, b, c, d in zip(points, points[1:], points[2:], points[3:], strict=False):
        curve.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return [(float(x), float(y)) for x, y in [*np.concatenate(curve), points[-1]]]


def plain(size: tuple[int, int], colour: Colour) -> Picture:
    """A sheet of one colour, uint8 RGB."""
    return np.full((*size, 3), colour, np.uint8)


def put(paper: Picture, ink: NDArray[np.float32], colour: Colour, strength: float) -> Picture:
    """Lay ink of a colour over a sheet."""
    share = (strength * ink)[..., None]
    return (paper * (1 - share) + np.asarray(colour) * share).round().astype(np.uint8)


def shadow(picture: Picture, darkness: float) -> Picture:
    """A soft-edged shadow over the lower right."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    height, width = mask.shape
    cv2.fillPoly(mask, [np.array([(width, height // 5), (width, height), (width // 4, height)])], 255)
    soft = cv2.GaussianBlur(mask, (0, 0), 18).astype(np.float32)[..., None] / 255
    return (picture * (1 - (1 - darkness) * soft)).round().astype(np.uint8)


def camera(
    picture: Picture, rng: np.random.Generator, light: tuple[float, float], noise: float, blur: float
) -> Picture:
    """Add uneven light (`light`: minimum and range), blur (`blur`, in pixels) and noise (`noise`, in grey levels)."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    least, extent = light
    lit = picture * (least + extent * (1 - (x + y) / 2))[..., None]
    lit = cv2.GaussianBlur(lit.astype(np.float32), (0, 0), blur)
    grain = cv2.GaussianBlur(rng.normal(0, noise * 1.6, (height, width, 1)).astype(np.float32), (0, 0), 0.7)
    return np.clip(lit + grain[..., None], 0, 255).round().astype(np.uint8)


if __name__ == "__main__":
    main()
