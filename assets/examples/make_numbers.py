"""Draws the example pictures of whole numbers, with the strokes, papers and defects of `make.py`.

    python assets/examples/make_numbers.py        writes the .jpg files of `numbers/`

Every digit is a little different each time it is written; nothing is taken from a data set.
"""

from __future__ import annotations

import cv2
import numpy as np
from make import HERE, JPEG_QUALITY, STROKES, Picture, camera, plain, put, shadow, smooth
from numpy.typing import NDArray

NUMBER_STROKES = STROKES | {
    "0": [[(54, 14), (38, 20), (29, 42), (31, 68), (44, 86), (60, 80), (69, 58), (66, 32), (56, 17), (50, 13)]],
    "1": [[(36, 34), (46, 24), (54, 13), (53, 40), (51, 64), (50, 88)]],
    "4 or 9": [
        [(47.6, 16.2), (37.5, 24.7), (34, 37.5), (39.5, 50), (52.8, 50), (63, 42.5)],
        [(62.8, 17.3), (62.8, 48), (57.8, 89)],
    ],
    ".": [[(50, 86), (51, 87)]],
}


def main() -> None:
    """Write every example."""
    rng = np.random.default_rng(11)
    pictures = {
        "envelope.jpg": envelope(rng),
        "date-on-squared-paper.jpg": date_on_squared_paper(rng),
        "two-rows-in-a-shadow.jpg": two_rows_in_shadow(rng),
    }
    for name, picture in pictures.items():
        path = HERE / "numbers" / name
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        print(f"{path.stat().st_size:7,} bytes  {name}")


def envelope(rng: np.random.Generator) -> Picture:
    """A postal code in blue ballpoint on a brown envelope, rising to the right."""
    paper = plain((400, 640), (222, 198, 160))
    grain = cv2.GaussianBlur(rng.random((400, 640)).astype(np.float32), (0, 0), 1.2)
    paper = put(paper, np.clip((grain - 0.5) * 4, 0, 1), (190, 162, 122), 0.35)
    paper = put(paper, write(rng, "80331", (400, 640), (70, 150, 118), 98, 6.5, slope=-0.06), (30, 48, 128), 0.9)
    return camera(paper, rng, light=(0.84, 0.22), noise=3, blur=0.7)


def date_on_squared_paper(rng: np.random.Generator) -> Picture:
    """A date with dots in black ink on squared paper."""
    paper = plain((400, 640), (248, 247, 243))
    for offset in range(-10, 640, 29):
        cv2.line(paper, (offset, 0), (offset + 9, 400), (186, 202, 222), 1, cv2.LINE_AA)
        cv2.line(paper, (0, offset), (640, offset - 14), (186, 202, 222), 1, cv2.LINE_AA)
    text = ["2", "4", ".", "1", "2", ".", "3", "8"]
    paper = put(paper, write(rng, text, (400, 640), (40, 140, 104), 76, 6, slope=-0.02), (34, 34, 40), 0.92)
    return camera(paper, rng, light=(0.88, 0.18), noise=3, blur=0.7)


def two_rows_in_shadow(rng: np.random.Generator) -> Picture:
    """Two rows in pencil on ruled paper, half of them in a shadow, with one digit that may be a 4 or a 9."""
    paper = plain((400, 640), (243, 242, 236))
    for y in range(40, 420, 60):
        cv2.line(paper, (0, y), (640, y + 7), (176, 196, 220), 2, cv2.LINE_AA)
    upper = write(rng, ["1", "7", "4 or 9", "6"], (400, 640), (120, 70, 96), 92, 5.5, slope=0.02)
    lower = write(rng, "205", (400, 640), (150, 232, 92), 90, 5.5, slope=0.03)
    paper = put(paper, np.maximum(upper, lower), (70, 70, 76), 0.9)
    return camera(shadow(paper, 0.66), rng, light=(0.9, 0.15), noise=3.5, blur=0.8)


def write(
    rng: np.random.Generator,
    text: str | list[str],
    size: tuple[int, int],
    place: tuple[float, float, float],
    step: float,
    width: float,
    slope: float,
) -> NDArray[np.float32]:
    """A row of writing as ink.

    Args:
        rng: moves, turns and sizes every digit a little.
        text: keys of `NUMBER_STROKES`.
        size: height and width of the result, in pixels.
        place: left and top of the first digit and the side of the square that its field becomes.
        step: from digit to digit, in pixels; half of it for a dot.
        width: of the pen, in pixels.
        slope: of the baseline, in pixels down for each pixel to the right.

    Returns:
        float32 of shape `size`, 0 to 1, anti-aliased.
    """
    left, top, side = place
    fine = 8
    canvas = np.zeros((size[0] * 2, size[1] * 2), np.uint8)
    x = left
    for shape in text:
        ahead = 0.45 * step if shape == "." else step
        turn = np.deg2rad(rng.normal(0, 3))
        rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) * rng.normal(1, 0.05)
        corner = np.array([x - (side - ahead) / 2, top + slope * (x - left)]) + rng.normal(0, 0.015 * side, 2)
        for stroke in NUMBER_STROKES[shape]:
            unsteady = np.asarray(stroke) + rng.normal(0, 0.9, (len(stroke), 2))
            points = (np.asarray(smooth([(a, b) for a, b in unsteady])) - 50) @ rotation + 50
            points = (points / 100 * side + corner) * 2 * fine
            cv2.polylines(canvas, [points.round().astype(np.int32)], False, 255, round(2 * width), cv2.LINE_AA, shift=3)
        x += ahead
    return cv2.resize(canvas, size[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255


if __name__ == "__main__":
    main()
