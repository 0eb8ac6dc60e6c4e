"""Accuracy of reading numbers: records, photos, made pages, lines of MNIST digits, and pictures without numbers.

    python -m benchmarks.reading [--data-dir DIR] [--artifact DIR] [--list] [--peers] [--quick]

For each set: pictures entirely right as they are written (a comma and a point count as the same) and by their digits,
rows right, rows too many, digit edit errors (Levenshtein 1966), the share of the pictures to look at, least sure first,
until 2 in 100 are left wrong, the calibration error of whole pictures, and milliseconds a picture. Only held-out
records are read. With --peers, RapidOCR and Tesseract read the same pictures where they are installed.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.support.numbers import (
    Grey,
    Sample,
    made_pages,
    mnist_lines,
    records,
    two_rows,
    without_numbers,
)
from benchmarks.support.options import data_folder, options_parser
from benchmarks.support.peers import Answer, peers
from digit.evaluation.numbers import NumbersScore, Reading, score
from digit.imaging import PictureSource
from digit.learning.numbers.measuring import GAPS
from digit.recognizer import Recognizer, load_recognizer

Read = Callable[[PictureSource], Answer]
OURS = "digit"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options_parser(__doc__, artifact=True, data=True)
    parser.add_argument("--list", action="store_true", help="list every misread picture")
    parser.add_argument("--lines", type=int, default=200, help="MNIST lines for each gap (default: %(default)s)")
    parser.add_argument("--peers", action="store_true", help="measure RapidOCR and Tesseract, too")
    parser.add_argument("--quick", action="store_true", help="every fifth picture of each set")
    options = parser.parse_args(arguments)
    recognizer = load_recognizer(options.artifact)

    def ours(source: PictureSource) -> Answer:
        number = recognizer.read(source)
        return tuple(row.text for row in number.rows), number.confidence

    readers: dict[str, Read] = {OURS: ours} | (peers() if options.peers else {})
    step = 5 if options.quick else 1
    folder = data_folder(options.data_dir)
    print(f"{'':62s} pictures  right digits   rows  +rows  edits review    ECE     ms")
    for title, samples in (records(folder) if folder is not None else {}).items():
        for name, read in readers.items():
            measure(f"{title}, {name}", samples[::step], read, options.list and name == OURS)
    if folder is not None and (folder / "mnist.npz").is_file():
        for name, read in readers.items():
            measure(f"made pages, {name}", made_pages(folder, 200 // step), read, options.list and name == OURS)
        for gap in GAPS:
            lines = mnist_lines(folder, gap, options.lines // step)
            for name, read in readers.items():
                measure(f"MNIST lines, gap {gap:+d}, {name}", lines, read, False)
    for title, pictures in without_numbers(folder).items():
        for name, read in readers.items():
            false_numbers(f"{title}, {name}", pictures[::step], read, options.list and name == OURS)
    photo_of_two_rows(recognizer)


def measure(title: str, samples: Sequence[Sample], read: Read, listed: bool) -> NumbersScore:
    """Read all samples and print the score."""
    readings, seconds = [], []
    for sample in samples:
        begin = time.perf_counter()
        texts, confidence = read(sample.source)
        seconds.append(time.perf_counter() - begin)
        readings.append(Reading(sample.name, sample.written, texts, confidence, sample.as_written, sample.kind))
    found = score(readings)
    shares = (found.accuracy, found.digits_right / found.pictures, found.rows_right / found.rows)
    print(
        f"{title:62s} {found.pictures:8,d} {'  '.join(f'{100 * share:5.1f}' for share in shares)} "
        f"{found.rows_too_many:6d} {100 * found.edits / found.digits:6.2f} {100 * found.review_share:6.1f} "
        f"{100 * found.calibration_error:6.2f} {1000 * float(np.median(seconds)):6.1f}",
        flush=True,
    )
    if listed:
        for reading in readings:
            if not reading.right:
                written, got = "|".join(reading.written), "|".join(reading.read)
                print(f"    {reading.name}: {written!r} read as {got!r}, {100 * reading.confidence:.0f} %")
    return found


def false_numbers(title: str, pictures: Sequence[Grey], read: Read, listed: bool) -> int:
    """Count the pictures on which a number is read where there is none."""
    answers = [read(picture)[0] for picture in pictures]
    hit = sum(bool(rows) for rows in answers)
    print(f"{title:62s} {len(pictures):8,d} pictures, a number on {hit}", flush=True)
    if listed:
        for index, rows in enumerate(answers):
            if rows:
                print(f"    {index}: {'|'.join(rows)!r}")
    return hit


def photo_of_two_rows(recognizer: Recognizer, repeats: int = 5) -> None:
    """Time and memory for a 12-megapixel JPEG of two rows of pen strokes on grainy paper in uneven light."""
    data = two_rows()
    text = recognizer.read(data).text
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        recognizer.read(data)
        times.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n12-megapixel photo ({len(data) / 1e6:.1f} MB): read as {text!r}; 3803 and 8380 were written")
    print(f"median of {repeats}: {np.median(times):.2f} s, slowest {max(times):.2f} s; peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
