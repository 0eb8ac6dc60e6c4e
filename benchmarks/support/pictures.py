"""Pictures that several benchmarks use: drawings and photos made on the spot, real-world pictures, letters."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digit.data.mnist import read_npz

LOOKALIKES = "oOlIsSZzbqg"
"""Letters that can pass for a digit."""


def drawing() -> bytes:
    """A 3 drawn with a brush on white, 280x280 pixels, as an RGB PNG."""
    return encode(draw(280, 280, 16, 255, 0), "RGB", "PNG")


def photo() -> bytes:
    """A 3 written with a pen on grainy paper in uneven light, 4032x3024 pixels, as JPEG."""
    rng = np.random.default_rng(0)
    light = np.linspace(1.0, 0.6, 4032, dtype=np.float32)
    page = draw(3024, 4032, 60, 225, 60).astype(np.float32) * light
    page += rng.normal(0, 4, page.shape).astype(np.float32)
    return encode(np.clip(page, 0, 255).astype(np.uint8), "RGB", "JPEG")


def draw(height: int, width: int, pen: int, paper: int, ink: int) -> NDArray[np.uint8]:
    """A 3 in the middle of a grey picture, uint8 (height, width)."""
    page = np.full((height, width), paper, np.uint8)
    radius = height // 6
    for middle, start, end in ((height // 2 - radius, -150, 90), (height // 2 + radius, -90, 150)):
        cv2.ellipse(page, (width // 2, middle), (radius, radius), 0, start, end, ink, pen, cv2.LINE_AA)
    return page


def encode(grey: NDArray[np.uint8], mode: str, file_format: str) -> bytes:
    """A grey picture converted to a Pillow mode and encoded."""
    buffer = io.BytesIO()
    Image.fromarray(grey).convert(mode).save(buffer, file_format)
    return buffer.getvalue()


def real_world_rows(folder: Path) -> list[dict[str, str]]:
    """Rows of `real_world/index.csv` in a data folder: path, label, kind, writer; `path` is made absolute."""
    pictures = folder / "real_world"
    with (pictures / "index.csv").open(newline="", encoding="utf-8") as file:
        return [row | {"path": str(pictures / row["path"])} for row in csv.DictReader(file)]


def letters(folder: Path) -> NDArray[np.uint8]:
    """Pictures of letters that do not look like digits, from `extra/choice_chars.npz` in a data folder."""
    arrays = read_npz(folder / "extra" / "choice_chars.npz", ("x", "y", "chars"))
    names = arrays["chars"][arrays["y"].astype(int)].astype(str)
    return arrays["x"][[name.isalpha() and name not in LOOKALIKES for name in names]].astype(np.uint8)
