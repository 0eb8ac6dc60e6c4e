"""Where the benchmarks find their data: --data-dir, else DIGIT_DATA_DIR, else `../shared/data` beside the project."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from digit.data.mnist import DATA_DIR_VARIABLE, data_dir_from

NEIGHBOUR = Path(__file__).resolve().parents[2] / "shared" / "data"
HELP = f"folder with the data sets (default: {DATA_DIR_VARIABLE}, else ../shared/data)"


def data_folder(given: str | os.PathLike[str] | None) -> Path | None:
    """The folder to measure with; None when there is none.

    Raises:
        DataError: the folder given does not exist.
    """
    return data_dir_from(given) or (NEIGHBOUR if NEIGHBOUR.is_dir() else None)


def picture_options(description: str | None, arguments: Sequence[str] | None) -> tuple[Path, Path | None]:
    """The command line of the benchmarks on pictures: the data folder, which must hold `real_world/`, and the artifact.

    Returns:
        The folder, and the model folder or None for the bundled one.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", metavar="DIR", help=HELP)
    parser.add_argument("--artifact", type=Path, help="model folder; default: the bundled one")
    options = parser.parse_args(arguments)
    folder = data_folder(options.data_dir)
    if folder is None or not (folder / "real_world" / "index.csv").is_file():
        parser.error(f"there is no real_world/index.csv: give --data-dir or set {DATA_DIR_VARIABLE}")
    return folder, options.artifact
