"""An exploration is written whole, with its figures, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digit.data.mnist import Mnist
from digit.data.profile import load_exploration
from digit.learning.exploration import write_exploration
from tests.digits import make_digits

MNIST = Mnist(make_digits(60), make_digits(20, seed=1))


def test_exploration_appears_whole(tmp_path: Path) -> None:
    """Arrays and figures are in the new folder, with nothing beside it."""
    found = write_exploration(tmp_path / "a" / "new", MNIST, points=20)
    read = load_exploration(tmp_path / "a" / "new" / "exploration.npz")
    np.testing.assert_array_equal(read.tsne, found.tsne)
    assert (tmp_path / "a" / "new" / "figures" / "tsne.png").is_file()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["new"]


def test_exploration_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves nothing behind."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", full)
    with pytest.raises(OSError, match="No space left"):
        write_exploration(tmp_path / "new", MNIST, points=20)
    assert list(tmp_path.iterdir()) == []
