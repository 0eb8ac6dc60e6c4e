"""Corrections reach a private data set through the Hub's real client, and a Hub that does not answer delays nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import numpy as np
import pytest

from digit.errors import HubError
from digit.feedback import hub_sync
from digit.feedback.dataset import load_feedback
from digit.feedback.environment import FOLDER_VARIABLE, REPO_VARIABLE, open_store
from digit.feedback.hub_sync import FeedbackPush
from digit.feedback.store import RECORDS, FeedbackStore, read_feedback
from digit.recognition.prediction import Prediction
from digit.recognizer import Recognizer
from tests.digits import draw_digit
from tests.fakes.hub import FakeHub, hub_environment

REPO = "someone/feedback"


class Server:
    """A store with its push, as one running app has them; pushes when it is told to."""

    def __init__(self, folder: Path, recognizer: Recognizer) -> None:
        self.push = FeedbackPush(folder, REPO)
        self.store = FeedbackStore(folder, recognizer.artifact, self.push)

    def add(self, digit: int) -> str:
        image = draw_digit(digit)
        answer = Prediction(9, 0.1, np.full(10, 0.1, np.float32), "unsure", image.astype(np.float32) / np.float32(255))
        return self.store.add(answer, digit, np.repeat(255 - image[..., np.newaxis], 3, axis=2))

    def connect(self) -> None:
        """As `wake`, in this thread."""
        self.push.connect()

    def deliver(self) -> None:
        assert self.push.scheduler is not None
        self.push.scheduler.trigger().result(60)


@pytest.fixture
def servers(recognizer: Recognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Server]]:
    """Two servers with a disk of their own, which share a data set."""
    monkeypatch.setattr(FeedbackPush, "wake", lambda self: None)  # the tests say when
    made = [Server(tmp_path / name, recognizer) for name in ("one", "two")]
    yield made
    for server in made:
        if server.push.scheduler is not None:
            server.push.scheduler.stop()


def test_corrections_of_two_servers_come_back_as_digits(
    fake_hub: FakeHub, servers: list[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    for server, digits in zip(servers, ([1, 2, 3], [4, 5]), strict=True):
        for digit in digits:
            server.add(digit)
        server.connect()
        server.deliver()
    repo = fake_hub.repos["dataset", REPO]
    assert repo.private
    shards = {path.split("/")[0] for path in repo.files if "/" in path}
    assert len(shards) == 2
    assert not any("/." in path for path in repo.files), "neither locks nor names of folders"
    assert sum(path.endswith(".png") for path in repo.files) == 10

    commits = len(repo.commits)
    servers[0].deliver()
    assert len(repo.commits) == commits, "without anything new there is no commit"
    servers[0].add(6)
    servers[0].deliver()
    assert len(repo.commits) == commits + 1

    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv(REPO_VARIABLE, REPO)
    parts = load_feedback()
    labels = np.concatenate([part.labels for part in parts])
    assert sorted(labels.tolist()) == [1, 2, 3, 4, 5, 6]
    for image, label in zip(np.concatenate([part.images for part in parts]), labels, strict=True):
        assert np.array_equal(image, draw_digit(int(label)))


def test_a_server_that_starts_again_goes_on_under_its_name(
    fake_hub: FakeHub, servers: list[Server], recognizer: Recognizer
) -> None:
    first = servers[0]
    first.add(1)
    first.connect()
    first.deliver()
    again = Server(first.store.folder, recognizer)
    again.add(2)
    again.connect()
    again.deliver()
    assert again.push.scheduler is not None
    again.push.scheduler.stop()
    files = fake_hub.repos["dataset", REPO].files
    [records] = [content for path, content in files.items() if path.endswith(RECORDS)]
    assert records == (first.store.folder / RECORDS).read_bytes()
    assert records.count(b"\n") == 2


def test_the_end_of_the_app_pushes_what_is_new(fake_hub: FakeHub, servers: list[Server]) -> None:
    server = servers[0]
    server.store.close()  # before it was ever connected there is nothing to wait for
    server.connect()
    server.deliver()
    name = server.add(1)
    server.store.close()
    assert any(path.endswith(f"1-{name}.png") for path in fake_hub.repos["dataset", REPO].files)


def test_a_hub_that_fails_at_the_end_is_one_sentence(
    fake_hub: FakeHub, servers: list[Server], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_sync, "CLOSE_SECONDS", 2.0)
    server = servers[0]
    server.connect()
    server.deliver()
    name = server.add(1)
    fake_hub.status = 500
    server.store.close()
    assert "the last corrections were not pushed" in capsys.readouterr().err
    assert [f.id for f in read_feedback(server.store.folder)] == [name]


ENDS = """
import sys
from pathlib import Path
from digit.feedback import hub_sync as feedback_push

feedback_push.CLOSE_SECONDS = 0.2
folder = Path(sys.argv[1])
push = feedback_push.FeedbackPush(folder, "someone/feedback")
push.connect()
push.scheduler.trigger().result(60)
(folder / "new.txt").write_text("new")
print("ready", flush=True)
sys.stdin.readline()
push.close()
"""


def test_a_hub_that_is_silent_does_not_hold_up_the_end(fake_hub: FakeHub, tmp_path: Path) -> None:
    """The process ends while the Hub still owes it an answer."""
    command = [sys.executable, "-c", ENDS, str(tmp_path / "store")]
    environment = os.environ | hub_environment(fake_hub, tmp_path / "home")
    with Popen(command, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        fake_hub.seconds = 240.0
        _, said = process.communicate("\n", timeout=120)
    assert process.returncode == 0
    assert "the last corrections were not pushed" in said


@pytest.mark.parametrize("fault", ["gone", "500", "forbidden", "no name"])
def test_a_hub_that_is_not_there_costs_nothing(
    fake_hub: FakeHub, servers: list[Server], capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    server = servers[0]
    fake_hub.gone = fault == "gone"
    fake_hub.status = {"500": 500, "forbidden": 403}.get(fault)
    server.push.repo = "not a name" if fault == "no name" else REPO
    name = server.add(1)
    server.connect()
    [said] = capsys.readouterr().err.strip().splitlines()
    assert said.startswith("Feedback: ")
    assert f"Corrections are kept in {server.push.folder}; the next one tries again." in said
    assert [f.id for f in read_feedback(server.store.folder)] == [name]

    fake_hub.gone, fake_hub.status, server.push.repo = False, None, REPO
    server.connect()
    server.deliver()
    assert any(path.endswith(f"1-{name}.png") for path in fake_hub.repos["dataset", REPO].files)


def test_a_data_set_that_the_hub_does_not_give_is_one_sentence(
    fake_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv(REPO_VARIABLE, REPO)
    with pytest.raises(HubError, match=f"no data set {REPO}"):
        load_feedback()


def test_without_a_folder_of_its_own_the_store_lies_in_a_temporary_one(
    servers: list[Server], recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv(REPO_VARIABLE, REPO)
    store = open_store(recognizer.artifact)
    assert store is not None
    assert store.folder.is_dir()
    assert not list(store.folder.glob("*/*"))
