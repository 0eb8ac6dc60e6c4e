"""An acknowledged correction is there, whatever happens to the process, its neighbours or the disk."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digit.errors import FeedbackError
from digit.feedback import store as feedback
from digit.feedback.environment import FOLDER_VARIABLE, REPO_VARIABLE, open_store
from digit.feedback.rate import Sender
from digit.feedback.store import DIGIT_IMAGES, PICTURES, RECORDS, FeedbackStore, read_feedback
from digit.recognition.prediction import Prediction
from digit.recognizer import Recognizer
from tests.digits import draw_digit

ROOT = Path(__file__).resolve().parents[2]


def drawing(digit: int = 7) -> NDArray[np.uint8]:
    """RGB, 280x280, dark on white."""
    large = cv2.resize(draw_digit(digit), (280, 280), interpolation=cv2.INTER_CUBIC)
    return np.repeat(255 - large[..., np.newaxis], 3, axis=2)


@pytest.fixture
def answer(recognizer: Recognizer) -> Prediction:
    return recognizer.predict(drawing())


@pytest.fixture
def store(recognizer: Recognizer, tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "store", recognizer.artifact)


def test_what_is_stored_is_what_the_page_says_and_nothing_else(
    store: FeedbackStore, answer: Prediction, recognizer: Recognizer
) -> None:
    name = store.add(answer, 1, drawing(), sender=Sender("a session", "8.8.8.8"))
    assert {p.relative_to(store.folder).as_posix() for p in store.folder.rglob("*.*") if p.name[0] != "."} == {
        RECORDS,
        f"{DIGIT_IMAGES}/1-{name}.png",
        f"{PICTURES}/1-{name}.png",
    }
    record = json.loads((store.folder / RECORDS).read_text())
    assert record == {
        "id": name,
        "truth": 1,
        "answer": answer.as_dict(),
        "model": {
            "preset": recognizer.artifact.config.preset,
            "version": recognizer.artifact.config.version,
            "sha256": recognizer.artifact.sha256,
            "preprocessing_version": recognizer.artifact.config.preprocessing_version,
        },
    }
    assert record["answer"]["digit"] == 7
    [read] = read_feedback(store.folder)
    seen = cv2.imread(str(read.digit_image), cv2.IMREAD_GRAYSCALE)
    assert seen is not None
    assert np.array_equal(seen, np.rint(answer.digit_image * 255))
    picture = cv2.imread(str(read.picture))
    assert picture is not None
    assert np.array_equal(picture[..., ::-1], drawing())


def test_a_withdrawn_correction_is_gone_and_the_others_are_not(store: FeedbackStore, answer: Prediction) -> None:
    kept, withdrawn = store.add(answer, None, drawing()), store.add(answer, 2, drawing())
    store.withdraw(withdrawn)
    assert [(f.id, f.truth) for f in read_feedback(store.folder)] == [(kept, None)]
    assert {p.name for p in store.folder.rglob("*.png")} == {f"none-{kept}.png"}
    with pytest.raises(FeedbackError, match="no such correction"):
        store.withdraw("../*")


def test_lines_that_are_no_corrections_are_skipped(store: FeedbackStore, answer: Prediction) -> None:
    name = store.add(answer, 3, drawing())
    good = (store.folder / RECORDS).read_text()
    forged = [
        {**json.loads(good), **change}
        for change in ({"id": "../../etc"}, {"truth": 10}, {"truth": True}, {"answer": 1})
    ]
    odd = ["", "[]", "3", "null", '{"id": 4, "truth": 3}', '{"withdrawn": []}', "\xff", *map(json.dumps, forged)]
    (store.folder / RECORDS).write_text("\n".join([*odd, good]), encoding="latin-1")
    assert [f.id for f in read_feedback(store.folder)] == [name]


def test_a_line_that_a_kill_cut_off_spoils_no_other(store: FeedbackStore, answer: Prediction) -> None:
    first = store.add(answer, 3, drawing())
    with (store.folder / RECORDS).open("a") as file:
        file.write('{"id": "0123')
    second = store.add(answer, 4, drawing())
    assert [f.id for f in read_feedback(store.folder)] == [first, second]


WRITER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    import numpy as np
    from digit.feedback import rate, store as feedback
    from digit.artifact import load_artifact
    from digit.recognition.prediction import Prediction

    rate.SESSION_RECORDS = rate.ADDRESS_RECORDS = rate.ALL_RECORDS = 1_000_000
    store = feedback.FeedbackStore(Path(sys.argv[1]), load_artifact(sys.argv[2]))
    image = np.zeros((28, 28), np.float32)
    shares = np.full(10, 0.1, np.float32)
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    for number in range(int(sys.argv[3])):
        name = store.add(Prediction(3, 0.1, shares, "unsure", image), number % 10, picture)
        print(name, number % 10, flush=True)
    """
)


def writer(folder: Path, model: Path, count: int) -> subprocess.Popen[str]:
    """A process that stores so many corrections, and prints each one once it is acknowledged."""
    command = [sys.executable, "-c", WRITER, str(folder), str(model), str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_and_a_kill_in_the_middle_lose_nothing_that_was_acknowledged(
    model_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    with writer(folder, model_folder, 1_000_000) as killed, writer(folder, model_folder, 60) as other:
        assert killed.stdout is not None
        assert other.stdout is not None
        said = [killed.stdout.readline() for _ in range(25)]
        killed.kill()
        said += killed.stdout.readlines() + other.stdout.readlines()
    assert (killed.returncode, other.returncode) == (-9, 0)
    acknowledged = dict(line.split() for line in said if line.endswith("\n"))
    assert len(acknowledged) >= 85
    found = {f.id: f for f in read_feedback(folder)}
    assert acknowledged.items() <= {name: str(f.truth) for name, f in found.items()}.items()
    assert len(found) <= len(acknowledged) + 1  # the one that was stored, and not yet printed
    for name in acknowledged:
        for path in (found[name].digit_image, found[name].picture):
            assert cv2.imread(str(path)) is not None


def test_a_full_disk_loses_no_earlier_correction_and_is_told(store: FeedbackStore, answer: Prediction) -> None:
    """A limit on file sizes makes the system itself cut the line off, as a full disk does."""
    small = drawing()[::10, ::10].copy()
    before = [store.add(answer, 5, small) for _ in range(20)]
    records = (store.folder / RECORDS).read_bytes()
    assert len(records) > max(p.stat().st_size for p in store.folder.rglob("*.png")), "the line must be what fails"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(records) + 50, hard))
    try:
        with pytest.raises(FeedbackError, match=r"the disk here is full.*All that was stored before is still there\."):
            store.add(answer, 6, small)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (store.folder / RECORDS).read_bytes() == records
    assert len(list(store.folder.rglob("*.png"))) == 40
    after = store.add(answer, 6, small)
    assert [f.id for f in read_feedback(store.folder)] == [*before, after]


def test_what_the_disk_did_not_keep_is_not_acknowledged(
    store: FeedbackStore, answer: Prediction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fsync)
        with pytest.raises(FeedbackError, match="disk here is full"):
            store.add(answer, 6, drawing())
    assert read_feedback(store.folder) == []
    assert list(store.folder.rglob("*.png")) == []


@pytest.mark.parametrize(("limit", "value"), [("MAX_RECORDS", 1), ("MAX_TOTAL_BYTES", 2_000)])
def test_a_store_has_its_size(
    store: FeedbackStore, answer: Prediction, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(feedback, limit, value)
    small = drawing()[::10, ::10].copy()
    first = store.add(answer, 7, small)
    with pytest.raises(FeedbackError, match="no room"):
        store.add(answer, 7, drawing())
    assert [f.id for f in read_feedback(store.folder)] == [first]


def test_a_picture_has_its_size(store: FeedbackStore, answer: Prediction) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (700, 700, 3), dtype=np.uint8)
    store.add(answer, 7, noise[:504, :504])  # the largest that the imaging hands over
    with pytest.raises(FeedbackError, match="up to 1,000 kB"):
        store.add(answer, 7, noise)
    with pytest.raises(FeedbackError, match="0 to 9"):
        store.add(answer, 10, drawing())


def test_the_environment_names_the_store(
    recognizer: Recognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (FOLDER_VARIABLE, REPO_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    assert open_store(recognizer.artifact) is None
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "store"))
    store = open_store(recognizer.artifact)
    assert store is not None
    assert store.folder == tmp_path / "store"
    (tmp_path / "file").touch()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(FeedbackError, match=r"cannot be stored in .*file"):
        open_store(recognizer.artifact)
