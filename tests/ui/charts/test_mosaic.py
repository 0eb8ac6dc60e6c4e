"""Sprites and grids hold every picture at its place."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from digit.ui.charts.mosaic import paper, picture_chart, png_url, sprite_tag, tiled
from tests.digits import make_digits


def decoded(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",", 1)[1]))).convert("L"))


def test_tiles_lie_row_after_row() -> None:
    images = np.arange(5, dtype=np.uint8)[:, np.newaxis, np.newaxis] * np.ones((1, 2, 3), np.uint8)
    grid = tiled(images, 2)
    assert grid.shape == (6, 6)
    assert grid[::2, ::3].tolist() == [[0, 1], [2, 3], [4, 255]]


def test_sixteen_shades_are_near_the_picture_and_half_the_size() -> None:
    picture = tiled(make_digits(64).images, 8)
    few, all_of_them = png_url(picture), png_url(picture, levels=256)
    assert np.abs(decoded(few).astype(int) - picture).max() <= 9
    assert np.array_equal(decoded(all_of_them), picture)
    assert len(few) < 0.6 * len(all_of_them)


def test_the_sprite_holds_the_thumbnails_in_order() -> None:
    images = make_digits(40).images
    sprite = decoded(re.findall(r'src="([^"]+)"', sprite_tag(images, "s"))[0])
    assert sprite.shape == (2 * 28, 32 * 28)
    expected = paper(images)[33].astype(int)
    assert np.abs(sprite[28:56, 28:56].astype(int) - expected).max() <= 9


def test_a_grid_has_words_for_each_picture() -> None:
    images = make_digits(6).images.reshape(2, 3, 28, 28)
    plot = picture_chart(images, [["a", "b", "c"], ["d", "e", "f"]], "", rows=["0", "1"])
    assert [m.words for m in plot.marks] == list("abcdef")
    assert plot.cell is not None
    assert plot.marks[1].x - plot.marks[0].x == pytest.approx(plot.cell[0])
