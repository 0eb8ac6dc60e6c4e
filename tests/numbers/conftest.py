"""A finder and a reader that have learnt nothing, as files: made once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from digit.artifact import FINDER_TFLITE, READER_TFLITE


@pytest.fixture(scope="session")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `finder.tflite` and `reader.tflite` of a few filters."""
    import keras

    from digit.learning.numbers.export import export
    from digit.learning.numbers.finder.network import build_finder
    from digit.learning.numbers.reader.network import build_reader
    from tests.learning.numbers.tiny import FINDER, READER

    keras.utils.set_random_seed(0)
    folder = tmp_path_factory.mktemp("networks")
    export(build_finder(FINDER), folder / FINDER_TFLITE)
    export(build_reader(READER), folder / READER_TFLITE)
    return folder
