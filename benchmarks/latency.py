"""Latency of one picture, stage by stage, on one core: a 280x280 drawing and a 12-megapixel photo.

    python -m benchmarks.latency [--artifact DIR] [--repeats 200] [--without-keras]

The drawing is an RGB file, as the page sends it. For comparison, the same drawing merely resized to 28x28 goes to the
same weights through LiteRT and, where TensorFlow can be imported, through Keras in three ways.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.support.options import options_parser
from benchmarks.support.pictures import drawing, photo
from benchmarks.support.results import percentiles, print_table, save, timed
from digit.artifact import MODEL_KERAS, Artifact
from digit.imaging import extract_ink, ink_box, load_picture, normalize_ink
from digit.imaging.strokes import prepare_strokes
from digit.recognizer import Recognizer, load_recognizer

Ways = dict[str, Callable[[], object]]


def main() -> None:
    parser = options_parser(__doc__, artifact=True, output=True)
    parser.add_argument(
        "--repeats", type=int, default=200, help="of the drawing; photo and Keras get a fifth (default: 200)"
    )
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


DRAWING = drawing()


def measure(title: str, ways: Ways, repeats: int) -> dict[str, dict[str, float]]:
    """Percentiles of each variant, keyed by title and name."""
    return {f"{title}: {name}": percentiles(timed(work, repeats)) for name, work in ways.items()}


def stages(data: bytes, recognizer: Recognizer) -> Ways:
    """Each stage from an encoded picture to a prediction, and all of them together."""
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
    """The picture as many demos prepare it, float32 (28, 28): grey, resized, inverted."""
    grey = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    small = cv2.resize(grey, (28, 28), interpolation=cv2.INTER_AREA)
    ink: NDArray[np.float32] = (255 - small).astype(np.float32) / np.float32(255)
    return ink


def resized_only(recognizer: Recognizer, data: bytes) -> object:
    """The same classifier without `digit.imaging`."""
    return recognizer.predict_digit_images(resized(data)[np.newaxis])


def keras_ways(artifact: Artifact) -> Ways:
    """`model.predict`, `model(x)` and a `tf.function` with the same weights, from the encoded drawing to the digit."""
    path = artifact.path / MODEL_KERAS
    try:
        import keras
        import tensorflow as tf
    except ImportError:
        print("Keras skipped: TensorFlow cannot be imported", file=sys.stderr)
        return {}
    if not path.is_file():
        print(f"Keras skipped: {path} not found", file=sys.stderr)
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
