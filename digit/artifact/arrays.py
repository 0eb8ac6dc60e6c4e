"""Reads and writes the `.npz` files of a model folder: plain arrays, never pickles, with dtypes and shapes checked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from digit.errors import ArtifactError

Shape = tuple[int | None, ...]
"""None stands for any length."""
MAX_ARRAY_BYTES = 200_000_000
"""Of the arrays of a file, decompressed; the bundled model's have a million. A file of 1.7 MB can hold 1.4 GB."""


UNREADABLE = (OSError, ValueError, EOFError, SyntaxError, RuntimeError, TokenError, zipfile.BadZipFile, zlib.error)
"""What NumPy and the libraries below it raise on a damaged file."""


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
        ArtifactError: the file is missing, not an `.npz`, cannot be read, lacks a name, or its arrays are too large.
    """
    with _open(path) as file:
        missing = [name for name in names if name not in file.files]
        if missing:
            raise ArtifactError(f"{path} lacks {', '.join(missing)}.")
        if sum(_bytes_of(file, name) for name in names) > MAX_ARRAY_BYTES:
            raise ArtifactError(f"{path} is too large: up to {MAX_ARRAY_BYTES // 10**6} MB of arrays are read.")
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


def _bytes_of(file: Any, name: str) -> int:
    """Bytes that an array says it has in its header, or that it takes in the archive: what is more."""
    member = name if name in file.zip.namelist() else f"{name}.npy"
    with file.zip.open(member) as stream:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(stream)
    return max(prod(shape) * int(dtype.itemsize), int(file.zip.getinfo(member).file_size))


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
    except UNREADABLE as error:
        raise ArtifactError(f"{path} is not a readable .npz file ({error}).") from None
