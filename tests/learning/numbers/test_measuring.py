"""Pictures to measure with are what they say, and the confidence is fitted on right and wrong readings."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from digit.data.synthesis.glyphs import Glyphs
from digit.learning.numbers import measuring
from digit.learning.numbers.measuring import Picture, fit_confidence, gap_lines, made_pages, of_all_kinds
from digit.numbers.ctc import well_formed
from digit.numbers.finder import Finder, FoundLine
from digit.numbers.reader import FEATURES, LineReading, Reader
from tests.digits import make_digits


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(make_digits(60))


def test_lines_of_all_gaps_have_the_same_digits() -> None:
    """Those of a narrow gap are shorter."""
    digits = make_digits(60)
    apart, close = (gap_lines(digits.images, digits.labels, gap, 20) for gap in (10, -4))
    assert [one.written for one in apart] == [one.written for one in close]
    for one, other in zip(apart, close, strict=True):
        assert len(one.written[0]) == 5
        assert one.grey.shape[1] - other.grey.shape[1] == 4 * 14
        assert one.grey.min() < 60
        assert one.grey[0].min() == 255


def test_every_sixth_page_has_no_number(glyphs: Glyphs) -> None:
    pages = made_pages(glyphs, [], seed=1, count=12)
    assert [bool(page.written) for page in pages] == [bool(index % 6) for index in range(12)]
    assert [page.kind for page in pages] == [f"{len(page.written)} rows" for page in pages]
    again = made_pages(glyphs, [], seed=1, count=12)
    assert all(np.array_equal(one.grey, other.grey) for one, other in zip(pages, again, strict=True))


def test_pictures_of_all_kinds_are_of_many_sizes_and_some_of_nothing(
    glyphs: Glyphs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "FURTHER", 20)
    found = of_all_kinds(glyphs, [], seed=1)
    written = [one for one in found if one.written]
    assert (len(written), len(found)) == (20, 60)
    assert all(well_formed(one.written[0]) and one.grey.dtype == np.uint8 for one in written)
    heights = [one.grey.shape[0] for one in written]
    assert max(heights) > 3 * min(heights)


class Nothing:
    """A finder that finds no line."""

    def find(self, grey: NDArray[np.uint8]) -> list[FoundLine]:
        return []


class Bright:
    """A reader that reads the brightness of a picture: likely where it is right."""

    def read(self, ink: NDArray[np.float32]) -> LineReading:
        right = ink.shape[1] % 2 == 0
        return LineReading("1" if right else "2", -0.1 if right else -4.0, digits=(cast(object, _Digit()),))  # type: ignore[arg-type]


class _Digit:
    confidence = 0.9


def test_the_confidence_tells_right_readings_from_wrong_ones() -> None:
    pictures = [Picture(str(width), np.full((20, width), 200, np.uint8), ("1",)) for width in range(40, 120)]
    settings = fit_confidence(pictures, cast(Finder, Nothing()), cast(Reader, Bright()))
    assert len(settings.weights) == FEATURES

    def confidence(likelihood: float) -> float:
        features = LineReading("1", likelihood, digits=(_Digit(),)).features(None, [])  # type: ignore[arg-type]
        return float(1 / (1 + np.exp(-(features @ np.array(settings.weights) + settings.bias))))

    assert confidence(-0.1) > 0.9
    assert confidence(-4.0) < 0.1


def test_without_a_wrong_reading_there_is_nothing_to_fit() -> None:
    """A training of a few steps ends, all the same."""
    pictures = [Picture(str(width), np.full((20, width), 200, np.uint8), ("1",)) for width in range(40, 60, 2)]
    settings = fit_confidence(pictures, cast(Finder, Nothing()), cast(Reader, Bright()))
    assert settings == measuring.ReaderSettings()
