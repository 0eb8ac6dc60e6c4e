"""Where the benchmarks find their data: --data-dir, else DIGIT_DATA_DIR, else `../shared/data` beside the project."""

from __future__ import annotations

import os
from pathlib import Path

from digit.data.datasets import DATA_DIR_VARIABLE, data_dir_from

NEIGHBOUR = Path(__file__).resolve().parents[2] / "shared" / "data"
HELP = f"folder with the data sets (default: {DATA_DIR_VARIABLE}, else ../shared/data)"


def data_folder(given: str | os.PathLike[str] | None) -> Path | None:
    """The folder to measure with; None when there is none.

    Raises:
        DataError: the folder given does not exist.
    """
    return data_dir_from(given) or (NEIGHBOUR if NEIGHBOUR.is_dir() else None)
