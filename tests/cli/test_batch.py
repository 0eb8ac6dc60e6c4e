"""Any number of pictures: in order, bit for bit as one at a time, no more in hand than is needed, nothing lost."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digit.cli.batch import Files, in_order, predict_files
from digit.errors import DigitError, PictureError
from digit.recognition.prediction import Prediction
from digit.recognizer import DIGIT_IMAGES_AT_ONCE, Recognizer
from tests.digits import make_digits
from tests.ui.files import black_on_white


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty drawings in two folders, one of them below the other, a text, and a picture that is none."""
    root = tmp_path_factory.mktemp("pictures")
    (root / "b").mkdir()
    for number in range(40):
        place = root / "b" if number % 2 else root
        Image.fromarray(black_on_white(number % 10)).save(place / f"{number:02d}.{'png' if number % 3 else 'JPG'}")
    (root / "notes.txt").write_text("no picture, and not read")
    (root / "b" / "broken.png").write_text("no picture, and read")
    return root


def same(one: Prediction, other: Prediction) -> bool:
    return bool((one.probabilities == other.probabilities).all()) and one.as_dict() == other.as_dict()


def test_a_batch_is_each_picture_in_turn_bit_for_bit(recognizer: Recognizer) -> None:
    pictures = [black_on_white(number % 10, 100 + 7 * number) for number in range(20)]
    answers = list(recognizer.predict_batch(iter(pictures), workers=3))
    for picture, answer in zip(pictures, answers, strict=True):
        assert isinstance(answer, Prediction)
        assert same(answer, recognizer.predict(picture))


def test_a_bad_picture_gives_its_error_in_its_place(recognizer: Recognizer) -> None:
    answers = list(recognizer.predict_batch([black_on_white(3), b"no picture", black_on_white(4)]))
    assert isinstance(answers[1], PictureError)
    assert [a.digit for a in answers if isinstance(a, Prediction)] == [3, 4]


def test_digit_images_are_read_as_they_are(recognizer: Recognizer) -> None:
    images = make_digits(100).images.astype(np.float32) / 255
    answers = list(recognizer.predict_batch(np.tile(images, (DIGIT_IMAGES_AT_ONCE // 100 + 2, 1, 1))))
    expected = recognizer.predict_digit_images(images[:32])
    assert len(answers) > DIGIT_IMAGES_AT_ONCE
    for answer, alone in zip(answers, expected, strict=False):
        assert isinstance(answer, Prediction)
        assert same(answer, alone)


def test_no_more_pictures_are_taken_than_are_in_hand(recognizer: Recognizer) -> None:
    taken = itertools.count()

    def endless() -> Iterator[bytes]:
        while True:
            next(taken)
            yield b""

    answers = recognizer.predict_batch(endless(), workers=2)
    for _ in range(50):
        assert isinstance(next(answers), PictureError)
    answers.close()  # type: ignore[attr-defined]
    assert next(taken) <= 50 + 2 * 4


def test_what_waits_is_dropped_when_nobody_wants_it() -> None:
    done: list[int] = []
    with ThreadPoolExecutor(1) as pool:
        results = in_order(pool, done.append, iter(range(10**9)), 5)
        next(results)
        results.close()  # type: ignore[attr-defined]
    assert len(done) <= 5


def test_a_folder_is_its_pictures_in_the_order_of_names(folder: Path) -> None:
    files = list(Files([str(folder), "named.txt"], recursive=True))
    names = [Path(file).name for file in files]
    assert names[:20] == sorted(names[:20])
    assert names[20:-1] == sorted(names[20:-1])
    assert len(files) == 42
    assert files[-1] == "named.txt", "what is named itself is read whatever its name"
    assert "notes.txt" not in names
    assert Files([str(folder)], True).count() == 41
    assert Files([str(folder)], True).at_least(41)
    assert not Files([str(folder)], True).at_least(42)


def test_a_folder_without_pictures_is_named_itself(tmp_path: Path) -> None:
    assert list(Files([str(tmp_path)], recursive=True)) == [str(tmp_path)]


def test_processes_answer_as_one_does(recognizer: Recognizer, folder: Path) -> None:
    files = Files([str(folder)], recursive=True)
    alone = list(predict_files(recognizer, files, 1))
    together = list(predict_files(recognizer, files, 2))
    assert [name for name, _ in together] == [name for name, _ in alone] == list(files)
    for (_, one), (_, other) in zip(alone, together, strict=True):
        if isinstance(one, PictureError):
            assert isinstance(other, PictureError)
            assert str(one) == str(other)
        else:
            assert isinstance(other, Prediction)
            assert same(one, other)


def test_a_process_that_dies_is_one_sentence(
    recognizer: Recognizer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digit.cli.batch._start", _die)
    with pytest.raises(DigitError, match="ended early"):
        list(predict_files(recognizer, Files([str(folder)], recursive=True), 2))


def _die(_: Path) -> None:
    import os

    os._exit(9)
