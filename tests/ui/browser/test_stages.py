"""Every stage of reading a drawing answers in JavaScript, run by Node, as it does in Python."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.evaluation.occlusion import occlusion_map
from digit.imaging.background import paper_colour
from digit.imaging.contrast import MIN_CONTRAST, clutter_level, colour_contrast, ink_level
from digit.imaging.ink import extract_ink
from digit.imaging.marks import is_writing, keep_digit, smallest_mark
from digit.imaging.normalization import ink_box, normalize_ink
from digit.imaging.strokes import prepare_strokes, soften_edges, stroke_width, widen_hairlines
from digit.imaging.surround import find_surround, leaves_marks, remove_rules
from digit.recognition.prediction import percent
from digit.recognition.probability import free_energy, softmax
from digit.recognizer import Recognizer, load_recognizer
from digit.ui.browser.serving import reader_files, reader_settings
from tests.browser.kit.drawings import KINDS, SIDE, Drawing, make_drawings

STAGES = Path(__file__).with_name("stages.test.js")


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_every_stage_answers_in_javascript_as_in_python(recognizer: Recognizer, tmp_path: Path) -> None:
    for name, path in reader_files(recognizer.artifact).items():
        if not name.startswith("runtime/"):
            (tmp_path / "reader" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, tmp_path / "reader" / name)
    (tmp_path / "reader" / "package.json").write_text('{"type": "module"}')
    drawings = [imaging_stages(name, picture) for name, picture in pictures()]
    assert {reason for *_, reason in (drawing["read"] for drawing in drawings)} == {"", "several", "small"}
    stages = {
        "settings": reader_settings(recognizer.artifact),
        "drawings": drawings,
        "logits": verdicts(recognizer),
        "occlusion": occlusion(),
    }
    (tmp_path / "stages.json").write_text(json.dumps(stages))
    environment = os.environ | {"DIGIT_STAGES": str(tmp_path)}
    done = subprocess.run(
        ["node", "--test", str(STAGES)], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout


def pictures() -> list[tuple[str, NDArray[np.uint8]]]:
    """Drawings of every kind, and what else a paper may hold: a bar at its border, rules, a frame, specks, nothing."""
    found = [(f"{d.kind} {d.digit}", paint(d)) for d in make_drawings(10 * len(KINDS), seed=5)[::3]]
    plain = paint(make_drawings(1, seed=7)[0])
    bar, ruled, framed, specks, small = (plain.copy() for _ in range(5))
    bar[:, :40] = 60
    for y in range(30, SIDE, 50):
        ruled[y : y + 2] = (120, 140, 220)
    cv2.rectangle(framed, (8, 8), (SIDE - 9, SIDE - 9), (20, 20, 20), 3)
    for x, y in np.random.default_rng(2).integers(5, SIDE - 5, (30, 2)):
        cv2.circle(specks, (int(x), int(y)), 2, (90, 90, 90), -1)
    tiny = np.asarray(cv2.resize(small, (40, 40), interpolation=cv2.INTER_NEAREST), np.uint8)
    blank, dot, spot, two, apart = (np.full((SIDE, SIDE, 3), 255, np.uint8) for _ in range(5))
    cv2.circle(dot, (140, 140), 9, (20, 20, 20), -1, cv2.LINE_AA)
    cv2.circle(spot, (140, 140), 60, (20, 20, 20), -1, cv2.LINE_AA)
    for picture, gap in ((two, 20), (apart, 90)):
        cv2.line(picture, (110, 80), (110, 200), (20, 20, 20), 12, cv2.LINE_AA)
        seven = np.array([[110, 80], [170, 80], [135, 200]], np.int32)
        seven[:, 0] += gap
        cv2.polylines(picture, [seven], False, (20, 20, 20), 12, cv2.LINE_AA)
    others = {"bar": bar, "ruled": ruled, "framed": framed, "specks": specks, "tiny picture": tiny, "blank": blank}
    others |= {"dot": dot, "spot": spot, "two digits": two, "two digits far apart": apart}
    return found + list(others.items())


def paint(drawing: Drawing) -> NDArray[np.uint8]:
    """A drawing as a picture, uint8 (280, 280, 3): dark pen on white paper."""
    picture = np.full((SIDE, SIDE, 3), 255, np.uint8)
    for stroke in drawing.strokes:
        colour = (255, 255, 255) if stroke["erases"] else (0x17, 0x18, 0x1C)
        points = np.rint(8 * np.array(stroke["points"])).astype(np.int32)
        cv2.polylines(picture, [points], False, colour, max(1, round(stroke["width"])), cv2.LINE_AA, 3)
    return picture


def imaging_stages(name: str, picture: NDArray[np.uint8]) -> dict[str, Any]:
    """What each stage answers, and what it is given."""
    paper = paper_colour(picture)
    contrast = colour_contrast(picture, paper)
    level = ink_level(contrast, MIN_CONTRAST)
    surround = find_surround(contrast, MIN_CONTRAST)
    raw = np.clip(contrast / np.float32(level or 255), 0, 1)
    ink = extract_ink(picture)
    box = ink_box(ink)
    read = sure_reader().predict(picture)
    stages: dict[str, Any] = {
        "name": name,
        "picture": packed(cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA)),
        "paper": paper.tolist(),
        "contrast": packed(contrast),
        "level": level,
        "clutter": None if level is None else clutter_level(contrast, level),
        "surround": None if surround is None else packed(surround),
        "leaves": None if surround is None else leaves_marks(contrast, MIN_CONTRAST, surround),
        "unruled": None if level is None else packed(remove_rules(contrast, 0.35 * level)),
        "raw": packed(raw),
        "writing": is_writing(raw),
        "smallest": smallest_mark(raw),
        "kept": packed(keep_digit(raw, 0.1).ink),
        "several": keep_digit(raw, 0.1).several,
        "ink": packed(ink),
        "box": box and dict(zip(("x", "y", "width", "height"), box, strict=True)),
        "digitImage": packed(np.zeros((28, 28), np.float32)),
        "read": [read.digit, read.verdict, read.reason],
    }
    if box is None:
        return stages
    x, y, width, height = box
    crop = np.ascontiguousarray(ink[y : y + height, x : x + width])
    prepared = prepare_strokes(ink, box)
    return stages | {
        "width": stroke_width(crop),
        "softened": packed(soften_edges(crop)),
        "widened": packed(widen_hairlines(crop)),
        "prepared": packed(prepared),
        "digitImage": packed(normalize_ink(prepared)),
    }


@cache
def sure_reader() -> Recognizer:
    """A recognizer that takes every digit image for a 0, which the imaging may know better."""
    reader = load_recognizer()
    reader.logits = lambda images: np.tile(np.eye(10, dtype=np.float32)[0] * 50, (len(images), 1))  # type: ignore[method-assign, assignment]
    return reader


def verdicts(recognizer: Recognizer) -> list[dict[str, Any]]:
    """Logits of every verdict, and what the recognizer makes of them."""
    rng = np.random.default_rng(4)
    logits = np.concatenate([rng.normal(0, scale, (20, 10)) for scale in (0.5, 2, 6, 12)]).astype(np.float32)
    logits[::7, 3] = logits[::7].max(axis=1) + np.float32(0.01)
    reader = Recognizer(recognizer.artifact)
    reader.logits = lambda _: logits  # type: ignore[method-assign, assignment]
    predictions = reader.predict_digit_images(np.zeros((len(logits), 28, 28), np.float32))
    assert {p.verdict for p in predictions} == {"digit", "unsure", "not_a_digit"}
    temperature = recognizer.artifact.config.temperature
    energies, probabilities = free_energy(logits, temperature), softmax(logits / temperature)
    return [
        {
            "logits": row.tolist(),
            "probabilities": shares.tolist(),
            "energy": float(energy),
            "digit": prediction.digit,
            "verdict": prediction.verdict,
            "sentence": prediction.sentence,
            "percent": percent(prediction.confidence),
            "top": [digit for digit, _ in prediction.top(3)],
        }
        for row, shares, energy, prediction in zip(logits, probabilities, energies, predictions, strict=True)
    ]


def occlusion() -> dict[str, Any]:
    """The occlusion map of a bar for a linear classifier of random weights."""
    weights = np.random.default_rng(6).normal(0, 0.05, (784, 10)).astype(np.float32)
    image = np.zeros((28, 28), np.float32)
    image[4:24, 12:16] = 1
    answer = occlusion_map(lambda images: softmax(images.reshape(-1, 784) @ weights), image, 3)
    return {"image": packed(image), "weights": packed(weights), "digit": 3, "map": packed(answer)}


def packed(array: NDArray[Any]) -> dict[str, Any]:
    """An array (H, W) or (H, W, 4) as JSON."""
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"data": data, "width": array.shape[1], "height": array.shape[0]}
