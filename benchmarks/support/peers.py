"""Other programs that read numbers, on the same pictures: RapidOCR (`requirements-peers.txt`) and Tesseract."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from PIL import Image

from digit.imaging import PictureSource, load_picture
from digit.numbers.ctc import ALPHABET

Answer = tuple[tuple[str, ...], float]
"""Numbers and the confidence of all of them."""
LONGEST_SIDE = 2016


def peers() -> dict[str, Callable[[PictureSource], Answer]]:
    """Those that are installed, by title."""
    found: dict[str, Callable[[PictureSource], Answer]] = {}
    if find_spec("rapidocr") is not None:
        found["RapidOCR"] = rapidocr(detector=True)
        found["RapidOCR, whole picture as a line"] = rapidocr(detector=False)
    if shutil.which("tesseract"):
        found["Tesseract"] = tesseract
    return found


def rapidocr(detector: bool) -> Callable[[PictureSource], Answer]:
    """RapidOCR's general model, its digits and separators kept."""
    import logging

    from rapidocr import RapidOCR

    logging.disable(logging.WARNING)
    engine: Any = RapidOCR()

    def read(source: PictureSource) -> Answer:
        picture = load_picture(source, LONGEST_SIDE)[..., ::-1]
        answer = engine(picture, use_det=detector, use_cls=False, use_rec=True)
        texts, scores = getattr(answer, "txts", None) or (), getattr(answer, "scores", None) or ()
        rows = [(_kept(text), float(score)) for text, score in zip(texts, scores, strict=True)]
        rows = [(text, score) for text, score in rows if any(c.isdigit() for c in text)]
        return tuple(text for text, _ in rows), min((score for _, score in rows), default=0.0)

    return read


def tesseract(source: PictureSource) -> Answer:
    """Tesseract in its digits mode (page segmentation 6: a block of text), without empty rows."""
    buffer = io.BytesIO()
    Image.fromarray(load_picture(source, 4032)).save(buffer, "PNG")
    command = ["tesseract", "-", "-", "--psm", "6", "digits"]
    done = subprocess.run(command, input=buffer.getvalue(), capture_output=True, check=False)
    rows = (_kept(line) for line in done.stdout.decode("utf-8", "replace").splitlines())
    return tuple(row for row in rows if row), 1.0


def _kept(text: str) -> str:
    return "".join(character for character in text if character in ALPHABET).strip(".,-/:")
