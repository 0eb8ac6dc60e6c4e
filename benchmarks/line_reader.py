"""The line reader alone, without the search for rows: held-out cheques and lines of MNIST's test digits.

    python -m benchmarks.line_reader [--data-dir DIR] [--artifact DIR] [--list]

Compares greedy decoding of the first network with the joint search over all networks at several beam widths; prints
the errors of positions and confidence and the time for a line. Disputed labels count as they are.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.support.options import data_folder, options_parser
from digit.artifact import BUNDLED_ARTIFACT, READER_TFLITE
from digit.data.mnist import load_mnist
from digit.data.records.cheques import has_cheques, load_cheques
from digit.evaluation.edit_distance import LineScore, score_lines
from digit.learning.numbers.measuring import GAPS, gap_accuracy, measure, place_overlap
from digit.numbers.ctc import greedy, joint_search
from digit.numbers.line_image import fit_line
from digit.numbers.line_reader import LineReader

BEAMS = (4, 8, 16)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options_parser(__doc__, artifact=True, data=True)
    parser.add_argument("--list", action="store_true", help="list every misread line")
    options = parser.parse_args(arguments)
    reader = LineReader((options.artifact or BUNDLED_ARTIFACT) / READER_TFLITE)
    folder = data_folder(options.data_dir)
    if folder is None:
        sys.exit("No data sets found: give --data-dir or set DIGIT_DATA_DIR.")
    if has_cheques(folder):
        cheques_table(reader, folder, options.list)
    test = load_mnist(folder).test
    print("\nMNIST's test digits, five on a line, by the pixels between them")
    for gap in GAPS:
        print(f"{gap:+4d}  {100 * gap_accuracy(reader, test, gap):6.1f} %")


def cheques_table(reader: LineReader, folder: Path, listed: bool) -> None:
    """Held-out cheques by every way of reading the networks' answers."""
    cheques = load_cheques(folder, "held_out")
    texts = [cheque.text for cheque in cheques]
    answers = [reader.steps(fit_line(cheque.ink)[0]) for cheque in cheques]
    guesses = ["".join(map(str, greedy(steps[0]))) for steps in answers]
    print(f"{len(cheques)} held-out cheques")
    _row("best class of each step, network 1", score_lines(texts, guesses))
    for beam in BEAMS:
        begin = time.perf_counter()
        searched = ["".join(map(str, joint_search(steps, beam)[0][0])) for steps in answers]
        milliseconds = 1000 * (time.perf_counter() - begin) / len(answers)
        _row(f"search, beam {beam}, {milliseconds:.1f} ms", score_lines(texts, searched))
    figures = measure(reader, [(cheque.ink, cheque.text) for cheque in cheques])
    print(f"confidence off by {100 * figures['ece']:.1f} points (ECE)")
    print(f"places overlap boxes drawn by people by {100 * place_overlap(reader, cheques):.0f} % (IoU of the columns)")
    times, found = [], []
    for cheque in cheques:
        begin = time.perf_counter()
        found.append(reader.read_line(cheque.ink))
        times.append(1000 * (time.perf_counter() - begin))
    print(f"median {np.median(times):.1f} ms a line, slowest {max(times):.1f} ms, one thread")
    if listed:
        for cheque, reading in zip(cheques, found, strict=True):
            if reading.text != cheque.text:
                said = f"read as {reading.text or 'nothing'}, probability {reading.probability:.2f}"
                print(f"    {cheque.name}: {cheque.text} {said}")


def _row(title: str, score: LineScore) -> None:
    print(
        f"{title:36s}{score.right:5d} of {score.lines}  {100 * score.accuracy:6.2f} %"
        f"   digit errors {100 * score.digit_error_rate:5.2f} %"
    )


if __name__ == "__main__":
    main()
