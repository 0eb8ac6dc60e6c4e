"""A pull brings the files that are needed, of one commit, whole; or the last good copy; or one sentence."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import constants

from digit.artifact import CONFIG, MODEL_KERAS, MODEL_TFLITE, load_artifact
from digit.errors import ArtifactError, DigitError, HubError
from digit.hub import pull as module
from digit.hub.names import HubName
from digit.hub.pull import last_good_copy, needed_files, pull
from digit.hub.push import Pushed, push
from digit.learning.export.formats import FORMATS
from digit.recognizer import load_recognizer
from tests.digits import draw_digit
from tests.fakes.hub import FakeHub
from tests.fakes.routes import Routes
from tests.hub.conftest import REPO

NAME = HubName(REPO)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's pauses between tries take no time."""
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda _: None)


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Folders without write permission cannot be written: root becomes another user for the test."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def tampered(fake_hub: FakeHub) -> bytes:
    """A model of the same length that is another one."""
    content = bytearray(fake_hub.repos["model", REPO].files[MODEL_TFLITE])
    content[len(content) // 2] ^= 1
    return bytes(content)


def test_only_what_reading_needs_comes(fake_hub: FakeHub, pushed: Pushed) -> None:
    """Settings first, then the served network; the page wants the figures too, but no Keras."""
    fake_hub.requests.clear()
    artifact = pull(NAME)
    assert sorted(p.name for p in artifact.path.iterdir()) == [CONFIG, MODEL_TFLITE]
    asked = [path for path in fake_hub.paths("HEAD") if "/resolve/" in path]
    assert [path.rsplit("/", 1)[-1] for path in asked] == [CONFIG, MODEL_TFLITE]
    assert all(f"/resolve/{pushed.commit}/" in path for path in asked), "every file is of one commit"
    whole = pull(NAME, figures=True)
    there = {p.relative_to(whole.path).as_posix() for p in whole.path.rglob("*") if p.is_file()}
    assert there == set(whole.config.sha256) - {MODEL_KERAS} | {CONFIG}


def test_the_store_never_sees_the_token(fake_hub: FakeHub, pushed: Pushed) -> None:
    """Large files lie on another host, which the token is not for."""
    fake_hub.requests.clear()
    pull(NAME)
    stored = [token for method, path, token in fake_hub.requests if method == "GET" and path.startswith("/objects/")]
    assert stored == [False]


def test_a_pinned_commit_in_the_cache_asks_nobody(fake_hub: FakeHub, pushed: Pushed) -> None:
    pull(HubName(REPO, pushed.commit))
    fake_hub.requests.clear()
    fake_hub.gone = True
    assert not pull(HubName(REPO, pushed.commit)).note
    assert not fake_hub.requests


def test_load_recognizer_reads_from_the_hub(pushed: Pushed) -> None:
    """By name, with a revision in either place."""
    for recognizer in (load_recognizer(REPO), load_recognizer(REPO, revision="v1.0"), load_recognizer(f"{REPO}@v1.0")):
        assert recognizer.predict(255 - draw_digit(4)).digit == 4
        assert f"snapshots/{pushed.commit}" in recognizer.artifact.path.as_posix()


def test_a_folder_comes_before_a_repository(
    fake_hub: FakeHub, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, tmp_path / "someone" / "digit")
    monkeypatch.chdir(tmp_path)
    assert load_recognizer(REPO).artifact.path == Path(REPO)
    assert not fake_hub.requests


def test_a_connection_that_breaks_once_goes_on_where_it_was(fake_hub: FakeHub, pushed: Pushed) -> None:
    """The rest of the file is asked for by its range, and the whole is byte-identical."""
    fake_hub.cut[MODEL_TFLITE] = 1
    artifact = pull(NAME)
    assert artifact.tflite.read_bytes() == fake_hub.repos["model", REPO].files[MODEL_TFLITE]
    assert fake_hub.cut[MODEL_TFLITE] == 0
    assert not artifact.note


FAULTS = {
    "connection cut at half of a file": (
        {"cut": {MODEL_TFLITE: 99}},
        "The connection to the Hub .* was interrupted",
    ),
    "500": ({"status": 500}, r"an internal error \(500\): try again later"),
    "503": ({"broken_routes": {"^/objects/": 503}}, r"an internal error \(503\)"),
    "429": ({"status": 429}, "too many requests"),
    "403": ({"status": 403}, "forbids this for someone/digit"),
    "no answer": ({"gone": True}, "The connection to the Hub .* was interrupted"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_one_sentence(fake_hub: FakeHub, pushed: Pushed, fault: str) -> None:
    """With an empty cache: the sentence, no half of a file, and no copy that could be mistaken for a good one."""
    changes, sentence = FAULTS[fault]
    vars(fake_hub).update(changes)
    with pytest.raises(HubError, match=sentence) as caught:
        pull(NAME)
    assert "\n" not in str(caught.value)
    assert last_good_copy(NAME) is None
    vars(fake_hub).update(status=None, gone=False, cut={}, broken_routes={})
    assert not pull(NAME).note, "and the next time all is well"


@pytest.mark.parametrize("fault", FAULTS)
def test_the_last_good_copy_answers_instead(fake_hub: FakeHub, folder: Path, pushed: Pushed, fault: str) -> None:
    """A newer commit that cannot be had leaves the one that could, and says so."""
    pull(NAME)
    newer = bytes(fake_hub.repos["model", REPO].files[MODEL_TFLITE]) + b"\0"
    fake_hub.repos["model", REPO].add(fake_hub.repos["model", REPO].files | {MODEL_TFLITE: newer}, "newer")
    changes, sentence = FAULTS[fault]
    vars(fake_hub).update(changes)
    artifact = pull(NAME)
    assert artifact.path.name == pushed.commit
    assert artifact.tflite.read_bytes() == (folder / MODEL_TFLITE).read_bytes()
    assert artifact.note.endswith("The last good copy is used, flagship 1.0 of 2026-11-21.")
    assert re.search(sentence, artifact.note)


def test_a_tampered_model_is_refused(fake_hub: FakeHub, pushed: Pushed) -> None:
    """The file has the right length and ETag, and the wrong SHA-256: refused from any server; the old copy stays."""
    fake_hub.swapped[MODEL_TFLITE] = tampered(fake_hub)
    with pytest.raises(
        ArtifactError, match=r"^someone/digit/model\.tflite is not the file that config\.json describes"
    ):
        pull(NAME)
    assert last_good_copy(NAME) is None
    fake_hub.swapped.clear()
    assert not pull(NAME).note, "the damaged file in the cache was mended"


def test_damaged_settings_in_the_cache_are_fetched_once_more(fake_hub: FakeHub, pushed: Pushed) -> None:
    """A `config.json` that a full disk cut short does not stand in the way for ever."""
    config = pull(NAME).path / CONFIG
    blob = config.resolve()
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:100])
    assert not pull(NAME).note
    assert load_artifact(config.parent).config.preset
    newer = fake_hub.repos["model", REPO].files | {MODEL_TFLITE: tampered(fake_hub)}
    fake_hub.repos["model", REPO].add(newer, "tampered")
    artifact = pull(NAME)
    assert artifact.path.name == pushed.commit
    assert "is not the file that config.json describes" in artifact.note


def test_a_missing_repository_revision_or_folder_is_said(
    fake_hub: FakeHub, pushed: Pushed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(HubError, match="The Hub has no model someone/else, or it is private and HF_TOKEN"):
        pull(HubName("someone/else"))
    with pytest.raises(HubError, match=r"someone/digit has no revision 'v9' on the Hub\."):
        pull(HubName(REPO, "v9"))
    with pytest.raises(HubError, match="someone/digit has no revision 'ffff"):
        pull(HubName(REPO, "f" * 40))
    fake_hub.repos["model", REPO].add({"README.md": b"# Another thing\n"}, "no model")
    with pytest.raises(HubError, match=r"someone/digit has no config\.json on the Hub: expected a model folder"):
        pull(NAME)
    monkeypatch.setenv("HF_TOKEN", "hf_ofNobody")
    with pytest.raises(HubError, match="The Hub rejects the token"):
        pull(NAME)


def test_no_network_at_all(pushed: Pushed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an answer from the Hub: the copy, or one sentence."""
    copy = pull(NAME)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    again = pull(NAME)
    assert again.path == copy.path
    assert again.note.startswith(
        "The Hub at 127.0.0.1:9 cannot be reached. Check the network connection. The last good"
    )
    with pytest.raises(HubError, match=r"cannot be reached. Check the network connection\.$"):
        pull(HubName("someone/else"))


def test_a_private_repository_opens_with_a_token_alone(
    fake_hub: FakeHub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(folder, "someone/secret", private=True)
    pull(HubName("someone/secret"))
    monkeypatch.delenv("HF_TOKEN")
    fake_hub.repos["model", "someone/secret2"] = fake_hub.repos["model", "someone/secret"]
    with pytest.raises(HubError, match="no model someone/secret2, or it is private"):
        pull(HubName("someone/secret2"))


def test_another_format_needs_another_digit(fake_hub: FakeHub, pushed: Pushed) -> None:
    """A newer layout says which version of digit reads it, before anything large is fetched."""
    files = fake_hub.repos["model", REPO].files
    config = json.loads(files[CONFIG]) | {"format_version": 2}
    config["libraries"]["digit"] = "0.7.0"
    fake_hub.repos["model", REPO].add(files | {CONFIG: json.dumps(config).encode()}, "new format")
    fake_hub.requests.clear()
    with pytest.raises(ArtifactError, match=r"has format version 2: .* this artifact needs digit >= 0\.7\.0\."):
        pull(NAME)
    assert not any(MODEL_TFLITE in path for path in fake_hub.paths("HEAD"))


def test_the_page_gets_all_but_what_only_training_and_other_programs_read() -> None:
    """What the browser runs is among it; Keras and the further formats of `train.py export` are not."""
    names = ["model.keras", "model.onnx", *(f.file for f in FORMATS.values())]
    names += [
        "browser.tflite",
        "inside.tflite",
        "inside.json",
        "finder.keras",
        "finder.tflite",
        "reader.keras",
        "reader.json",
        "reader.tflite",
        "report.npz",
        MODEL_TFLITE,
        "README.md",
    ]
    config = replace(load_artifact().config, sha256=dict.fromkeys(names, "0"))
    reading = [MODEL_TFLITE, "finder.tflite", "reader.tflite", "reader.json"]
    assert needed_files(config, figures=False) == reading
    shown = ["browser.tflite", "inside.tflite", "inside.json", "report.npz"]
    assert needed_files(config, figures=True) == [*reading, *shown]


@pytest.mark.parametrize("name", ["../model.tflite", "/etc/passwd", "a/../../b", "a\\..\\b", ""])
def test_names_that_lead_out_of_the_folder_are_refused(name: str) -> None:
    """`config.json` is a stranger's."""
    config = replace(load_artifact().config, sha256={name: "0"})
    with pytest.raises(ArtifactError, match="outside of the model folder"):
        needed_files(config, figures=True)


def test_a_slow_hub_is_not_waited_for(fake_hub: FakeHub, pushed: Pushed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start-up waits for a stated time and no longer; the copy answers."""
    pull(NAME)
    monkeypatch.setattr(module, "PULL_SECONDS", 0.2)
    fake_hub.seconds = 1.0
    assert pull(NAME).note.startswith("The Hub did not deliver the model within 0.2 seconds. The last good copy")
    with pytest.raises(HubError, match=r"within 0\.2 seconds\.$"):
        pull(HubName("someone/else"))


@pytest.mark.parametrize("answer", [{}, [], "welcome"])
def test_what_is_no_hub_is_one_sentence(
    fake_hub: FakeHub, pushed: Pushed, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    """As a proxy that answers everything with JSON of its own."""
    monkeypatch.setattr(Routes, "_repository", lambda self, *_: self._json(answer))
    with pytest.raises(HubError, match=r"^The server at 127\.0\.0\.1:\d+ does not answer like the Hub"):
        pull(NAME)


def test_offline_uses_the_cache_and_nothing_else(
    fake_hub: FakeHub, pushed: Pushed, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(NAME)
    fake_hub.requests.clear()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert pull(NAME).path.name == pushed.commit
    with pytest.raises(HubError, match="HF_HUB_OFFLINE is set, so someone/else was not requested from the Hub"):
        pull(HubName("someone/else"))
    assert not fake_hub.requests


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_cache_that_cannot_be_written(
    fake_hub: FakeHub, pushed: Pushed, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """What lies in it is used, and what does not is one sentence; nothing is waited for."""
    with tempfile.TemporaryDirectory() as place:
        cache = Path(place)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache / "full"))
        pull(NAME)
        (cache / "empty").mkdir()
        for path in [cache, *cache.rglob("*")]:
            path.chmod(path.stat().st_mode & ~0o222 | (0o555 if path.is_dir() else 0o444))
        request.getfixturevalue("unprivileged")
        assert not pull(NAME).note
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache / "empty"))
        with pytest.raises(DigitError, match=r"cannot be read or written here \(Permission denied\); HF_HOME names"):
            pull(NAME)
        if os.getuid() == 0:
            os.seteuid(0)
        for path in [cache, *cache.rglob("*")]:
            path.chmod(0o755)
