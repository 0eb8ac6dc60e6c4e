"""A push leaves on the Hub exactly the model folder, in one commit, with a card, a tag, and no token in sight."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from digit.artifact import CARD, CONFIG, METRICS, MODEL_TFLITE, load_artifact, load_metrics, save_config, verify
from digit.artifact.card import CONFUSION, MEASURED
from digit.errors import ArtifactError, HubError, SettingsError
from digit.evaluation.plots.figures import confusion_png
from digit.hub.names import HubName
from digit.hub.pull import pull
from digit.hub.push import Pushed, check_push, push
from tests.fakes.hub import READ_ONLY_TOKEN, FakeHub, Repo
from tests.hub.conftest import REPO


def test_a_folder_without_drawn_figures_gets_its_confusion_matrix(fake_hub: FakeHub, folder: Path) -> None:
    """Drawn from the report, for the card to show."""
    (folder / CONFUSION).unlink()
    push(folder, REPO, draw_confusion=confusion_png)
    assert fake_hub.repos["model", REPO].files[CONFUSION].startswith(b"\x89PNG")


def test_one_commit_holds_every_file(fake_hub: FakeHub, folder: Path, pushed: Pushed) -> None:
    """Byte for byte, beside the Hub's own file; binary ones went through LFS."""
    repo = fake_hub.repos["model", REPO]
    assert [commit.message for commit in repo.commits[1:]] == ["digit 1.0, flagship, 2026-11-21"]
    local = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert set(repo.files) == set(local) | {".gitattributes"}
    assert {n: c for n, c in repo.files.items() if n in local and n != CARD} == {
        n: c for n, c in local.items() if n != CARD
    }
    assert repo.files[MODEL_TFLITE] in fake_hub.objects.values()
    assert not repo.private
    assert repo.tags == {"v1.0": pushed.commit} == {pushed.tag: repo.commits[-1].sha}
    assert (pushed.tagged, pushed.files) == (True, len(repo.files) - 1)
    assert pushed.url.endswith(f"/{REPO}")


def test_what_is_pulled_is_what_was_pushed(folder: Path, pushed: Pushed) -> None:
    """The pulled artifact has the local one's name, which is the hash of all hashes, and every file is whole."""
    artifact = pull(HubName(REPO, "v1.0"), figures=True)
    assert artifact.sha256 == load_artifact(folder).sha256
    for name in (CONFIG, MODEL_TFLITE, METRICS, "comparison/some.csv"):
        assert (artifact.path / name).read_bytes() == (folder / name).read_bytes()
    assert not artifact.note


def test_the_card_parses_and_says_the_figures_of_metrics_json(
    fake_hub: FakeHub, folder: Path, tmp_path: Path, pushed: Pushed
) -> None:
    """`ModelCard.load` reads it; each result is the very number of metrics.json; the three lines load this version."""
    (tmp_path / "card.md").write_bytes(fake_hub.repos["model", REPO].files[CARD])
    card = ModelCard.load(tmp_path / "card.md")
    sets = load_metrics(load_artifact(folder))["sets"]
    found = {(r.dataset_name, r.metric_type): r.metric_value for r in card.data.eval_results or []}
    assert found == {(n, kind): figures[key] for n, figures in sets.items() for key, (kind, _) in MEASURED.items()}
    assert len(found) == 3 * len(sets)
    assert (card.data.license, card.data.library_name) == ("apache-2.0", "litert")
    assert f'load_recognizer("{REPO}", revision="v1.0")' in card.text
    assert f"]({CONFUSION})" in card.text


def test_the_same_again_changes_nothing(fake_hub: FakeHub, folder: Path, pushed: Pushed) -> None:
    """A second push of the same folder makes no commit and keeps the tag."""
    again = push(folder, REPO)
    assert (again.commit, again.tagged) == (pushed.commit, True)
    assert len(fake_hub.repos["model", REPO].commits) == 2


def test_another_model_of_the_same_version_leaves_the_tag(fake_hub: FakeHub, folder: Path, pushed: Pushed) -> None:
    """A version that people have pinned stays what it is; files that the new model lacks are gone."""
    (folder / "comparison" / "some.csv").unlink()
    (folder / MODEL_TFLITE).write_bytes(b"\0another network")
    save_config(folder, load_artifact().config)
    again = push(folder, REPO)
    assert not again.tagged
    repo = fake_hub.repos["model", REPO]
    assert repo.tags == {"v1.0": pushed.commit}
    assert again.commit == repo.commits[-1].sha != pushed.commit
    assert f'load_recognizer("{REPO}")' in repo.files[CARD].decode(), "the card tells to load what it describes"
    assert "comparison/some.csv" not in repo.files
    assert ".gitattributes" in repo.files


def test_private_means_private(fake_hub: FakeHub, folder: Path) -> None:
    """A new repository is created so; one that is public already gets nothing."""
    push(folder, "someone/secret", private=True)
    assert fake_hub.repos["model", "someone/secret"].private
    fake_hub.repos["model", "someone/open"] = Repo(private=False)
    with pytest.raises(HubError, match="is public: nothing was sent"):
        push(folder, "someone/open", private=True)
    assert list(fake_hub.repos["model", "someone/open"].files) == [".gitattributes"]


def test_a_folder_that_is_not_whole_is_not_published(fake_hub: FakeHub, folder: Path) -> None:
    """Every file is checked before the first request."""
    (folder / METRICS).write_text(json.dumps({"sets": {"mnist_test": {"accuracy": 1.0}}}))
    with pytest.raises(ArtifactError, match=r"metrics\.json is not the file"):
        push(folder, REPO)
    assert not fake_hub.requests


@pytest.mark.parametrize("name", ["digit", "some one/digit", "someone/digit@v1", "a/b/c", "../digit", ""])
def test_a_repository_is_user_and_name(fake_hub: FakeHub, folder: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="USER/NAME"):
        push(folder, name)
    assert not fake_hub.requests


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        (None, "requires a token for someone/digit, and none was found: set HF_TOKEN"),
        ("hf_ofNobody", "The Hub rejects the token of HF_TOKEN"),
        (READ_ONLY_TOKEN, "forbids this for someone/digit: the token of HF_TOKEN"),
    ],
)
def test_a_token_that_does_not_do_is_one_sentence_without_it(
    fake_hub: FakeHub, folder: Path, monkeypatch: pytest.MonkeyPatch, token: str | None, sentence: str
) -> None:
    monkeypatch.delenv("HF_TOKEN") if token is None else monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(HubError, match=sentence) as caught:
        push(folder, REPO)
    assert "hf_" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert ("model", REPO) not in fake_hub.repos


def test_the_token_is_checked_before_the_training(fake_hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a token that the Hub knows nothing is said; without one, or offline, it is said before an hour is spent."""
    check_push(REPO)
    assert fake_hub.paths("GET")[-1] == "/api/whoami-v2"
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(HubError, match="none was found: set HF_TOKEN or `hf auth login`"):
        check_push(REPO)


@pytest.mark.parametrize("status", [402, 429, 500])
def test_a_hub_that_will_not_is_one_sentence(fake_hub: FakeHub, folder: Path, status: int) -> None:
    fake_hub.broken_routes[r"/api/repos/create"] = status
    with pytest.raises(HubError) as caught:
        push(folder, REPO)
    assert {402: "paid plan", 429: "too many requests", 500: "an internal error (500)"}[status] in str(caught.value)
    verify(load_artifact(folder))


def test_an_upload_that_fails_leaves_no_commit(
    fake_hub: FakeHub, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client tries a few times; then it is one sentence, and the repository is as it was."""
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    fake_hub.broken_routes[r"^/objects/"] = 503
    with pytest.raises(HubError, match=r"an internal error \(503\)"):
        push(folder, REPO)
    assert list(fake_hub.repos["model", REPO].files) == [".gitattributes"]
