"""The reader: steps to a text, its digits with their places and confidences, and other texts; files are checked."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digit.artifact import READER_SETTINGS, READER_TFLITE
from digit.artifact.reader import ReaderSettings, load_reader_settings
from digit.errors import ArtifactError
from digit.numbers.ctc import ALPHABET, CLASSES
from digit.numbers.reader import FEATURES, LineReading, Reader, distinct

Step = Mapping[str, float]


class Sure(Reader):
    """A reader whose network gives these probabilities at these steps, and none of the characters elsewhere."""

    def __init__(self, spoken: Mapping[int, str | Step], settings: ReaderSettings | None = None) -> None:
        self.spoken = {step: {said: 0.99} if isinstance(said, str) else said for step, said in spoken.items()}
        self.settings = settings or ReaderSettings()

    def steps(self, fitted: NDArray[np.float32]) -> NDArray[np.float32]:
        steps = np.full((fitted.shape[1] // 2, CLASSES), 1e-9, np.float32)
        steps[:, 0] = 1
        for step, said in self.spoken.items():
            steps[step, 0] = max(1 - sum(said.values()), 1e-9)
            for character, probability in said.items():
                steps[step, ALPHABET.index(character) + 1] = probability
        return np.log(steps)


def bars(*lefts: int) -> NDArray[np.float32]:
    """Ink, float32 (40, 120), with a bar six columns wide at each of these columns."""
    ink = np.zeros((40, 120), np.float32)
    for left in lefts:
        ink[8:32, left : left + 6] = 1
    return ink


def over(left: int) -> int:
    """The step over the middle of such a bar: the line image has 8 columns before it, and a step has 2 columns."""
    return (left + 3 + 8) // 2


def test_the_text_has_its_separators_and_the_digits_have_none() -> None:
    reader = Sure({over(20): "7", over(40): ".", over(60): "5", over(80): "0"})
    reading = reader.read(bars(20, 40, 60, 80))
    assert reading.text == "7.50"
    assert [digit.digit for digit in reading.digits] == [7, 5, 0]
    assert math.exp(reading.likelihood) == pytest.approx(0.99**4, rel=0.01)


def test_digits_get_the_columns_of_their_ink() -> None:
    reading = Sure({over(20): "7", over(40): "7", over(100): "2"}).read(bars(20, 40, 100))
    assert reading.text == "772"
    assert [(digit.left, digit.right) for digit in reading.digits] == [(20, 26), (40, 46), (100, 106)]


def test_touching_digits_part_where_there_is_least_ink() -> None:
    """Two bars that a thin stroke connects are cut in the stroke."""
    ink = bars(20, 40)
    ink[20:22, 26:40] = 1
    first, second = Sure({over(20): "4", over(40): "4"}).read(ink).digits
    assert first.left == 20
    assert 26 <= first.right == second.left <= 40
    assert second.right == 46


def test_a_separator_takes_its_place_from_no_digit() -> None:
    """The dot between two digits lies in neither box."""
    ink = bars(20, 60)
    ink[29:32, 42:45] = 1
    first, second = Sure({over(20): "1", over(41): ",", over(60): "1"}).read(ink).digits
    assert (first.left, first.right) == (20, 26)
    assert (second.left, second.right) == (60, 66)


def test_places_are_in_columns_of_the_ink_that_was_given() -> None:
    large = np.kron(bars(20), np.ones((3, 3), np.float32))
    (digit,) = Sure({over(20): "7"}).read(large).digits
    assert abs(digit.left - 60) <= 3
    assert abs(digit.right - 78) <= 3


def test_a_digit_without_ink_still_has_a_place_in_the_line() -> None:
    """The network may speak up beside the ink; the place has a width and lies within the line."""
    for left, step in ((20, 62), (110, 4)):
        (digit,) = Sure({step: "3"}).read(bars(left)).digits
        assert 0 <= digit.left < digit.right <= 120


def test_confidence_falls_where_another_character_or_none_is_possible() -> None:
    (sure,) = Sure({over(20): "7"}).read(bars(20)).digits
    (doubtful,) = Sure({over(20): {"7": 0.5, "1": 0.3}}).read(bars(20)).digits
    assert sure.confidence == pytest.approx(0.99, abs=0.001)
    assert doubtful.confidence == pytest.approx(0.5, abs=0.001)
    assert doubtful.probabilities[7] == pytest.approx(0.5 / 0.8, abs=0.001)
    assert doubtful.probabilities[1] == pytest.approx(0.3 / 0.8, abs=0.001)
    assert doubtful.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_other_texts_come_with_their_shares() -> None:
    """One step between 7, 1 and none: the shares are theirs, and the margin is the distance of the first two."""
    reading = Sure({over(20): "4", over(40): {"7": 0.6, "1": 0.3}}).read(bars(20, 40))
    assert reading.text == "47"
    assert [text for text, _ in reading.alternatives][:2] == ["41", "4"]
    assert [share for _, share in reading.alternatives][:2] == pytest.approx([0.3, 0.1], abs=0.005)
    assert reading.margin == pytest.approx(math.log(2), abs=0.01)
    assert sum(share for _, share in reading.alternatives) < 0.41


def test_a_text_that_cannot_be_is_no_alternative() -> None:
    """A step says a character once: 77 is not offered for a single sure 7."""
    reading = Sure({over(20): "7"}).read(bars(20))
    assert all(share > 0 for _, share in reading.alternatives)


def test_what_is_not_well_formed_gives_way_to_what_is() -> None:
    """A point that nothing follows is no part of a number, however sure the network is of it."""
    reading = Sure({over(20): "7", over(40): {".": 0.9}}).read(bars(20, 40))
    assert reading.text == "7"
    assert all(not text.endswith(".") for text, _ in reading.alternatives)


def test_comma_and_point_are_one_text_with_both_likelihoods() -> None:
    """1.5 and 1,5 together beat 15, and the likelier of the two is said."""
    found = distinct([("15", math.log(0.4)), ("1,5", math.log(0.35)), ("1.5", math.log(0.2)), ("1..5", math.log(0.05))])
    assert [text for text, _ in found] == ["1,5", "15"]
    assert [math.exp(score) for _, score in found] == pytest.approx([0.55, 0.4])
    reading = Sure({over(20): "1", over(40): {",": 0.35, ".": 0.25}, over(60): "5"}).read(bars(20, 40, 60))
    assert (reading.text, reading.alternatives[0][0]) == ("1,5", "15")


def test_no_well_formed_text_is_the_empty_text() -> None:
    assert distinct([(".", -0.1), ("7.", -2.0)]) == [("", 0.0)]
    assert Sure({}).read(bars(20)).digits == ()


def test_a_line_without_ink_is_not_read() -> None:
    reader = Sure({10: "3"})
    for ink in (np.zeros((30, 80)), np.full((30, 80), 0.1), np.ones((1, 80)), np.ones((30, 1)), np.ones((0, 0))):
        reading = reader.read(ink.astype(np.float32))
        assert (reading.text, reading.digits, reading.alternatives) == ("", (), ())


def test_features_say_how_sure_the_reading_is_and_where_the_line_is_from() -> None:
    reading = Sure({over(20): "4", over(40): {"7": 0.6, "1": 0.3}}).read(bars(20, 40))
    expected = [reading.likelihood, reading.margin, math.log(0.6), max(reading.nothing, -20), math.log(3)]
    assert reading.features(0.8, []) == pytest.approx([*expected, 0, 0.8, 0, 0], abs=1e-3)
    assert reading.features(None, []) == pytest.approx([*expected, 1, 0, 0, 0], abs=1e-3)
    assert reading.features(None, []).shape == (FEATURES,)


def test_features_say_what_the_other_view_says() -> None:
    """By how much the reading is likelier than the best of the other view, and whether that says the same."""
    reading = Sure({over(20): "4", over(40): "7"}).read(bars(20, 40))
    same = replace(reading, likelihood=reading.likelihood - 2)
    other = replace(reading, text="41", likelihood=reading.likelihood - 3)
    assert reading.features(None, [other, same])[-2:] == pytest.approx([2, 1])
    assert reading.features(None, [other])[-2:] == pytest.approx([3, 0])
    assert LineReading("1.5").says("1,5")
    assert not LineReading("1.5").says("15")


def test_nothing_is_likely_where_nothing_stands() -> None:
    """The log-probability that every step is blank."""
    said, silent = Sure({over(20): "4"}).read(bars(20)), Sure({}).read(bars(20))
    assert silent.nothing > -1
    assert said.nothing < silent.nothing - 1


def test_features_have_bounds() -> None:
    """A hopeless reading is as hopeless as another one, and nothing is not a number."""
    hopeless = LineReading("1" * 40, likelihood=-500.0, margin=0.0, nothing=-900.0)
    assert hopeless.features(0.5, [])[[0, 3]].tolist() == [-20, -20]
    assert np.isfinite(LineReading().features(None, [LineReading()])).all()


def test_confidence_is_the_logistic_regression_of_the_features() -> None:
    reading = LineReading("12", likelihood=-0.5, margin=2.0)
    reader = Sure({}, ReaderSettings(weights=(1.0, 0.25, 0.0, 0.0, 0.0, -1.0, 2.0, 0.0, 0.0), bias=0.5))
    whole, found = reading.features(None, []), reading.features(0.75, [])
    assert reader.confidence(whole) == pytest.approx(1 / (1 + math.exp(0.5)))  # -0.5 + 0.5 - 1 + 0.5
    assert reader.confidence(found) == pytest.approx(1 / (1 + math.exp(-2.0)))  # -0.5 + 0.5 + 1.5 + 0.5


def test_a_wider_beam_follows_more_texts() -> None:
    spoken: dict[int, str | Step] = {over(20 * i): {"7": 0.5, "1": 0.45} for i in range(1, 5)}
    lines = bars(20, 40, 60, 80)
    narrow, wide = (Sure(spoken, ReaderSettings(beam=beam)).read(lines) for beam in (1, 8))
    assert (narrow.alternatives, narrow.margin) == ((), 12.0)
    assert len(wide.alternatives) == 4


def test_every_step_of_the_answer_is_a_distribution(networks: Path) -> None:
    reader = Reader(networks / READER_TFLITE, ReaderSettings())
    answer = reader.steps(np.random.default_rng(0).random((40, 96), np.float32))
    assert answer.shape == (48, CLASSES)
    np.testing.assert_allclose(np.exp(answer).sum(axis=1), 1, rtol=1e-4)


def test_threads_share_a_reader(networks: Path) -> None:
    reader = Reader(networks / READER_TFLITE, ReaderSettings())
    lines = [np.random.default_rng(i).random((40, 64 + 32 * (i % 3)), np.float32) for i in range(24)]
    alone = [reader.steps(line) for line in lines]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(reader.steps, lines))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_settings_come_from_the_file_beside_the_network(networks: Path, tmp_path: Path) -> None:
    (tmp_path / READER_TFLITE).write_bytes((networks / READER_TFLITE).read_bytes())
    content = {"beam": 3, "weights": [1, 2, 3, 4, 5, 6, 7, 8, 9], "bias": -1.5, "metrics": {}}
    (tmp_path / READER_SETTINGS).write_text(json.dumps(content))
    assert Reader(tmp_path / READER_TFLITE).settings == ReaderSettings(3, (1, 2, 3, 4, 5, 6, 7, 8, 9), -1.5)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"beam": 0}, "beam should be a whole number above 0; received 0"),
        ({"beam": True}, "beam should be a whole number"),
        ({"beam": None}, "received None"),
        ({"weights": 1.0}, "weights should be a list of numbers"),
        ({"weights": [1, "2"]}, "weights should be a list of numbers"),
        ({"weights": [float("nan")]}, "weights should be a list of numbers"),
        ({"bias": "high"}, "bias should be a number; received 'high'"),
        ({"bias": False}, "bias should be a number"),
    ],
)
def test_settings_that_are_none_are_refused_in_a_sentence(
    change: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / READER_SETTINGS
    path.write_text(json.dumps({"beam": 8, "weights": [0.0] * FEATURES, "bias": 1.0} | change))
    with pytest.raises(ArtifactError, match=sentence):
        load_reader_settings(path)


def test_settings_of_other_features_are_refused(networks: Path) -> None:
    with pytest.raises(ArtifactError, match="should have 9 weights; it has 2"):
        Reader(networks / READER_TFLITE, ReaderSettings(weights=(1.0, 2.0)))


def test_files_that_are_no_reader_are_refused_in_a_sentence(networks: Path, tmp_path: Path, model_folder: Path) -> None:
    with pytest.raises(ArtifactError, match=r"no reader.json"):
        Reader(tmp_path / READER_TFLITE)
    with pytest.raises(ArtifactError, match="cannot be read"):
        Reader(tmp_path / READER_TFLITE, ReaderSettings())
    (tmp_path / READER_TFLITE).write_bytes(b"not a model")
    for other in (tmp_path / READER_TFLITE, model_folder / "model.tflite", networks / "finder.tflite"):
        with pytest.raises(ArtifactError, match="not a LiteRT model that reads lines"):
            Reader(other, ReaderSettings())
    for content in ("[]", "{}", "no JSON"):
        (tmp_path / READER_SETTINGS).write_text(content)
        with pytest.raises(ArtifactError, match=r"reader.json"):
            Reader(tmp_path / READER_TFLITE)
