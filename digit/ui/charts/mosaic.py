"""Many small pictures in one: the sprite that thumbnails are cut from, and grids of digit images as a chart."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digit.ui.charts.svg import WIDTH, Mark, Plot

SIDE = 28
SPRITE_COLUMNS = 32
LEVELS = 16
"""Shades of a PNG with four bits per pixel: half the size, with no visible difference at this scale."""

Images = NDArray[np.uint8]


def paper(images: Images) -> Images:
    """Dark ink on white from images with ink = 255."""
    result: Images = 255 - images
    return result


def tiled(images: Images, columns: int) -> Images:
    """Pictures side by side, row after row.

    Args:
        images: uint8 of shape (N, H, W).
        columns: pictures per row; the last row is filled with white.

    Returns:
        uint8 of shape (rows * H, columns * W).
    """
    count, height, width = images.shape
    rows = max(-(-count // columns), 1)
    padded = np.full((rows * columns, height, width), 255, np.uint8)
    padded[:count] = images
    grid = padded.reshape(rows, columns, height, width).swapaxes(1, 2)
    return np.ascontiguousarray(grid.reshape(rows * height, columns * width))


def png_url(picture: Images, levels: int = LEVELS) -> str:
    """A grey picture as a data URL: PNG with `levels` shades, at most 256.

    Args:
        picture: uint8 of shape (H, W).
        levels: number of shades; up to 16 take four bits per pixel.
    """
    shades = np.round(picture.astype(np.float32) * ((levels - 1) / 255)).astype(np.uint8)
    image = Image.fromarray(shades, "L")
    image.putpalette([v for shade in range(levels) for v in (round(255 * shade / (levels - 1)),) * 3])
    buffer = io.BytesIO()
    image.save(buffer, "PNG", bits=4 if levels <= 16 else 8)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def sprite_tag(images: Images, name: str) -> str:
    """A hidden `<img>` from which `figure(sprite=name)` cuts thumbnails.

    Args:
        images: uint8 of shape (N, 28, 28), ink = 255.
        name: id of the element.
    """
    return f'<img id="{escape(name)}" src="{png_url(tiled(paper(images), SPRITE_COLUMNS))}" alt="" hidden>'


def picture_chart(
    images: Images,
    words: Sequence[Sequence[str]],
    summary: str,
    *,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> Plot:
    """A grid of digit images, dark on white.

    Args:
        images: uint8 of shape (R, C, 28, 28), ink = 255.
        words: text of each picture, by row and column.
        summary: the text alternative.
        rows, columns: names beside the rows and above the columns.
    """
    down, across = images.shape[:2]
    left, top = (24.0 if rows else 0.0), (22.0 if columns else 0.0)
    side = (WIDTH - left) / across
    framed = np.zeros((down, across, SIDE + 2, SIDE + 2), np.uint8)
    framed[:, :, 1:-1, 1:-1] = images
    picture = png_url(tiled(paper(framed.reshape(-1, SIDE + 2, SIDE + 2)), across))
    shapes = [
        f'<rect class="paper" x="{left:g}" y="{top:g}" width="{WIDTH - left:g}" height="{down * side:.1f}"/>'
        f'<image x="{left:g}" y="{top:g}" width="{WIDTH - left:g}" height="{down * side:.1f}" href="{picture}"/>'
    ]
    shapes += [
        f'<text class="head" x="{left + (c + 0.5) * side:.1f}" y="14">{escape(name)}</text>'
        for c, name in enumerate(columns)
    ]
    shapes += [
        f'<text class="row" x="0" y="{top + (r + 0.5) * side + 4:.1f}">{escape(name)}</text>'
        for r, name in enumerate(rows)
    ]
    marks = [
        Mark(left + (c + 0.5) * side, top + (r + 0.5) * side, words[r][c]) for r in range(down) for c in range(across)
    ]
    return Plot(f'<g class="cells">{"".join(shapes)}</g>', marks, top + down * side, summary, cell=(side, side))
