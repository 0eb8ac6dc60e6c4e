"""Reads and writes the `.npz` files of a model folder: plain arrays, never pickles, with dtypes and shapes checked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from digit.errors import ArtifactError

Shape = tuple[int | None, ...]
"""None stands for any length."""


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a compressed `.npz` of exactly this name."""
    with path.open("wb") as file:  # given a path, NumPy would append .npz
        np.savez_compressed(file, allow_pickle=False, **arrays)


def array_names(path: Path) -> list[str]:
    """The names in an `.npz`, without reading the arrays.

    Raises:
        ArtifactError: the file is missing or not an `.npz`.
    """
    with _open(path) as file:
        return list(file.files)


def read_arrays(path: Path, names: Collection[str]) -> dict[str, NDArray[Any]]:
    """Read the arrays with these names.

    Raises:
        ArtifactError: the file is missing, not an `.npz`, cannot be read or lacks a name.
    """
    with _open(path) as file:
        missing = [name for name in names if name not in file.files]
        if missing:
            raise ArtifactError(f"{path} lacks {', '.join(missing)}.")
        return {name: file[name] for name in names}


def read_checked(path: Path, expected: Mapping[str, tuple[DTypeLike, Shape]]) -> dict[str, NDArray[Any]]:
    """Read arrays and check their dtypes and shapes.

    Args:
        expected: dtype and shape by name; `np.str_` stands for strings of any length.

    Raises:
        ArtifactError: as `read_arrays`, or an array is not as expected.
    """
    arrays = read_arrays(path, expected)
    for name, (dtype, shape) in expected.items():
        array = arrays[name]
        if array.dtype.kind != "U" if dtype is np.str_ else array.dtype != dtype:
            raise ArtifactError(f"{path}: {name} should be {_name(dtype)}; received {array.dtype}.")
        fits = len(shape) == array.ndim and all(w in (None, h) for w, h in zip(shape, array.shape, strict=True))
        if not fits:
            wanted = ", ".join("N" if side is None else str(side) for side in shape)
            raise ArtifactError(f"{path}: {name} should have the shape ({wanted}); received {array.shape}.")
    return arrays


def _name(dtype: DTypeLike) -> str:
    return "text" if dtype is np.str_ else str(np.dtype(dtype))


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    try:
        with path.open("rb") as stream:
            file = np.load(stream, allow_pickle=False)
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise ArtifactError(f"{path} should be an .npz file with arrays, and is not.")
            yield file
    except FileNotFoundError:
        raise ArtifactError(f"The model folder {path.parent} has no {path.name}.") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ArtifactError(f"{path} is not a readable .npz file ({error}).") from None
