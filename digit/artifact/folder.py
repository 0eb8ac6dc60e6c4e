"""Opens a model folder, verifies its hashes and reads its figures."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from digit.artifact.config import ArtifactConfig, load_config, sha256_of
from digit.artifact.json_file import read_json
from digit.artifact.names import (
    ANSWERING,
    BLOCKS,
    BUNDLED_ARTIFACT,
    CARD,
    CONFIG,
    METRICS,
    MODEL_BROWSER,
    MODEL_INSIDE,
    MODEL_TFLITE,
    READING,
)
from digit.artifact.schemas import Metrics
from digit.errors import ArtifactError


@dataclass(frozen=True)
class Artifact:
    """A verified model folder.

    Attributes:
        note: a sentence that says why this is not the requested artifact; empty otherwise.
    """

    path: Path
    config: ArtifactConfig
    note: str = ""

    @property
    def tflite(self) -> Path:
        return self.path / MODEL_TFLITE

    @property
    def browser(self) -> Path | None:
        """The network for the browser; None where there is none."""
        path = self.path / MODEL_BROWSER
        return path if path.is_file() else None

    @property
    def inside(self) -> Path | None:
        """The network that outputs the activations of each block; None where it or its description is missing."""
        path = self.path / MODEL_INSIDE
        return path if path.is_file() and (self.path / BLOCKS).is_file() else None

    @property
    def numbers(self) -> Path:
        """The folder of the networks that read numbers: this one, or the bundled one where it has none."""
        own = all((self.path / name).is_file() for name in READING)
        return self.path if own else BUNDLED_ARTIFACT

    @property
    def sha256(self) -> str:
        """Hash of `config.json`, which holds the other hashes, so that it identifies the artifact."""
        return sha256_of(self.path / CONFIG)


def load_artifact(folder: str | os.PathLike[str] | None = None) -> Artifact:
    """Open a model folder and verify the files that reading depends on.

    Only `ANSWERING` is hashed, to keep the start-up fast; `verify` checks the rest.

    Args:
        folder: the model folder; None opens the bundled one.

    Raises:
        ArtifactError: the folder, a file or a setting is missing, the format version or a hash differs.
    """
    path = Path(folder) if folder is not None else BUNDLED_ARTIFACT
    if not path.is_dir():
        raise ArtifactError(f"No model folder at {path}: expected a folder with {CONFIG} and {MODEL_TFLITE}.")
    artifact = Artifact(path, load_config(path))
    listed = [name for name in ANSWERING[1:] if name in artifact.config.sha256 and (path / name).is_file()]
    verify(artifact, [MODEL_TFLITE, *listed])
    return artifact


def verify(artifact: Artifact, names: Iterable[str] | None = None) -> None:
    """Check files of the folder against their hashes.

    Args:
        names: the files; None checks all but the model card, which may be edited.

    Raises:
        ArtifactError: a file is missing or has changed.
    """
    for name in [n for n in artifact.config.sha256 if n != CARD] if names is None else names:
        _check_hash(artifact, name)


def load_metrics(artifact: Artifact) -> Metrics:
    """Read `metrics.json`.

    Raises:
        ArtifactError: the file is missing or is not JSON.
    """
    return cast(Metrics, read_json(artifact.path / METRICS))


def _check_hash(artifact: Artifact, name: str) -> None:
    expected = artifact.config.sha256.get(name)
    path = artifact.path / name
    if expected is None:
        raise ArtifactError(f"{artifact.path / CONFIG} has no SHA-256 for {name}.")
    if not path.is_file():
        raise ArtifactError(f"The model folder {artifact.path} has no {name}.")
    actual = sha256_of(path)
    if actual != expected:
        raise ArtifactError(
            f"{path} is not the file that {CONFIG} describes: "
            f"SHA-256 {expected[:12]}... expected, {actual[:12]}... found."
        )
