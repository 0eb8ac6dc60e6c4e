"""`config.json`: the settings of a model folder and the hashes of its files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from digit.artifact.json_file import read_json
from digit.artifact.names import CARD, CONFIG
from digit.errors import ArtifactError

FORMAT_VERSION = 1
PREPROCESSING_VERSION = 1
"""Incremented when `digit.imaging` changes what a digit image looks like; an artifact works with one version only."""


@dataclass(frozen=True)
class ArtifactConfig:
    """The content of `config.json`; every field is JSON.

    Attributes:
        preset: name of the architecture.
        version: the model's version ("1.0").
        labels: labels of the ten outputs, in order.
        temperature: the logits are divided by it before the softmax (Guo et al. 2017).
        energy_threshold: a digit image whose free energy `-T logsumexp(logits / T)` is above it is not a digit
            (Liu et al. 2020).
        unsure_margin: the verdict is "unsure" when the two best probabilities are closer than this.
        preprocessing_version: `PREPROCESSING_VERSION` of the `digit.imaging` that the model was trained for.
        created: ISO 8601 date and time, UTC.
        seed: seed of the training run.
        datasets: names and counts of the data sets used for training and validation.
        training: every training setting.
        libraries: versions of the libraries used.
        sha256: hashes of the other files of the folder, by name.
        format_version: version of the folder's layout.
    """

    preset: str
    version: str
    labels: list[str]
    temperature: float
    energy_threshold: float
    unsure_margin: float
    preprocessing_version: int
    created: str
    seed: int
    datasets: dict[str, Any]
    training: dict[str, Any]
    libraries: dict[str, str]
    sha256: dict[str, str] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_config(folder: Path, config: ArtifactConfig) -> ArtifactConfig:
    """Write `config.json` with the hashes of every other file in `folder` and its subfolders; call this last.

    The model card has no hash: nothing is computed from it, and people edit it, for example on the Hub.

    Returns:
        The configuration as written.
    """
    files = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    hashes = {name: sha256_of(path) for name, path in files.items() if name not in (CONFIG, CARD)}
    written = ArtifactConfig(**{**asdict(config), "sha256": hashes})
    (folder / CONFIG).write_text(json.dumps(asdict(written), indent=2) + "\n", encoding="utf-8")
    return written


def load_config(folder: Path) -> ArtifactConfig:
    """Read the settings of a model folder.

    Raises:
        ArtifactError: they are missing, invalid, or for another version of digit.
    """
    path = folder / CONFIG
    raw = read_json(path)
    version = raw.get("format_version")
    if version != FORMAT_VERSION:
        made_with = raw.get("libraries", {}).get("digit") if isinstance(raw.get("libraries"), dict) else None
        newer = isinstance(version, int) and version > FORMAT_VERSION and isinstance(made_with, str)
        raise ArtifactError(
            f"{path} has format version {version!r}: this version of digit reads {FORMAT_VERSION}"
            + (f", and this artifact needs digit >= {made_with}." if newer else ".")
        )
    known = {f.name for f in fields(ArtifactConfig)}
    missing = known - raw.keys()
    if missing:
        raise ArtifactError(f"{path} lacks {', '.join(sorted(missing))}.")
    if raw["preprocessing_version"] != PREPROCESSING_VERSION:
        raise ArtifactError(
            f"{path} was made for preprocessing version {raw['preprocessing_version']!r}: "
            f"this version of digit has {PREPROCESSING_VERSION}."
        )
    for name in ("preset", "version", "created"):
        if not isinstance(raw[name], str):
            raise ArtifactError(f"{path}: {name} should be a string; received {raw[name]!r}.")
    for name in ("temperature", "energy_threshold", "unsure_margin"):
        if isinstance(raw[name], bool) or not isinstance(raw[name], int | float):
            raise ArtifactError(f"{path}: {name} should be a number; received {raw[name]!r}.")
    if raw["temperature"] <= 0:
        raise ArtifactError(f"{path}: temperature should be above 0; received {raw['temperature']!r}.")
    if not isinstance(raw["sha256"], dict) or not all(isinstance(value, str) for value in raw["sha256"].values()):
        raise ArtifactError(f"{path}: sha256 should be an object of strings by file name; received {raw['sha256']!r}.")
    return ArtifactConfig(**{name: raw[name] for name in known})
