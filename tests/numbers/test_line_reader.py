"""The line reader: its files are checked, blank lines stay unread, digits get their place and an honest confidence."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digit.artifact import READER_SETTINGS, READER_TFLITE
from digit.artifact.reader import ReaderSettings, load_reader_settings
from digit.errors import ArtifactError
from digit.numbers.line_reader import LineReader, LineReading, digit_scores


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a small network that has learnt nothing."""
    from digit.learning.numbers.settings import LineSettings
    from digit.learning.numbers.training import build_reader

    folder = tmp_path_factory.mktemp("reader")
    model = build_reader(LineSettings(filters=(2, 2, 2, 2, 2)))
    model.export(folder / READER_TFLITE, format="litert", verbose=False)
    (folder / READER_SETTINGS).write_text(json.dumps({"temperature": 1.5, "beam": 1, "metrics": {}}))
    return folder


class Sure(LineReader):
    """A reader whose network answers `spoken`: step -> class; blank elsewhere."""

    spoken: dict[int, int]

    def steps(self, fitted: NDArray[np.float32]) -> NDArray[np.float32]:
        steps = np.full((fitted.shape[1] // 2, 11), 1e-3, np.float32)
        for step in range(len(steps)):
            steps[step, getattr(self, "spoken", {}).get(step, 0)] = 0.99
        return np.log(steps)[np.newaxis]


def bars(*lefts: int) -> NDArray[np.float32]:
    """Ink, float32 (40, 120), with a bar six columns wide at each of these columns."""
    ink = np.zeros((40, 120), np.float32)
    for left in lefts:
        ink[8:32, left : left + 6] = 1
    return ink


def test_settings_come_from_the_file_beside_the_network(folder: Path) -> None:
    assert LineReader(folder / READER_TFLITE).settings == ReaderSettings(1.5, 1)


def test_every_step_of_the_answer_is_a_distribution(folder: Path) -> None:
    (answer,) = LineReader(folder / READER_TFLITE).steps(np.random.default_rng(0).random((40, 96), np.float32))
    assert answer.shape == (48, 11)
    np.testing.assert_allclose(np.exp(answer).sum(axis=1), 1, rtol=1e-4)


def test_threads_share_a_reader(folder: Path) -> None:
    reader = LineReader(folder / READER_TFLITE)
    lines = [np.random.default_rng(i).random((40, 64 + 32 * (i % 3)), np.float32) for i in range(24)]
    alone = [reader.steps(line) for line in lines]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(reader.steps, lines))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_line_without_ink_is_not_read(folder: Path) -> None:
    reader = Sure(folder / READER_TFLITE)
    reader.spoken = {10: 4}
    assert reader.read_line(np.zeros((30, 80), np.float32)) == LineReading()
    assert reader.read_line(np.full((30, 80), 0.1, np.float32)) == LineReading()
    assert (LineReading().text, LineReading().likeness) == ("", 0.0)


def test_digits_get_the_columns_of_their_ink(folder: Path) -> None:
    """The line is 40 pixels high, so its columns lie 8 further right in the fitted line, and a step is 2 columns."""
    reader = Sure(folder / READER_TFLITE)
    reader.spoken = {(20 + 3 + 8) // 2: 8, (40 + 3 + 8) // 2: 8, (100 + 3 + 8) // 2: 3}
    reading = reader.read_line(bars(20, 40, 100))
    assert reading.text == "772"
    assert [(digit.left, digit.right) for digit in reading.digits] == [(20, 26), (40, 46), (100, 106)]


def test_places_are_in_pixels_of_the_ink_that_was_given(folder: Path) -> None:
    reader = Sure(folder / READER_TFLITE)
    reader.spoken = {(20 + 3 + 8) // 2: 8}
    large = np.kron(bars(20), np.ones((3, 3), np.float32))
    (digit,) = reader.read_line(large).digits
    assert abs(digit.left - 60) <= 3
    assert abs(digit.right - 78) <= 3


def test_confidence_falls_where_another_digit_or_none_is_possible(folder: Path) -> None:
    reader = Sure(folder / READER_TFLITE, ReaderSettings(temperature=1.0))
    reader.spoken = {15: 8}
    (sure,) = reader.read_line(bars(20)).digits
    (doubtful,) = LineDigitsOf(folder, {15: {8: 0.5, 2: 0.3, 0: 0.2}}).read_line(bars(20)).digits
    assert sure.confidence > 0.9
    assert doubtful.confidence == pytest.approx(0.5, abs=0.05)
    assert doubtful.probabilities[7] == pytest.approx(0.5 / 0.8, abs=0.05)
    assert doubtful.probabilities.sum() == pytest.approx(1, abs=1e-5)


class LineDigitsOf(LineReader):
    """A reader whose network gives these probabilities at these steps, and the blank elsewhere."""

    def __init__(self, folder: Path, mixed: dict[int, dict[int, float]]) -> None:
        self.mixed: dict[int, dict[int, float]] = {}
        super().__init__(folder / READER_TFLITE, ReaderSettings(temperature=1.0))
        self.mixed = mixed

    def steps(self, fitted: NDArray[np.float32]) -> NDArray[np.float32]:
        steps = np.full((fitted.shape[1] // 2, 11), 1e-9, np.float32)
        steps[:, 0] = 1
        for step, classes in self.mixed.items():
            steps[step] = 1e-9
            for c, probability in classes.items():
                steps[step, c] = probability
        return np.log(steps)[np.newaxis]


def test_scores_compare_every_digit_and_none_in_each_place(folder: Path) -> None:
    reader = LineDigitsOf(folder, {10: {4: 0.9, 0: 0.1}, 20: {6: 0.7, 9: 0.3}})
    scores = digit_scores(reader.steps(np.zeros((40, 64), np.float32)), (3, 5))
    assert scores.shape == (2, 11)
    assert np.exp(scores[0, 3] - scores[0, 10]) == pytest.approx(9, rel=0.01)
    assert np.exp(scores[1, 5] - scores[1, 8]) == pytest.approx(7 / 3, rel=0.01)


def test_the_likeness_of_a_line_does_not_fall_with_its_length(folder: Path) -> None:
    """Two digits with four chances in five each: the text has two in three, and the likeness is four in five."""
    reading = LineDigitsOf(folder, {15: {8: 0.8, 2: 0.2}, 25: {8: 0.8, 0: 0.2}}).read_line(bars(20, 40))
    assert reading.text == "77"
    assert reading.probability == pytest.approx(0.64, abs=0.01)
    assert reading.likeness == pytest.approx(0.8, abs=0.01)


def test_several_networks_speak_with_one_voice(folder: Path) -> None:
    """Two that place the same digits a step apart: the search reads them, and each digit's evidence is their mean."""
    first, second = ({place + shift: {4: 0.9, 0: 0.1} for place in (10, 20)} for shift in (0, 1))
    both = LineDigitsOf(folder, first)
    both.settings = ReaderSettings(1.0, beam=4)
    steps = np.concatenate(
        [LineDigitsOf(folder, each).steps(np.zeros((40, 64), np.float32)) for each in (first, second)]
    )
    assert both.text_of(steps) == (3, 3)
    alone = [digit_scores(each[np.newaxis], (3, 3)) for each in steps]
    assert digit_scores(steps, (3, 3)) == pytest.approx((alone[0] + alone[1]) / 2)


def test_files_that_are_no_reader_are_refused_in_a_sentence(folder: Path, tmp_path: Path, model_folder: Path) -> None:
    with pytest.raises(ArtifactError, match=r"no reader.json"):
        LineReader(tmp_path / READER_TFLITE)
    with pytest.raises(ArtifactError, match="cannot be read"):
        LineReader(tmp_path / READER_TFLITE, ReaderSettings())
    (tmp_path / READER_TFLITE).write_bytes(b"not a model")
    with pytest.raises(ArtifactError, match="not a LiteRT model"):
        LineReader(tmp_path / READER_TFLITE, ReaderSettings())
    with pytest.raises(ArtifactError):
        LineReader(model_folder / "model.tflite", ReaderSettings())
    for content in ("[]", "{}", '{"temperature": -1, "beam": 1}', '{"temperature": true, "beam": 1}', "no JSON"):
        (tmp_path / READER_SETTINGS).write_text(content)
        with pytest.raises(ArtifactError, match=r"reader.json"):
            load_reader_settings(tmp_path / READER_SETTINGS)
