"""Gets a model folder from the Hub: only the files that are needed, of one commit, each checked against its SHA-256.

A complete model stays in the cache as the last good copy, which is used when the Hub does not answer.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

from huggingface_hub import HfApi, hf_hub_download, try_to_load_from_cache
from huggingface_hub.utils.tqdm import tqdm

from digit.artifact import (
    ANSWERING,
    CARD,
    CONFIG,
    MODEL_BROWSER,
    MODEL_INSIDE,
    Artifact,
    ArtifactConfig,
    load_artifact,
    load_config,
    verify,
)
from digit.errors import ArtifactError, DigitError, HubError
from digit.hub.answers import hub_errors
from digit.hub.names import COMMIT_HASH, HubName

PULL_SECONDS, LATEST_SECONDS = 30.0, 600.0
"""Longest wait for the Hub. A pull that takes longer continues in the background, for the next start, and is given up
after so many seconds."""
MAX_PULL_BYTES = 500_000_000
"""Of all files of a pull; the bundled model has 7 million."""
ANSWER_SECONDS = 10.0
"""How long the Hub may take for a single answer."""
PULL_THREAD = "pull"
MAIN = "main"

NOT_SERVED = (".keras", ".onnx", ".tflite")
"""What the server does without, unless it is needed for reading."""


def _budget() -> type[tqdm]:
    """A progress bar for all files of a pull: it shows nothing, and ends what is too large or takes too long."""
    end, left = time.monotonic() + LATEST_SECONDS, MAX_PULL_BYTES

    class Budget(tqdm):
        def __init__(self, *arguments: Any, **settings: Any) -> None:
            super().__init__(*arguments, **{**settings, "disable": True})  # type: ignore[no-untyped-call]

        def update(self, n: float | None = 1) -> None:
            nonlocal left
            left -= round(n or 0)
            if left < 0:
                raise HubError(f"The Hub delivers too much: a model may have up to {MAX_PULL_BYTES // 10**6} MB.")
            if time.monotonic() > end:
                raise HubError(f"The Hub did not deliver the model within {LATEST_SECONDS:g} seconds.")

    return Budget


def pull(name: HubName, *, figures: bool = False) -> Artifact:
    """A model folder of the Hub, in the Hub's cache.

    Args:
        name: the repository, and a branch, a tag or a commit of it.
        figures: also what the Evaluation and Data tabs show.

    Returns:
        The artifact. When the Hub does not answer in time, or what it has is not whole: the last good copy of this
        revision, with a note that says so.

    Raises:
        HubError: the Hub does not give it, and there is no good copy.
        ArtifactError: what it gives is not what its `config.json` says, and there is no good copy.
    """
    try:
        return _within(PULL_SECONDS, lambda: _fetch(name, figures))
    except DigitError as error:
        copy = last_good_copy(name)
        if copy is None:
            raise
        return replace(copy, note=f"{error} The last good copy is used, {_version(copy)}.")


def last_good_copy(name: HubName) -> Artifact | None:
    """The cached copy of this revision if it is complete; makes no request."""
    with contextlib.suppress(DigitError, OSError):
        config = try_to_load_from_cache(name.repo, CONFIG, revision=name.revision or MAIN)
        if isinstance(config, str):
            folder = Path(config).parent
            artifact = load_artifact(folder)
            names = needed_files(artifact.config, figures=True)
            verify(artifact, [n for n in names if n in ANSWERING or (folder / n).is_file()])
            return artifact
    return None


def needed_files(config: ArtifactConfig, *, figures: bool) -> list[str]:
    """The files of a model folder beside `config.json` that serving needs, those for reading first.

    Raises:
        ArtifactError: a name leads out of the folder.
    """
    for name in config.sha256:
        if not name or name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise ArtifactError(f"{CONFIG} names a file outside of the model folder: {name!r}.")
    reading = [name for name in ANSWERING if name in config.sha256]
    shown = [
        name
        for name in config.sha256
        if (name in (MODEL_BROWSER, MODEL_INSIDE) or not name.endswith(NOT_SERVED)) and name not in (*reading, CARD)
    ]
    return reading + shown if figures else reading


def _fetch(name: HubName, figures: bool) -> Artifact:
    with hub_errors("model", name):
        commit = name.revision or MAIN
        if not COMMIT_HASH.fullmatch(commit):
            commit = HfApi().model_info(name.repo, revision=commit, timeout=ANSWER_SECONDS).sha or commit
        budget = _budget()
        folder = _download(name.repo, CONFIG, commit, budget).parent
        try:
            artifact = Artifact(folder, _config(name.repo, commit, folder, budget))
            for file in needed_files(artifact.config, figures=figures):
                _download(name.repo, file, commit, budget)
                if not _is_whole(artifact, file):  # a damaged cache is mended; what the Hub has wrong stays wrong
                    _download(name.repo, file, commit, budget, anew=True)
                    verify(artifact, [file])
            artifact = load_artifact(folder)
        except ArtifactError as error:  # the sentence may end up on the page: no paths of this machine
            raise ArtifactError(str(error).replace(str(folder), str(name))) from None
        _remember(name, folder)
        return artifact


def _config(repo: str, commit: str, folder: Path, budget: type[tqdm]) -> ArtifactConfig:
    """The settings in the cache; fetched once more when they are damaged there."""
    with contextlib.suppress(ArtifactError):
        return load_config(folder)
    _download(repo, CONFIG, commit, budget, anew=True)
    return load_config(folder)


def _is_whole(artifact: Artifact, file: str) -> bool:
    with contextlib.suppress(ArtifactError):
        verify(artifact, [file])
        return True
    return False


def _download(repo: str, file: str, commit: str, budget: type[tqdm], *, anew: bool = False) -> Path:
    path = hf_hub_download(
        repo, file, revision=commit, etag_timeout=ANSWER_SECONDS, tqdm_class=budget, force_download=anew
    )
    return Path(path)


def _remember(name: HubName, folder: Path) -> None:
    """Let the revision name this commit in the cache: only now, so that it always names one that was whole.

    `hf_hub_download` asked by commit leaves `refs/` alone; the layout is documented in the Hub's "Understand caching".
    """
    revision = name.revision or MAIN
    if COMMIT_HASH.fullmatch(revision):
        return
    reference = folder.parents[1] / "refs" / revision
    with contextlib.suppress(OSError):  # a cache that cannot be written has it already, or goes without
        reference.parent.mkdir(parents=True, exist_ok=True)
        aside = reference.with_name(f".{reference.name}.{os.getpid()}")
        aside.write_text(folder.name, encoding="ascii")
        aside.replace(reference)


def _within(seconds: float, work: Callable[[], Artifact]) -> Artifact:
    """The result of `work`, in a thread that neither outlives the program nor holds up its end.

    Raises:
        HubError: it took too long.
    """
    future: Future[Artifact] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=run, name=PULL_THREAD, daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        raise HubError(f"The Hub did not deliver the model within {seconds:g} seconds.") from None


def _version(artifact: Artifact) -> str:
    return f"{artifact.config.preset} {artifact.config.version} of {artifact.config.created[:10]}"
