"""How long one picture takes, stage by stage, on one core: a 280x280 drawing and a 12-megapixel photo.

    python benchmarks/latency.py [--artifact DIR] [--repeats 200] [--without-keras]

Both pictures are made on the spot; the drawing is an RGB file, as the page sends it. Beside it, on the same
drawing and the same weights: the picture merely resized to 28x28, and Keras called in three ways with that, where
TensorFlow can be imported. Prints a table; asserts nothing.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from results import options_parser, percentiles, print_table, save, timed

from digit.artifact import MODEL_KERAS, Artifact
from digit.imaging import extract_ink, ink_box, load_picture, normalize_ink
from digit.imaging.strokes import prepare_strokes
from digit.recognizer import Recognizer, load_recognizer

Ways = dict[str, Callable[[], object]]


def main() -> None:
    parser = options_parser(__doc__)
    parser.add_argument("--repeats", type=int, default=200, help="of the drawing; photo and Keras get a fifth of them")
    parser.add_argument("--without-keras", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    recognizer = load_recognizer(options.artifact)
    few = max(10, options.repeats // 5)
    figures = {
        **measure("280x280 drawing", stages(drawing(), recognizer), options.repeats),
        **measure("12-megapixel photo", stages(photo(), recognizer), few),
        **measure("drawing, resized only", {"whole": lambda: resized_only(recognizer, DRAWING)}, options.repeats),
    }
    if not options.without_keras:
        figures |= measure("drawing, resized only, Keras", keras_ways(recognizer.artifact), few)
    whole = figures["280x280 drawing: whole"]["p50_ms"]
    print(f"{recognizer.artifact.config.preset}; one core; milliseconds\n")
    columns = ("p50_ms", "p95_ms", "p99_ms", "runs")
    rows = [[name, *(m[c] for c in columns), f"{m['p50_ms'] / whole:.2f} x"] for name, m in figures.items()]
    print_table(["", "p50", "p95", "p99", "runs", "beside a drawing"], rows)
    save("latency", {"artifact": recognizer.artifact.config.preset, "stages": figures}, options.output)


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
    """Grey picture, uint8 (height, width), of a 3 in its middle."""
    page = np.full((height, width), paper, np.uint8)
    radius = height // 6
    for middle, start, end in ((height // 2 - radius, -150, 90), (height // 2 + radius, -90, 150)):
        cv2.ellipse(page, (width // 2, middle), (radius, radius), 0, start, end, ink, pen, cv2.LINE_AA)
    return page


def encode(grey: NDArray[np.uint8], mode: str, name: str) -> bytes:
    """An encoded colour picture."""
    buffer = io.BytesIO()
    Image.fromarray(grey).convert(mode).save(buffer, name)
    return buffer.getvalue()


DRAWING = drawing()


def measure(title: str, ways: Ways, repeats: int) -> dict[str, dict[str, float]]:
    """Percentiles of each way, by title and name."""
    return {f"{title}: {name}": percentiles(timed(work, repeats)) for name, work in ways.items()}


def stages(data: bytes, recognizer: Recognizer) -> Ways:
    """Each stage from an encoded picture to a prediction, and the whole way."""
    picture = load_picture(data)
    ink = extract_ink(picture)
    box = ink_box(ink)
    if box is None:
        raise SystemExit("no ink was found on the picture")
    digit_image = normalize_ink(prepare_strokes(ink, box))
    return {
        "decode": lambda: load_picture(data),
        "ink": lambda: extract_ink(picture),
        "normalise": lambda: normalize_ink(prepare_strokes(ink, box)),
        "predict": lambda: recognizer.predict_digit_images(digit_image[np.newaxis]),
        "whole": lambda: recognizer.predict(data),
    }


def resized(data: bytes) -> NDArray[np.float32]:
    """A picture as many demos prepare it, float32 (28, 28): grey, resized, inverted."""
    grey = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    small = cv2.resize(grey, (28, 28), interpolation=cv2.INTER_AREA)
    ink: NDArray[np.float32] = (255 - small).astype(np.float32) / np.float32(255)
    return ink


def resized_only(recognizer: Recognizer, data: bytes) -> object:
    """The same network without the imaging."""
    return recognizer.predict_digit_images(resized(data)[np.newaxis])


def keras_ways(artifact: Artifact) -> Ways:
    """`model.predict`, `model(x)` and a `tf.function` of the same weights, from the encoded drawing to the digit."""
    path = artifact.path / MODEL_KERAS
    try:
        import keras
        import tensorflow as tf
    except ImportError:
        print("Keras is left out: TensorFlow cannot be imported here", file=sys.stderr)
        return {}
    if not path.is_file():
        print(f"Keras is left out: there is no {path}", file=sys.stderr)
        return {}
    model = keras.saving.load_model(path, compile=False)
    compiled = tf.function(lambda x: model(x, training=False))

    def batch() -> Any:
        return resized(DRAWING).reshape(1, 28, 28, 1)

    return {
        "model.predict": lambda: model.predict(batch(), verbose=0).argmax(),
        "model(x)": lambda: np.asarray(model(batch(), training=False)).argmax(),
        "tf.function": lambda: np.asarray(compiled(batch())).argmax(),
    }


if __name__ == "__main__":
    main()
