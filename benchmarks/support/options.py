"""Command-line options of the benchmarks, and where they find the data sets."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from digit.data.mnist import DATA_DIR_VARIABLE, data_dir_from

ROOT = Path(__file__).resolve().parents[2]
NEIGHBOUR = ROOT.parent / "shared" / "data"
RESULTS = ROOT / "artifacts" / "benchmarks"


def options_parser(
    description: str | None, *, artifact: bool = False, data: bool = False, output: bool = False
) -> argparse.ArgumentParser:
    """A parser with the shared options that a benchmark asks for: --artifact, --data-dir, --output."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if artifact:
        parser.add_argument("--artifact", type=Path, metavar="DIR", help="model folder (default: the bundled one)")
    if data:
        parser.add_argument(
            "--data-dir",
            metavar="DIR",
            help=f"folder with the data sets (default: {DATA_DIR_VARIABLE}, else ../shared/data)",
        )
    if output:
        parser.add_argument(
            "--output", type=Path, default=RESULTS, metavar="DIR", help="folder of the JSON file (default: %(default)s)"
        )
    return parser


def data_folder(given: str | os.PathLike[str] | None) -> Path | None:
    """The data folder: `given`, else `DIGIT_DATA_DIR`, else `../shared/data`, else None.

    Raises:
        DataError: the folder does not exist.
    """
    return data_dir_from(given) or (NEIGHBOUR if NEIGHBOUR.is_dir() else None)


def real_world_data(parser: argparse.ArgumentParser, given: str | os.PathLike[str] | None) -> Path:
    """The data folder, which must hold `real_world/index.csv`; without it the program ends with a usage error."""
    folder = data_folder(given)
    if folder is None or not (folder / "real_world" / "index.csv").is_file():
        parser.error(f"real_world/index.csv not found: give --data-dir or set {DATA_DIR_VARIABLE}")
    return folder
