"""How long one picture takes, stage by stage, on one core: a 280x280 drawing and a 12-megapixel photo.

    python benchmarks/latency.py [--artifact DIR] [--repeats 200]

Both pictures are made on the spot. `model.predict` of the same artifact is measured beside, where TensorFlow can be
imported. Prints a table; asserts nothing.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from digit.artifact import MODEL_KERAS, Artifact
from digit.imaging import extract_ink, ink_box, load_picture, normalize_ink, preprocess
from digit.imaging.strokes import prepare_strokes
from digit.recognizer import Recognizer, load_recognizer

WARM_UP = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifact", type=Path, help="model folder; default: the bundled one")
    parser.add_argument("--repeats", type=int, default=200, help="of the drawing; the photo gets a fifth of them")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    recognizer = load_recognizer(options.artifact)
    print(f"artifact {recognizer.artifact.path}: {recognizer.artifact.config.preset}; one core; milliseconds\n")
    print(f"{'':34s} {'p50':>8s} {'p95':>8s} {'p99':>8s} {'runs':>6s}")
    measure_stages("280x280 drawing", drawing(), recognizer, options.repeats)
    measure_stages("12-megapixel photo", photo(), recognizer, max(10, options.repeats // 5))
    measure_keras(recognizer.artifact, preprocess(drawing()).digit_image, max(10, options.repeats // 5))


def drawing() -> bytes:
    """A 3 drawn with a brush on white, 280x280 pixels, as PNG."""
    return encode(draw(280, 280, 16, 255, 0), "PNG")


def photo() -> bytes:
    """A 3 written with a pen on grainy paper in uneven light, 4032x3024 pixels, as JPEG."""
    rng = np.random.default_rng(0)
    light = np.linspace(1.0, 0.6, 4032, dtype=np.float32)
    page = draw(3024, 4032, 60, 225, 60).astype(np.float32) * light
    page += rng.normal(0, 4, page.shape).astype(np.float32)
    return encode(np.clip(page, 0, 255).astype(np.uint8), "JPEG")


def draw(height: int, width: int, pen: int, paper: int, ink: int) -> NDArray[np.uint8]:
    """Grey picture, uint8 (height, width), of a 3 in its middle."""
    page = np.full((height, width), paper, np.uint8)
    radius = height // 6
    for middle, start, end in ((height // 2 - radius, -150, 90), (height // 2 + radius, -90, 150)):
        cv2.ellipse(page, (width // 2, middle), (radius, radius), 0, start, end, ink, pen, cv2.LINE_AA)
    return page


def encode(grey: NDArray[np.uint8], name: str) -> bytes:
    """An encoded RGB picture."""
    buffer = io.BytesIO()
    Image.fromarray(grey).convert("RGB").save(buffer, name)
    return buffer.getvalue()


def measure_stages(title: str, data: bytes, recognizer: Recognizer, repeats: int) -> None:
    """Print the percentiles of each stage and of the whole way."""
    picture = load_picture(data)
    ink = extract_ink(picture)
    box = ink_box(ink)
    if box is None:
        raise SystemExit(f"no ink was found on the {title}")
    digit_image = normalize_ink(prepare_strokes(ink, box))
    print(f"{title} ({len(data) / 1000:.0f} kB)")
    row("  decode", lambda: load_picture(data), repeats)
    row("  ink", lambda: extract_ink(picture), repeats)
    row("  normalise", lambda: normalize_ink(prepare_strokes(ink, box)), repeats)
    row("  predict", lambda: recognizer.predict_digit_images(digit_image[np.newaxis]), repeats)
    row("  preprocess + predict", lambda: recognizer.predict(data), repeats)


def measure_keras(artifact: Artifact, digit_image: NDArray[np.float32], repeats: int) -> None:
    """Print the percentiles of `model.predict` on the same weights, as most demos call it."""
    try:
        import keras
    except ImportError:
        print("model.predict: TensorFlow cannot be imported here")
        return
    path = artifact.path / MODEL_KERAS
    if not path.is_file():
        print(f"model.predict: there is no {path}")
        return
    model = keras.saving.load_model(path, compile=False)
    batch = digit_image.reshape(1, *digit_image.shape, 1)
    print("the same digit image in Keras")
    row("  model.predict", lambda: model.predict(batch, verbose=0), repeats)


def row(name: str, work: Callable[[], object], repeats: int) -> None:
    """Time `work` and print one line of the table."""
    for _ in range(WARM_UP):
        work()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - begin))
    p50, p95, p99 = np.percentile(times, [50, 95, 99])
    print(f"{name:34s} {p50:8.2f} {p95:8.2f} {p99:8.2f} {repeats:6d}")


if __name__ == "__main__":
    main()
