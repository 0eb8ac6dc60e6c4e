"""How well the classifier rejects pictures that are not digits: letters, shapes and noise.

    python -m benchmarks.not_digits [--data-dir DIR] [--artifact DIR]

Letters come from `extra/choice_chars.npz` without those that can pass for a digit (o O l I s S Z z b q g), shapes from
`extra/not_digits.npz`, digits from `real_world/`; none of them was trained on. AUROC is the probability that the free
energy of a picture of something else is above that of a digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.support.options import options_parser, real_world_data
from benchmarks.support.pictures import letters, real_world_rows
from digit.data.mnist import read_npz
from digit.imaging import preprocess
from digit.recognition.probability import free_energy
from digit.recognizer import Recognizer, load_recognizer


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options_parser(__doc__, artifact=True, data=True)
    options = parser.parse_args(arguments)
    print_not_digits(load_recognizer(options.artifact), real_world_data(parser, options.data_dir))


def print_not_digits(recognizer: Recognizer, data_dir: Path) -> None:
    """Print the AUROC against real-world digits and the share that the verdict rejects."""
    from sklearn.metrics import roc_auc_score

    digits = energies(recognizer, [row["path"] for row in real_world_rows(data_dir)])
    from_letters = energies(recognizer, letters(data_dir))
    shapes = energies(recognizer, read_npz(data_dir / "extra" / "not_digits.npz", ("x",))["x"])
    noise = energies(recognizer, np.random.default_rng(0).integers(0, 256, (200, 64, 64)).astype(np.uint8))
    threshold = recognizer.artifact.config.energy_threshold
    print(f"{'not a digit':24s} {'count':>5s}  {'AUROC':>6s}  rejected")
    for name, others in {
        "letters": from_letters,
        "shapes, Greek letters": shapes,
        "letters and shapes": np.concatenate([from_letters, shapes]),
        "noise": noise,
    }.items():
        truth = np.repeat([0, 1], [len(digits), len(others)])
        auroc = roc_auc_score(truth, np.nan_to_num(np.concatenate([digits, others]), posinf=1e9))
        print(f"{name:24s} {len(others):5d}  {auroc:6.4f}  {100 * (others > threshold).mean():6.2f} %")
    alarms = 100 * (digits > threshold).mean()
    print(f"{'real digits':24s} {len(digits):5d}          {alarms:6.2f} % (false alarms)\n")


def energies(recognizer: Recognizer, pictures: Iterable[Any]) -> NDArray[np.float32]:
    """Free energy of each picture; infinite for an empty one, which is certainly not a digit."""
    steps = [preprocess(picture) for picture in pictures]
    images = np.stack([step.digit_image for step in steps])
    found = free_energy(recognizer.logits(images), recognizer.artifact.config.temperature)
    empty = np.array([step.box is None for step in steps])
    return np.where(empty, np.float32(np.inf), found)


if __name__ == "__main__":
    main()
