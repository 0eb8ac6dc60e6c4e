"""What was stored arrives as digit images with the right labels; what was removed or is no digit does not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from digit.errors import DataError
from digit.feedback import rate
from digit.feedback import store as feedback
from digit.feedback.dataset import FEEDBACK, FEEDBACK_REPEAT, load_feedback, load_mended
from digit.feedback.environment import FOLDER_VARIABLE, REPO_VARIABLE
from digit.feedback.lines import add_line
from digit.feedback.store import LINE_RECORDS, RECORDS, FeedbackStore
from digit.learning.datasets import load_dataset
from digit.numbers.number import Number
from digit.recognition.prediction import Prediction
from digit.recognizer import Recognizer
from tests.digits import draw_digit


def wrong(image: np.ndarray) -> Prediction:
    """An answer to a digit image (28, 28), uint8."""
    return Prediction(9, 0.1, np.full(10, 0.1, np.float32), "unsure", image.astype(np.float32) / np.float32(255))


@pytest.fixture
def store(recognizer: Recognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FeedbackStore:
    """Three of each digit and three that are none, and where the training looks for them."""
    monkeypatch.setattr(rate, "SESSION_RECORDS", 100)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "store"))
    monkeypatch.delenv(REPO_VARIABLE, raising=False)
    made = FeedbackStore(tmp_path / "store", recognizer.artifact)
    for truth in [*range(10), None] * 3:
        image = draw_digit(truth or 0)
        made.add(wrong(image), truth, np.repeat(255 - image[..., np.newaxis], 3, axis=2))
    return made


def test_stored_digits_are_the_very_images_under_their_right_labels(store: FeedbackStore) -> None:
    train, test = load_feedback()
    assert len(train) + len(test) == 30
    assert len(train) > len(test)
    for part in (train, test):
        for image, label in zip(part.images, part.labels, strict=True):
            assert np.array_equal(image, draw_digit(int(label)))
    assert load_dataset(FEEDBACK).repeat == FEEDBACK_REPEAT


def test_a_digit_stays_on_its_side_when_others_come(store: FeedbackStore) -> None:
    def ids(held_out: bool) -> set[str]:
        return {f.id for f in feedback.read_feedback(store.folder) if (int(f.id, 16) % 5 == 0) is held_out}

    before, counts = ids(True), [len(part) for part in load_feedback()]
    store.add(wrong(draw_digit(1)), 1, np.zeros((28, 28, 3), np.uint8))
    assert before <= ids(True)
    after = [len(part) for part in load_feedback()]
    assert sorted(np.subtract(after, counts)) == [0, 1]


def test_a_picture_that_was_removed_or_is_damaged_is_not_trained_on(store: FeedbackStore) -> None:
    first, second, *_ = sorted(store.folder.glob("digit_images/[0-9]-*.png"))
    first.unlink()
    second.write_bytes(b"")
    assert sum(map(len, load_feedback())) == 28


def test_an_older_imaging_is_done_again_from_the_picture(store: FeedbackStore) -> None:
    lines = (store.folder / RECORDS).read_text().splitlines()
    records = [json.loads(line) for line in lines]
    for record in records:
        record["model"]["preprocessing_version"] = 0
    (store.folder / RECORDS).write_text("\n".join(map(json.dumps, records)) + "\n")
    for path in store.folder.glob("digit_images/*.png"):
        shutil.copy(store.folder / "pictures" / path.name, path)  # the wrong way round: it is not to be used
    images = np.concatenate([part.images for part in load_feedback()])
    assert len(images) == 30
    assert (images.mean(axis=(1, 2)) < 80).all(), "ink is 255 and paper 0"


def test_every_shard_of_a_hub_data_set_is_read(store: FeedbackStore) -> None:
    shutil.copytree(store.folder, store.folder / "a1b2c3", ignore=shutil.ignore_patterns("pictures"))
    assert sum(map(len, load_feedback())) == 30, "the same ids are the same corrections"


def test_without_corrections_one_sentence_says_what_is_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (FOLDER_VARIABLE, REPO_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DataError, match=f"{FOLDER_VARIABLE} or its data set on the Hub in {REPO_VARIABLE}"):
        load_feedback()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="is not a folder"):
        load_feedback()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(DataError, match="no corrected digits"):
        load_feedback()


def test_mended_numbers_arrive_with_their_rows(store: FeedbackStore, tmp_path: Path) -> None:
    picture = np.full((40, 60, 3), 255, np.uint8)
    picture[10:30, 20:40] = 0
    add_line(store, Number(), "12.5\n-7", picture)
    with (tmp_path / "store" / LINE_RECORDS).open("ab") as file:
        file.write(b'{"id": "0", "text": "letters"}\n{"id": "cut o')
    ((grey, rows),) = load_mended()
    assert rows == ("12.5", "-7")
    assert np.array_equal(grey, picture[..., 0])


def test_no_mended_numbers_are_an_error(store: FeedbackStore) -> None:
    with pytest.raises(DataError, match="no mended numbers"):
        load_mended()
