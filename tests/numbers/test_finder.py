"""The finder: lines from what the network answers, each once and at its place; and files that are none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digit.artifact import FINDER_TFLITE, READER_TFLITE
from digit.errors import ArtifactError
from digit.numbers.finder import (
    CHANNELS,
    CORE,
    HIGHEST,
    LOWEST,
    STRIDE,
    UNIT,
    Finder,
    FoundLine,
    joined,
    lines_in,
    normalized,
    padded_to,
    resized,
    scaled,
    unfolded,
    without_doubles,
)


def answer(lines: Sequence[FoundLine], shape: tuple[int, int] = (200, 320)) -> NDArray[np.float32]:
    """What a perfect network answers to a picture of this shape with these lines."""
    rows, columns = (-(-side // STRIDE) for side in shape)
    places = np.zeros((rows, columns, CHANNELS), np.float32)
    places[..., 0] = -9
    y, x = (axis.astype(np.float32) for axis in np.mgrid[:rows, :columns])
    x, y = (x + 0.5) * STRIDE, (y + 0.5) * STRIDE
    for line in lines:
        cosine, sine = math.cos(line.angle), math.sin(line.angle)
        along = (x - line.x) * cosine + (y - line.y) * sine
        across = (y - line.y) * cosine - (x - line.x) * sine
        core = (np.abs(along) <= line.length / 2) & (np.abs(across) <= max(CORE * line.height, STRIDE) / 2)
        places[core] = 9, math.log2(line.height / UNIT), math.sin(2 * line.angle), math.cos(2 * line.angle)
    return places


def line(x: float, y: float, length: float, height: float, degrees: float = 0.0, score: float = 1.0) -> FoundLine:
    return FoundLine(x, y, length, height, math.radians(degrees), score)


def assert_same(found: FoundLine, true: FoundLine, tolerance: float = STRIDE / 2) -> None:
    """The place to half of a place of the answer; its length may be out at both ends."""
    assert (found.x, found.y) == pytest.approx((true.x, true.y), abs=tolerance)
    assert found.length == pytest.approx(true.length, abs=2.5 * tolerance)
    assert found.height == pytest.approx(true.height, rel=0.02)
    assert found.angle == pytest.approx(true.angle, abs=0.01)


@pytest.mark.parametrize("degrees", [0, 8, -8, 40, -60])
@pytest.mark.parametrize("height", [10, 24, 50])
def test_a_line_is_found_where_its_core_is(degrees: float, height: float) -> None:
    """Centre, length, height and angle are those of the line, in pixels of the picture."""
    true = line(163, 95, 120, height, degrees)
    (found,) = lines_in(answer([true]))
    assert_same(found, true)
    assert found.score == pytest.approx(1, abs=0.001)


def test_a_line_with_a_single_digit_is_found() -> None:
    true = line(81, 63, 12, 20)
    (found,) = lines_in(answer([true]))
    assert_same(found, true)


def test_columns_side_by_side_are_two_lines() -> None:
    """Two columns of a table at the same height are not run together."""
    columns = [line(80, 60, 90, 24), line(220, 60, 90, 24)]
    found = sorted(lines_in(answer(columns)), key=lambda line: line.x)
    assert len(found) == 2
    for one, true in zip(found, columns, strict=True):
        assert_same(one, true)


def test_rows_close_below_each_other_are_two_lines() -> None:
    """Cores have half of the height of the digits, so that rows without a gap still have one between their cores."""
    rows = [line(150, 60, 200, 24, 3), line(150, 86, 200, 24, 3)]
    found = sorted(lines_in(answer(rows)), key=lambda line: line.y)
    assert len(found) == 2
    for one, true in zip(found, rows, strict=True):
        assert_same(one, true)


def test_height_and_angle_are_means_over_the_core() -> None:
    """Places that waver around the truth give the truth, and doubtful places count less."""
    places = answer([line(160, 100, 200, 24, 5)])
    inside = places[..., 0] > 0
    rng = np.random.default_rng(0)
    places[inside, 1:] += rng.normal(0, 0.1, (int(inside.sum()), 3)).astype(np.float32)
    places[inside, 0] = 1.0
    (found,) = lines_in(places)
    assert_same(found, line(160, 100, 200, 24, 5), tolerance=3)
    assert found.score == pytest.approx(1 / (1 + math.exp(-1)), abs=0.001)


def test_what_is_no_line_is_left_out() -> None:
    """Paper, a single place, and heights that the network does not know at this size of the picture."""
    assert lines_in(answer([])) == []
    alone = answer([])
    alone[10, 10] = 9, 0, 0, 1
    assert lines_in(alone) == []
    assert lines_in(answer([line(160, 100, 200, 2.2 * HIGHEST)])) == []
    tiny = answer([line(160, 100, 200, LOWEST)])
    tiny[..., 1] -= 1
    assert lines_in(tiny) == []


def test_a_scaled_line_keeps_its_angle_and_its_score() -> None:
    assert scaled(line(10, 20, 30, 8, 5, 0.7), 2.5) == line(25, 50, 75, 20, 5, 0.7)


def test_corners_are_those_of_the_turned_rectangle() -> None:
    """A line that is turned by a quarter is as high as it was long."""
    assert sorted(map(tuple, line(50, 40, 20, 10).corners.tolist())) == [(40, 35), (40, 45), (60, 35), (60, 45)]
    upright = line(50, 40, 20, 10, 90).corners
    assert np.ptp(upright, axis=0) == pytest.approx([10, 20], abs=1e-3)
    falling = line(50, 40, 20, 2, 30).corners
    assert falling[falling[:, 0].argmax(), 1] > 40, "an angle above 0 turns clockwise: the right end is lower"


def test_of_doubles_the_surest_stays() -> None:
    """The same line at two sizes of the picture is one line; its neighbour is another."""
    seen = [line(100, 50, 80, 20, score=0.8), line(102, 51, 78, 22, score=0.9), line(100, 76, 80, 20, score=0.5)]
    assert without_doubles(seen) == [seen[1], seen[2]]


def test_a_whole_line_goes_before_a_piece_of_it() -> None:
    """A stroke inside of a digit, seen at a larger size, gives way to the line."""
    whole, piece = line(100, 50, 80, 20, score=0.8), line(70, 50, 4, 12, score=0.95)
    assert without_doubles([piece, whole]) == [whole]


def test_pictures_are_normalized_by_paper_and_contrast() -> None:
    """The same page in other light is the same to the network; blank paper with grain does not become writing."""
    rng = np.random.default_rng(0)
    page = np.where(rng.random((90, 120)) < 0.2, 40, 200).astype(np.uint8)
    darker = (page // 2 + 10).astype(np.uint8)
    np.testing.assert_allclose(normalized(page), normalized(darker), atol=1e-6)
    assert np.median(normalized(page)) == 0
    assert normalized(page).min() == -1
    grain = np.clip(rng.normal(200, 2, (90, 120)), 0, 255).astype(np.uint8)
    assert np.abs(normalized(grain)).max() < 0.4


def test_padding_goes_on_with_the_edge() -> None:
    image = np.arange(12, dtype=np.float32).reshape(3, 4)
    padded = padded_to(image, 8)
    assert padded.shape == (8, 8)
    np.testing.assert_array_equal(padded[:3, :4], image)
    assert padded[:3, 4:].tolist() == [[row[-1]] * 4 for row in image.tolist()]
    assert padded_to(padded, 8).shape == (8, 8)


def test_cells_unfold_to_the_places_that_were_folded() -> None:
    from digit.learning.numbers.finder.batches import folded

    places = np.random.default_rng(0).random((6, 10, CHANNELS), np.float32)
    cells = folded(places)
    assert cells.shape == (3, 5, 4 * CHANNELS)
    np.testing.assert_array_equal(cells[1, 2], places[2:4, 4:6].ravel())
    np.testing.assert_array_equal(unfolded(cells), places)


class Perfect(Finder):
    """A finder whose network knows the lines of a page of `longest` pixels, as long as they have a height it knows."""

    def __init__(self, lines: Sequence[FoundLine], longest: int) -> None:
        self.lines, self.longest = lines, longest
        self.shown: list[tuple[int, int]] = []

    def look(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        shape = (grey.shape[0], grey.shape[1])
        self.shown.append(shape)
        here = [scaled(line, max(shape) / self.longest) for line in self.lines]
        return answer([line for line in here if LOWEST <= line.height <= HIGHEST], shape)


def page(height: int, width: int) -> NDArray[np.uint8]:
    return np.full((height, width), 255, np.uint8)


def test_large_and_small_lines_of_a_page_are_found_once_each() -> None:
    """Digits of 16 and of 300 pixels need different sizes of the picture; those of 40 are seen at two of them."""
    lines = [line(200, 60, 150, 16), line(500, 130, 400, 40), line(430, 500, 600, 300)]
    finder = Perfect(lines, 1008)
    found = sorted(finder.find(page(756, 1008)), key=lambda line: line.height)
    assert len(finder.shown) == 4
    assert len(found) == 3
    for one, true in zip(found, lines, strict=True):
        assert_same(one, true, tolerance=STRIDE / 2 * max(1.0, true.height / 20))


@pytest.mark.parametrize(
    ("longest", "shown"),
    [(2000, [1008, 388, 149, 64]), (1008, [1008, 388, 149, 64]), (500, [500, 192, 74, 64]), (64, [64]), (28, [64])],
)
def test_a_picture_is_looked_at_in_its_own_size_and_in_smaller_ones(longest: int, shown: list[int]) -> None:
    finder = Perfect([], longest)
    assert finder.find(page(longest // 2, longest)) == []
    assert [max(shape) for shape in finder.shown] == shown


@pytest.mark.parametrize("longest", [64, 90, 140, 250, 384, 600, 1008])
def test_digits_of_any_height_have_a_size_at_which_they_are_known(longest: int) -> None:
    """From the smallest ones that can be read to those that fill the picture."""
    finder = Perfect([], longest)
    finder.find(page(longest, longest))
    scales = [max(shape) / longest for shape in finder.shown]
    for height in np.geomspace(LOWEST / min(1.0, max(scales)), 0.87 * longest, 60):
        assert any(LOWEST <= height * scale <= HIGHEST for scale in scales), f"{height:.0f} of {longest} pixels"


def test_a_resized_picture_never_vanishes() -> None:
    assert resized(page(2, 900), 0.1).shape == (1, 90)
    same = page(5, 7)
    assert resized(same, 1) is same


@pytest.mark.parametrize("shape", [(32, 32), (1, 1), (45, 70), (100, 33)])
def test_the_network_answers_for_every_place_of_any_picture(networks: Path, shape: tuple[int, int]) -> None:
    grey = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    places = Finder(networks / FINDER_TFLITE).look(grey)
    assert places.shape == (-(-shape[0] // STRIDE), -(-shape[1] // STRIDE), CHANNELS)
    assert np.isfinite(places).all()


def test_threads_share_a_finder(networks: Path) -> None:
    finder = Finder(networks / FINDER_TFLITE)
    rng = np.random.default_rng(0)
    pages = [rng.integers(0, 256, (40 + 32 * (i % 3), 64)).astype(np.uint8) for i in range(18)]
    alone = [finder.look(grey) for grey in pages]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(finder.look, pages))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_files_that_are_no_finder_are_refused_in_a_sentence(networks: Path, tmp_path: Path, model_folder: Path) -> None:
    with pytest.raises(ArtifactError, match="cannot be read"):
        Finder(tmp_path / FINDER_TFLITE)
    (tmp_path / FINDER_TFLITE).write_bytes(b"not a model")
    for other in (tmp_path / FINDER_TFLITE, model_folder / "model.tflite", networks / READER_TFLITE):
        with pytest.raises(ArtifactError, match="not a LiteRT model that finds lines"):
            Finder(other)


def test_parts_of_a_line_are_joined_and_columns_are_not() -> None:
    """The groups of a phone number are within 1.2 heights of each other; two columns of a list are further apart."""
    near, far = FoundLine(50, 50, 60, 20, 0.0, 0.9), FoundLine(200, 50, 60, 20, 0.0, 0.8)
    group = FoundLine(125, 52, 60, 22, 0.0, 0.7)  # 15 pixels behind the first
    (both,) = joined([near, group])
    assert (both.x - both.length / 2, both.x + both.length / 2) == (20, 155)
    assert both.score == pytest.approx(0.8)
    assert len(joined([near, far])) == 2
    assert joined([near, FoundLine(100, 75, 60, 20, 0.0, 0.9)])[0] == near  # the row below
    assert len(joined([near, FoundLine(95, 58, 6, 5, 0.0, 0.9)])) == 2  # a dot


def test_parts_of_a_turned_line_are_joined_along_it() -> None:
    angle = math.radians(10)
    along = np.array([math.cos(angle), math.sin(angle)])
    parts = [FoundLine(*(np.array([100.0, 100.0]) + along * at).tolist(), 50, 20, angle, 0.9) for at in (0, 60, 120)]
    (line,) = joined(parts)
    assert line.length == pytest.approx(170)
    assert line.angle == pytest.approx(angle)
    assert (line.x, line.y) == pytest.approx((parts[1].x, parts[1].y))
