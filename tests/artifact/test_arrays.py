"""Arrays are read when they are small, by what their headers say and by what the archive says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from digit.artifact import arrays
from digit.artifact.arrays import array_names, read_arrays, save_arrays
from digit.errors import ArtifactError


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    path, saved = tmp_path / "a.npz", {"set/one": np.arange(6).reshape(2, 3), "text": np.array(["a", "bc"])}
    save_arrays(path, saved)
    assert array_names(path) == list(saved)
    read = read_arrays(path, list(saved))
    assert all(np.array_equal(read[name], array) for name, array in saved.items())


def test_arrays_that_grow_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """1.7 MB of zeros, compressed, took 1.4 GB."""
    monkeypatch.setattr(arrays, "MAX_ARRAY_BYTES", 1_000_000)
    path = tmp_path / "a.npz"
    save_arrays(path, {"half": np.zeros(600_000, np.uint8), "other": np.zeros(600_000, np.uint8)})
    assert path.stat().st_size < 3_000
    assert read_arrays(path, ["half"])["half"].size == 600_000
    with pytest.raises(ArtifactError, match=r"a\.npz is too large: up to 1 MB of arrays are read\."):
        read_arrays(path, ["half", "other"])


def test_a_header_that_promises_too_much_is_not_believed(tmp_path: Path) -> None:
    """NumPy takes the memory that a header asks for before it reads the array."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f4", "fortran_order": False, "shape": (10**12,)})
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", buffer.getvalue())
    with pytest.raises(ArtifactError, match="is too large"):
        read_arrays(tmp_path / "a.npz", ["a"])


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00\x05\x00{}{}{"])
def test_what_is_no_array_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", content)
    with pytest.raises(ArtifactError, match=r"is not a readable \.npz file"):
        read_arrays(tmp_path / "a.npz", ["a"])
