"""Weights of unfinished networks as half floats, to be carried from one training to the next.

python unfinished/keep.py pack DIR unfinished/networks.npz      from finder.keras and reader.keras of a folder
python unfinished/keep.py unpack unfinished/networks.npz DIR    for `train.py numbers --start DIR`
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np

from digit.learning.numbers.finder.network import build_finder
from digit.learning.numbers.reader.network import build_reader
from digit.learning.numbers.settings import FinderSettings, ReaderSettings

NETWORKS = {"finder": lambda: build_finder(FinderSettings()), "reader": lambda: build_reader(ReaderSettings())}


def pack(folder: Path, file: Path) -> None:
    arrays = {}
    for name in NETWORKS:
        weights = keras.saving.load_model(folder / f"{name}.keras", compile=False).get_weights()
        arrays |= {f"{name}_{index}": weight.astype(np.float16) for index, weight in enumerate(weights)}
    np.savez_compressed(file, **arrays)


def unpack(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    with np.load(file) as arrays:
        for name, build in NETWORKS.items():
            network = build()
            count = len(network.get_weights())
            network.set_weights([arrays[f"{name}_{index}"].astype(np.float32) for index in range(count)])
            network.save(folder / f"{name}.keras")


if __name__ == "__main__":
    {"pack": pack, "unpack": unpack}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
