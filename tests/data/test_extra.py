"""Further data sets arrive as digit images, from a folder or from OpenML, or with a sentence that helps."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from digit.data.extra import EXTRA_DATASETS, join, load_extra
from digit.errors import DataError, SettingsError
from tests.digits import draw_digit, make_digits


def small(side: int, count: int, *, paper: bool = False) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = (np.arange(count) % 10).astype(np.uint8)
    images = np.stack([cv2.resize(draw_digit(int(d), rng), (side, side), interpolation=cv2.INTER_AREA) for d in labels])
    return (255 - images if paper else images), labels


@pytest.mark.parametrize("name", EXTRA_DATASETS)
def test_a_folder_gives_digit_images(name: str, tmp_path: Path) -> None:
    dataset = EXTRA_DATASETS[name]
    keys = (*dataset.train_keys, *(dataset.test_keys or ()))
    count = 40 + dataset.held_out
    arrays = {}
    for image_key, label_key in zip(keys[::2], keys[1::2], strict=True):
        arrays[image_key], arrays[label_key] = small(32, count, paper=dataset.dark_on_light)
    (tmp_path / "extra").mkdir()
    np.savez(tmp_path / dataset.file, **arrays)

    loaded = load_extra(name, tmp_path)
    assert len(loaded.train) >= 38
    assert len(loaded.test) > 0
    rows = np.flatnonzero(loaded.train.images[2].max(axis=1) > 40)
    assert loaded.train.images.shape[1:] == (28, 28)
    assert loaded.train.labels[2] == 2
    assert 18 <= rows[-1] - rows[0] + 1 <= 21, "the digit should fill the 20x20 box"


def test_openml_values_become_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    import sklearn.datasets

    images, labels = small(16, 60)

    def fetch(data_id: int, as_frame: bool) -> SimpleNamespace:
        assert (data_id, as_frame) == (41082, False)
        # OpenML's USPS holds -1 to 1 and counts its classes from 1, as text.
        return SimpleNamespace(data=images.reshape(60, -1) / 127.5 - 1, target=(labels + 1).astype(str))

    monkeypatch.delenv("DIGIT_DATA_DIR", raising=False)
    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch)
    loaded = load_extra("usps")
    assert (len(loaded.train), len(loaded.test)) == (48, 12)
    assert loaded.train.labels[:10].tolist() == list(range(10))


def test_without_a_network_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import sklearn.datasets

    def fail(**_: object) -> None:
        raise OSError("unreachable")

    monkeypatch.delenv("DIGIT_DATA_DIR", raising=False)
    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fail)
    with pytest.raises(DataError, match=r"fetch_openml \(unreachable\).*semeion\.npz"):
        load_extra("semeion")
    with pytest.raises(DataError, match=r"no public loader.*hwd1000\.npz"):
        load_extra("hwd1000")


def test_an_unknown_data_set_lists_the_choices() -> None:
    with pytest.raises(SettingsError, match="usps, semeion"):
        load_extra("emnist")


def test_joined_sets_repeat_as_told() -> None:
    joined = join([(make_digits(20), 1), (make_digits(10, seed=1), 3)])
    assert len(joined) == 50
    assert np.bincount(joined.labels).tolist() == [5] * 10
