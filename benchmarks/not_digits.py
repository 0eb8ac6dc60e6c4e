"""How well pictures of no digit are told from digits: letters, shapes, noise and blank paper.

Run: python benchmarks/not_digits.py [--data-dir ../shared/data] [--artifact DIR]

Letters come from `extra/choice_chars.npz` without those that can pass for a digit (o O l I s S Z z b q g), shapes from
`extra/not_digits.npz`, digits from `real_world/`; none of them was trained on. AUROC is the chance that the free energy
of a picture of no digit is above that of a digit. Prints tables; asserts nothing.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data_folder import picture_options

from digit.data.mnist import read_npz
from digit.imaging import preprocess
from digit.recognition.probability import free_energy
from digit.recognizer import Recognizer, load_recognizer

LOOKALIKES = "oOlIsSZzbqg"


def main(arguments: Sequence[str] | None = None) -> None:
    data_dir, artifact = picture_options(__doc__, arguments)
    print_not_digits(load_recognizer(artifact), data_dir)


def print_not_digits(recognizer: Recognizer, data_dir: Path) -> None:
    """AUROC against real people's digits, and the share that the verdict rejects."""
    from sklearn.metrics import roc_auc_score

    digits = energies(recognizer, _real_world(data_dir / "real_world"))
    from_letters = energies(recognizer, letters(data_dir / "extra" / "choice_chars.npz"))
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
    """Free energy of each picture; infinite where nothing is written, which is no digit for sure."""
    steps = [preprocess(picture) for picture in pictures]
    images = np.stack([step.digit_image for step in steps])
    found = free_energy(recognizer.logits(images), recognizer.artifact.config.temperature)
    empty = np.array([step.box is None for step in steps])
    return np.where(empty, np.float32(np.inf), found)


def _real_world(folder: Path) -> list[Path]:
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        return [folder / row["path"] for row in csv.DictReader(file)]


def letters(path: Path) -> NDArray[np.generic]:
    """Pictures of letters that do not look like digits."""
    arrays = read_npz(path, ("x", "y", "chars"))
    names = arrays["chars"][arrays["y"].astype(int)].astype(str)
    return arrays["x"][[not name.isdigit() and name not in LOOKALIKES for name in names]]


if __name__ == "__main__":
    main()
