"""Publishes a model folder: one commit with every file of it and a model card, and a tag with the model's version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import CommitInfo, CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

from digit.artifact import CARD, CONFIG, REPORT, load_artifact, load_metrics, verify
from digit.artifact.card import CONFUSION, model_card
from digit.artifact.reader import load_reader_report
from digit.errors import HubError
from digit.hub.answers import hub_errors
from digit.hub.names import HubName, repository

GIT_ATTRIBUTES = ".gitattributes"
"""The Hub's own file: says what lies in LFS."""


@dataclass(frozen=True)
class Pushed:
    """What a push has left on the Hub.

    Attributes:
        url: the page of the repository.
        commit: its hash.
        tag: the model's version.
        tagged: whether the tag names this commit; else it named an earlier one before and still does.
        files: how many files the repository now has of the model.
        size: their bytes.
    """

    url: str
    commit: str
    tag: str
    tagged: bool
    files: int
    size: int


def push(
    folder: Path, repo: str, *, private: bool = False, draw_confusion: Callable[[Path], bytes] | None = None
) -> Pushed:
    """Make a repository hold exactly this model folder, with a model card, in one commit.

    Args:
        folder: the model folder; every file is checked against its SHA-256 first.
        repo: "user/name"; created when it is not there.
        private: create the repository as a private one.
        draw_confusion: draws the confusion matrix of a model folder as a PNG; called where the folder has a report and
            no such picture. None leaves the picture out.

    Raises:
        ArtifactError: the folder is incomplete.
        SettingsError: `repo` is not the name of a repository.
        HubError: the Hub refuses or does not answer, or the repository is public and should be private. Nothing was
            committed then, unless only the tag failed.
    """
    name = HubName(repository(repo))
    artifact = load_artifact(folder)
    verify(artifact)
    tag = f"v{artifact.config.version}"
    contents = folder_contents(folder)
    if draw_confusion is not None and REPORT in contents and CONFUSION not in contents:
        contents[CONFUSION] = draw_confusion(folder)
    metrics = load_metrics(artifact)
    api = HfApi()
    with hub_errors("model", name):
        api.create_repo(name.repo, private=private or None, exist_ok=True)
        if private and not api.model_info(name.repo).private:
            raise HubError(f"{name.repo} exists on the Hub and is public: nothing was sent that should be private.")
        there = set(api.list_repo_files(name.repo)) - {GIT_ATTRIBUTES}
        config = artifact.config
        free = not _names_another(api, name, tag, folder)
        contents[CARD] = model_card(
            config,
            metrics,
            repo=name.repo,
            revision=tag if free else None,
            confusion=CONFUSION in contents,
            reader=load_reader_report(artifact.path),
        ).encode()
        commit = commit_files(
            api,
            name,
            "model",
            contents,
            gone=there - set(contents),
            message=f"digit {config.version}, {config.preset}, {config.created[:10]}",
        )
        tagged = _tag(api, name, tag, commit.oid)
    return Pushed(f"{api.endpoint}/{name.repo}", commit.oid, tag, tagged, len(contents), size_of(contents))


def check_push(repo: str) -> None:
    """Ask the Hub whose token this is: better before an hour of training than after it.

    Raises:
        SettingsError: `repo` is no name of a repository.
        HubError: there is no token, the Hub refuses it, or does not answer.
    """
    name = HubName(repository(repo))
    with hub_errors("model", name):
        HfApi().whoami()


def folder_contents(folder: Path) -> dict[str, Path | bytes]:
    """The files of a folder and its subfolders by their path in it; hidden ones are left out."""
    paths = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        inside.as_posix(): path
        for inside, path in paths.items()
        if not any(part.startswith((".", "__pycache__")) for part in inside.parts)
    }


def size_of(contents: Mapping[str, Path | bytes]) -> int:
    """Bytes of all files."""
    return sum(len(c) if isinstance(c, bytes) else c.stat().st_size for c in contents.values())


def commit_files(
    api: HfApi, name: HubName, kind: str, contents: Mapping[str, Path | bytes], *, gone: set[str], message: str
) -> CommitInfo:
    """Add and remove files in one commit: a pull sees all of it or nothing.

    `HfApi.upload_folder` cuts a folder into several commits as it sees fit.

    Args:
        contents: what the files are, by their paths in the repository.
        gone: paths that are to be removed.
    """
    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(CommitOperationAdd(path, content) for path, content in contents.items()),
        *(CommitOperationDelete(path, is_folder=False) for path in sorted(gone)),
    ]
    quiet = are_progress_bars_disabled()
    disable_progress_bars()
    try:
        return api.create_commit(name.repo, operations, commit_message=message, repo_type=kind)
    finally:
        if not quiet:
            enable_progress_bars()


def _names_another(api: HfApi, name: HubName, tag: str, folder: Path) -> bool:
    """Whether a tag is that of another model: the card must not tell people to load it."""
    if all(ref.name != tag for ref in api.list_repo_refs(name.repo).tags):
        return False
    return Path(hf_hub_download(name.repo, CONFIG, revision=tag)).read_bytes() != (folder / CONFIG).read_bytes()


def _tag(api: HfApi, name: HubName, tag: str, commit: str) -> bool:
    """Tag a commit, unless the tag is taken: a version that people have pinned stays what it is."""
    try:
        api.create_tag(name.repo, tag=tag, revision=commit)
    except HfHubHTTPError as error:
        if error.response.status_code != 409:
            raise
    return any(ref.name == tag and ref.target_commit == commit for ref in api.list_repo_refs(name.repo).tags)
