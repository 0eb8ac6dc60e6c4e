"""Accuracy on real people's digits, per writer and per kind, compared with the usual preprocessing of demos.

    python -m benchmarks.real_world [--data-dir DIR] [--artifact DIR]

The data folder holds the pictures and `real_world/index.csv` with the columns path, label, kind and writer. These
pictures are never trained on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.not_digits import print_not_digits
from benchmarks.support.options import options_parser, real_world_data
from benchmarks.support.pictures import real_world_rows
from digit.errors import PictureError
from digit.evaluation.calibration import expected_calibration_error
from digit.recognizer import Recognizer, load_recognizer

METHODS = ("digit", "top probability", "resize to 28x28", "resize, polarity guessed")


@dataclass(frozen=True)
class Reading:
    """One picture and its answer by each method.

    Attributes:
        path: of the picture: its folder and file name.
        probabilities: float32 (10,) of `digit`; all zero when it is empty or cannot be opened.
        verdict: of `digit`, or the sentence of the error.
        read: the digit that each of `METHODS` reads; None where there is none.
    """

    path: str
    label: int
    kind: str
    writer: str
    probabilities: NDArray[np.float32]
    verdict: str
    read: dict[str, int | None]

    def right(self, method: str) -> bool:
        return self.read[method] == self.label


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options_parser(__doc__, artifact=True, data=True)
    options = parser.parse_args(arguments)
    data_dir = real_world_data(parser, options.data_dir)
    recognizer = load_recognizer(options.artifact)
    readings = [read(recognizer, row) for row in real_world_rows(data_dir)]
    print(f"artifact {recognizer.artifact.path}: {recognizer.artifact.config.preset}, {len(readings)} pictures\n")
    print_table("writer", readings, lambda reading: reading.writer)
    print_table("kind", readings, lambda reading: reading.kind)
    print_kinds_by_writer(readings)
    print_summary(readings)
    if (data_dir / "extra").is_dir():
        print_not_digits(recognizer, data_dir)
    print_mistakes(readings)


def read(recognizer: Recognizer, row: dict[str, str]) -> Reading:
    """Read one picture of the index by every method."""
    path = Path(row["path"])
    probabilities, verdict = np.zeros(10, np.float32), ""
    digit, top = None, None
    try:
        prediction = recognizer.predict(path)
    except PictureError as error:
        verdict = str(error)
    else:
        probabilities, verdict, digit = prediction.probabilities, prediction.verdict, prediction.digit
        top = int(probabilities.argmax()) if probabilities.any() else None
    plain, guessed = resized(path)
    plain_digit, guessed_digit = (int(d) for d in recognizer.logits(np.stack([plain, guessed])).argmax(axis=1))
    answers = (digit, top, plain_digit, guessed_digit)
    return Reading(
        f"{path.parent.name}/{path.name}",
        int(row["label"]),
        row["kind"],
        row["writer"],
        probabilities,
        verdict,
        dict(zip(METHODS, answers, strict=True)),
    )


def resized(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The usual input of demos: the grey picture at 28x28 as it is, and inverted where its border is light.

    Transparent pictures are laid on white first, so that transparency alone does not decide the comparison.
    """
    with Image.open(path) as image:
        opaque = Image.new("RGBA", image.size, "white")
        opaque.alpha_composite(image.convert("RGBA"))
    grey = np.asarray(opaque.convert("L").resize((28, 28))).astype(np.float32) / np.float32(255)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return grey, 1 - grey if border.mean() > 0.5 else grey


def accuracy(readings: Sequence[Reading], method: str) -> float:
    """Accuracy of a method, 0 to 1."""
    return float(np.mean([reading.right(method) for reading in readings]))


def groups(readings: Sequence[Reading], key: Callable[[Reading], str]) -> dict[str, list[Reading]]:
    """The readings by `key`, in the order of its values."""
    found: dict[str, list[Reading]] = {}
    for reading in sorted(readings, key=key):
        found.setdefault(key(reading), []).append(reading)
    return found


def print_table(name: str, readings: Sequence[Reading], key: Callable[[Reading], str]) -> None:
    """Print the accuracy of each method for each group, and the mean over groups."""
    by_group = groups(readings, key)
    print(f"{name:10s} {'count':>5s}  " + "  ".join(f"{method:>24s}" for method in METHODS))
    for group, members in by_group.items():
        print(f"{group:10s} {len(members):5d}  " + "  ".join(f"{100 * accuracy(members, w):22.1f} %" for w in METHODS))
    means = [np.mean([accuracy(members, method) for members in by_group.values()]) for method in METHODS]
    print(f"{'mean':10s} {len(readings):5d}  " + "  ".join(f"{100 * mean:22.2f} %" for mean in means) + "\n")


def print_kinds_by_writer(readings: Sequence[Reading]) -> None:
    """Print the mean over writers for each kind: some writers gave many more pictures than others."""
    for kind, members in groups(readings, lambda reading: reading.kind).items():
        writers = list(groups(members, lambda reading: reading.writer).values())
        means = [np.mean([accuracy(pictures, method) for pictures in writers]) for method in METHODS]
        print(
            f"{kind:10s} {len(writers):5d}  " + "  ".join(f"{100 * mean:22.2f} %" for mean in means) + "  over writers"
        )
    print()


def print_summary(readings: Sequence[Reading]) -> None:
    """Print the accuracy over all pictures, the calibration and the rejections."""
    print("all pictures: " + ", ".join(f"{method} {100 * accuracy(readings, method):.2f} %" for method in METHODS))
    answered = [reading for reading in readings if reading.probabilities.any()]
    labels = np.array([reading.label for reading in answered])
    error = expected_calibration_error(labels, np.stack([reading.probabilities for reading in answered]))
    print(f"expected calibration error: {100 * error:.2f} %")
    for verdict in ("unsure", "not_a_digit", "empty"):
        share = np.mean([reading.verdict == verdict for reading in readings])
        print(f"verdict {verdict}: {100 * share:.2f} %")
    print()


def print_mistakes(readings: Sequence[Reading]) -> None:
    """Print every picture that `digit` misreads."""
    wrong = [reading for reading in readings if not reading.right("digit")]
    print(f"{len(wrong)} misread:")
    print(f"{'path':32s} {'kind':6s} {'true':>4s} {'read':>4s} {'top':>4s} {'confidence':>10s}  verdict")
    for reading in wrong:
        digit, top = reading.read["digit"], reading.read["top probability"]
        print(
            f"{reading.path:32s} {reading.kind:6s} {reading.label:4d} {'-' if digit is None else digit:>4} "
            f"{'-' if top is None else top:>4} {100 * float(reading.probabilities.max()):8.1f} %  {reading.verdict}"
        )


if __name__ == "__main__":
    main()
