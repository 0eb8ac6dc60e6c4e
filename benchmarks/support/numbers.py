"""Pictures with numbers that the benchmark reads, and pictures without any."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digit.data.letters import load_letters
from digit.data.mnist import load_mnist
from digit.data.records.cheques import VALIDATION
from digit.data.records.parts import part_of
from digit.data.synthesis.glyphs import Glyphs
from digit.imaging import PictureSource, load_picture
from digit.learning.numbers import measuring

Grey = NDArray[np.uint8]

DISPUTED = (
    "a_car_000819.jpg",
    "a_car_000525.jpg",
    "a_car_000429.jpg",
    "a_car_000498.jpg",
    "a_car_000817.jpg",
    "a_car_000991.jpg",
    "a_car_001163.jpg",
)
"""Cheques whose label is plainly not what is written on them: 000819 says 671, 000525 22107, 000429 10362,
000498 104927, 000817 1119, 000991 4759, 001163 5965. They count as labelled; one row leaves them out."""


@dataclass(frozen=True)
class Sample:
    """A picture and the numbers on it; `as_written` says whether these have their separators."""

    name: str
    source: PictureSource
    written: tuple[str, ...]
    as_written: bool = True
    kind: str = ""


def records(folder: Path) -> dict[str, list[Sample]]:
    """The held-out pictures of each set in a data folder, by title; a set that is missing is left out."""
    sets: dict[str, list[Sample]] = {}
    numbers = folder / "numbers"
    for name, title in (("logbook", "logbook cells"), ("register", "register strips")):
        rows = _rows(numbers / name / "index.csv")
        held_out = [row for row in rows if part_of(row.get("page") or row["path"]) == "held_out"]
        sets[title] = [
            Sample(row["path"], numbers / name / row["path"], (row["text"],), name == "logbook", row["kind"])
            for row in sorted(held_out, key=lambda row: row["path"])
        ]
    rows = _rows(numbers / "index.csv")
    cheques = [row for row in rows if row["path"].startswith("cheques/")]
    sets["cheque amounts"] = [
        Sample(Path(row["path"]).name, numbers / row["path"], (row["text"],), False)
        for row in cheques
        if part_of(Path(row["path"]).name, VALIDATION) == "held_out"
    ]
    sets["cheque amounts, disputed labels left out"] = [
        sample for sample in sets["cheque amounts"] if sample.name not in DISPUTED
    ]
    sets["photos and drawings"] = [
        Sample(row["path"].removeprefix("others/"), numbers / row["path"], tuple(row["text"].split("|")), False)
        for row in rows
        if row["path"].startswith("others/")
    ]
    return {title: samples for title, samples in sets.items() if samples}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def made_pages(folder: Path, count: int) -> list[Sample]:
    """Pages of no to eight rows of MNIST's test digits on ruled, squared and plain paper; every sixth has none."""
    return _samples(
        measuring.made_pages(Glyphs(load_mnist(folder).test), load_letters(folder, held_out=True), 5, count)
    )


def mnist_lines(folder: Path, gap: int, count: int) -> list[Sample]:
    """Lines of five MNIST test digits, dark on white, with `gap` empty columns between their ink."""
    test = load_mnist(folder).test
    return _samples(measuring.gap_lines(test.images, test.labels, gap, count))


def _samples(pictures: Sequence[measuring.Picture]) -> list[Sample]:
    return [Sample(one.name, one.grey, one.written, one.as_written, one.kind) for one in pictures]


def without_numbers(folder: Path | None) -> dict[str, list[Grey]]:
    """Pictures on which there is no number, by title."""
    found = {"blank paper": [blank(seed, height) for height in (756, 567, 504) for seed in range(40)]}
    if folder is not None and load_letters(folder, held_out=True):
        found["lines of letters"] = letter_lines(folder, 100)
    found["scenes and printed pages"] = [*(scene(seed) for seed in range(50)), *(print_page(s) for s in range(50))]
    return found


def letter_lines(folder: Path, count: int) -> list[Grey]:
    """Lines of six handwritten letters on white, none of which looks like a digit or was trained on."""
    rng = np.random.default_rng(0)
    letters = load_letters(folder, held_out=True)
    lines = []
    for _ in range(count):
        line = np.zeros((52, 6 * 42), np.float32)
        for place in range(6):
            letter = letters[int(rng.integers(len(letters)))]
            height = int(rng.integers(22, 29))
            width = int(np.clip(round(letter.shape[1] * height / letter.shape[0]), 3, 34))
            small = cv2.resize(letter, (width, height), interpolation=cv2.INTER_AREA)
            line[40 - height : 40, 42 * place + 4 : 42 * place + 4 + width] = small
        lines.append(np.asarray(255 - 255 * np.clip(line, 0, 1), np.uint8))
    return lines


def blank(seed: int, height: int) -> Grey:
    """Paper without writing: grain, stains and uneven light, uint8 (height, 1008, 3)."""
    rng = np.random.default_rng(seed)
    shape = height, 1008
    page = np.full(shape, rng.uniform(120, 245))
    for size, strength in ((1.0, 4.0), (3.0, 3.0), (12.0, 3.0), (150.0, 20.0)):
        texture = cv2.GaussianBlur(rng.normal(size=shape), (0, 0), size)
        page += rng.uniform(0, strength) * texture / texture.std()
    return _photographed(page)


def scene(seed: int) -> Grey:
    """Things in a room: overlapping shapes of many sizes with shades, edges and texture, as a JPEG would have them."""
    rng = np.random.default_rng((seed, 1))
    page = np.full((576, 768), rng.uniform(60, 200))
    for _ in range(int(rng.integers(15, 70))):
        size = float(np.exp(rng.uniform(np.log(8), np.log(300))))
        centre = rng.uniform(0, (768, 576))
        tone = float(rng.uniform(10, 245))
        if rng.random() < 0.4:
            axes = int(size / 2), int(size * rng.uniform(0.2, 1) / 2)
            where = int(centre[0]), int(centre[1])
            thick = -1 if rng.random() < 0.7 else int(rng.integers(1, 9))
            cv2.ellipse(page, where, axes, rng.uniform(0, 180), 0, 360, tone, thick, cv2.LINE_AA)
        else:
            corners = (centre + rng.normal(0, size / 2, (int(rng.integers(3, 7)), 2))).astype(np.int32)
            if rng.random() < 0.7:
                cv2.fillConvexPoly(page, cv2.convexHull(corners), tone, cv2.LINE_AA)
            else:
                cv2.polylines(page, [corners], bool(rng.random() < 0.5), tone, int(rng.integers(1, 9)), cv2.LINE_AA)
    return _photographed(page + cv2.GaussianBlur(rng.normal(0, 25, page.shape), (0, 0), rng.uniform(0.6, 4)))


def print_page(seed: int) -> Grey:
    """A printed page: lines of words without a digit, in one of OpenCV's fonts."""
    rng = np.random.default_rng((seed, 2))
    page = np.full((1000, 750), rng.uniform(190, 250), np.uint8)
    size = float(rng.uniform(0.4, 1.2))
    font = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_DUPLEX]))
    alphabet = "aaabcdeeeefghiiklmnnoopqrrssttuuvwxyzABCDEFGHKLMNPRTUVW"
    for y in range(60, 960, round(44 * size)):
        words = ("".join(rng.choice(list(alphabet), int(rng.integers(2, 11)))) for _ in range(12))
        cv2.putText(page, " ".join(words), (40, y), font, size, float(rng.uniform(10, 90)), 1, cv2.LINE_AA)
    page[:, 710:] = page[0, 0]
    return _photographed(page.astype(np.float64))


def _photographed(page: NDArray[np.floating]) -> Grey:
    buffer = io.BytesIO()
    Image.fromarray(np.clip(page, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=70)
    return load_picture(buffer.getvalue(), max(page.shape))


def two_rows() -> bytes:
    """A photo of the rows 3803 and 8380, 4032x3024 pixels, as JPEG."""
    rng = np.random.default_rng(0)
    page = np.full((3024, 4032), 225, np.uint8)
    for row, text in enumerate(("3803", "8380")):
        for place, character in enumerate(text):
            x, y, radius = 1000 + 520 * place, 900 + 1000 * row, 130
            arcs: dict[str, Sequence[tuple[int, int, int, float]]] = {
                "3": [(-1, -150, 90, 1.0), (1, -90, 150, 1.0)],
                "8": [(-1, 0, 360, 0.9), (1, 0, 360, 1.0)],
                "0": [(0, 0, 360, 1.9)],
            }
            for side, start, end, tall in arcs[character]:
                axes = radius, round(radius * tall)
                cv2.ellipse(page, (x, y + side * radius), axes, 0, start, end, 60, 26, cv2.LINE_AA)
    light = np.linspace(1.0, 0.6, 4032, dtype=np.float32)
    grain = rng.standard_normal(page.shape, dtype=np.float32)
    photo = np.clip(page * light + 4 * grain, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(photo).convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
