"""Which parts of the training pay: a series of short trainings, each of which adds one part to the one before.

    python -m benchmarks.ablation [--data-dir DIR] [--epochs 12] [--digits 20000] [--seed 0]

The trainings use a part of MNIST and the same number of steps, so their figures compare with each other and not with
the bundled model's. Below about 1,500 steps the batch-normalization statistics lag behind the weights and the figures
mean nothing. Real-world pictures are classified by the top probability, whatever the verdict; the free energy separates
them from letters.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import numpy as np
from numpy.typing import NDArray

from benchmarks.support.options import options_parser, real_world_data
from benchmarks.support.pictures import letters, real_world_rows
from digit.data.augmentation import AugmentationSettings
from digit.data.corruptions import CORRUPTIONS, MIDDLE_SEVERITY, corrupt
from digit.data.extra import EXTRA_DATASETS, join, load_extra
from digit.data.mnist import Digits, load_mnist, to_digit_images, validation_split
from digit.evaluation.metrics import evaluate
from digit.imaging import preprocess
from digit.learning.digits.settings import TrainingSettings
from digit.learning.digits.training import train
from digit.learning.export.convert import keras_logits
from digit.recognition.probability import free_energy, softmax

GEOMETRY = replace(AugmentationSettings(), stray=0, still=0, pen=0, photometric=0)
PENS = replace(GEOMETRY, pen=AugmentationSettings().pen)
PHOTOMETRIC = AugmentationSettings()
PARTS: dict[str, tuple[dict[str, Any], bool]] = {
    "MNIST as it is": ({"augmentation": None, "glyph_variants": 0, "outliers": 0}, False),
    "+ rotation, shear, zoom, shift, elastic": ({"augmentation": GEOMETRY, "glyph_variants": 0, "outliers": 0}, False),
    "+ other pens, normalised as in the app": ({"augmentation": PENS, "glyph_variants": 0, "outliers": 0}, False),
    "+ photometric changes, stray and still digits": (
        {"augmentation": PHOTOMETRIC, "glyph_variants": 0, "outliers": 0},
        False,
    ),
    "+ glyph variants": ({"augmentation": PHOTOMETRIC, "outliers": 0}, False),
    "+ further data sets": ({"augmentation": PHOTOMETRIC, "outliers": 0}, True),
    "+ outliers": ({"augmentation": PHOTOMETRIC}, True),
}
"""Changed settings by part, and whether the further data sets are trained on."""


def main() -> None:
    parser = _parser()
    options = parser.parse_args()
    data_dir = real_world_data(parser, options.data_dir)
    mnist = load_mnist(data_dir)
    rng = np.random.default_rng(options.seed)
    train_index, validation_index = validation_split(mnist.train, fraction=0.05, seed=options.seed)
    chosen = rng.permutation(train_index)[: options.digits]
    extras = join([(load_extra(name, data_dir).train, dataset.repeat) for name, dataset in EXTRA_DATASETS.items()])
    # The same share of further digits as in a full training, at the same number of steps.
    share = len(extras) / (len(extras) + len(train_index))
    borrowed = extras[rng.permutation(len(extras))[: round(share * options.digits)]]
    mixed = join([(mnist.train[chosen[: options.digits - len(borrowed)]], 1), (borrowed, 1)])
    rows = real_world_rows(data_dir)
    images = np.stack([np.round(preprocess(row["path"]).digit_image * 255) for row in rows])
    digits = Digits(images.astype(np.uint8), np.array([int(row["label"]) for row in rows], np.uint8))
    real_world = digits, [row["writer"] for row in rows]
    letter_images = np.stack([preprocess(image).digit_image for image in letters(data_dir)])

    print(f"{options.digits:,} digits, {options.epochs} epochs, seed {options.seed}; % (AUROC 0 to 1)\n")
    print("| training | MNIST test | corrupted, middle severity | real world, mean over writers | letters, AUROC |")
    print("|---|---|---|---|---|")
    for name, (changes, further) in PARTS.items():
        settings = replace(
            TrainingSettings(epochs=options.epochs, seed=options.seed, precision=options.precision), **changes
        )
        model, _ = train(mixed if further else mnist.train[chosen], mnist.train[validation_index], settings, verbose=0)
        print(f"| {name} | {' | '.join(_measure(model, mnist.test, real_world, letter_images))} |", flush=True)


def _measure(
    model: Any, test: Digits, real_world: tuple[Digits, list[str]], letter_images: NDArray[np.float32]
) -> list[str]:
    """The row's figures: accuracies in percent and the AUROC."""
    from sklearn.metrics import roc_auc_score

    logits = keras_logits(model, to_digit_images(test.images))
    accuracy = evaluate(test.labels, softmax(logits)).metrics["accuracy"]
    some = to_digit_images(test.images[::10])
    corrupted = [
        np.mean(keras_logits(model, corrupt(some, kind, MIDDLE_SEVERITY, 0)).argmax(axis=1) == test.labels[::10])
        for kind in CORRUPTIONS
    ]
    digits, writers = real_world
    real = keras_logits(model, to_digit_images(digits.images))
    right = real.argmax(axis=1) == digits.labels
    by_writer = [right[[w == writer for w in writers]].mean() for writer in sorted(set(writers))]
    energies = np.concatenate([free_energy(real, 1.0), free_energy(keras_logits(model, letter_images), 1.0)])
    auroc = roc_auc_score(np.repeat([0, 1], [len(real), len(letter_images)]), energies)
    return [
        *(f"{100 * float(value):.2f}" for value in (accuracy, np.mean(corrupted), np.mean(by_writer))),
        f"{auroc:.3f}",
    ]


def _parser() -> argparse.ArgumentParser:
    parser = options_parser(__doc__, data=True)
    parser.add_argument("--epochs", type=int, default=12, help="of each training (default: 12)")
    parser.add_argument("--digits", type=int, default=20_000, help="to train on (default: 20000)")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    main()
