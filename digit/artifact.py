"""The artifact: the model folder that the building arm writes and the serving arm reads.

This file knows names, formats and hashes; it does not know how a model is trained or run. It imports neither
TensorFlow nor Keras, so that the app can use it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from digit.errors import ArtifactError

FORMAT_VERSION = 1
PREPROCESSING_VERSION = 1
"""Raised when `digit.imaging` changes what a digit image looks like, so that an artifact says what it was made for."""

MODEL_TFLITE = "model.tflite"
MODEL_KERAS = "model.keras"
MODEL_BROWSER = "browser.tflite"
"""What the page runs in the visitor's browser; an artifact without it is answered for by the server."""
MODEL_INSIDE = "inside.tflite"
"""The same network with what each block answers as its outputs; without it the page does not offer to look inside."""
BLOCKS = "inside.json"
"""What those outputs are, in their order."""
READER_TFLITE = "reader.tflite"
READER_KERAS = "reader.keras"
READER_SETTINGS = "reader.json"
ANSWERING = (MODEL_TFLITE, READER_TFLITE, READER_SETTINGS)
"""What reading pictures needs; a model without a line reader has the first alone."""
CONFIG = "config.json"
METRICS = "metrics.json"
REPORT = "report.npz"
HISTORY = "history.csv"
CARD = "README.md"

_PACKAGE = Path(__file__).resolve().parent
ASSETS = (_PACKAGE if (_PACKAGE / "assets").is_dir() else _PACKAGE.parent) / "assets"
"""What comes with digit: inside the package where it was installed, beside it in the project's own folder."""
BUNDLED_ARTIFACT = ASSETS / "model"


@dataclass(frozen=True)
class ArtifactConfig:
    """What `config.json` says; every field is JSON.

    Attributes:
        preset: name of the architecture.
        version: the model's own version, for people ("1.0").
        labels: what the ten outputs stand for, in order.
        temperature: the logits are divided by it before the softmax (Guo et al. 2017).
        energy_threshold: a digit image whose free energy `-T logsumexp(logits / T)` is above it is not a digit
            (Liu et al. 2020).
        unsure_margin: the verdict is "unsure" when the two best probabilities are closer than this.
        preprocessing_version: `PREPROCESSING_VERSION` of the `digit.imaging` that the model was trained for.
        created: ISO 8601 date and time, UTC.
        seed: seed of the training run.
        datasets: names and counts of the data sets used for training and validation.
        training: every training setting.
        libraries: versions of the libraries that made it.
        sha256: hash of every other file of the folder, by name.
        format_version: layout of the folder.
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


@dataclass(frozen=True)
class Block:
    """One output of `inside.tflite`: what a layer answers after its ReLU.

    Attributes:
        kind: "convolution" or "dense".
        kernel: side of the convolution's window, in pixels of its input; 0 for a dense layer.
        stride: it moves by so many pixels.
        maps: number of activation maps, or of units.
        height, width: of a map; 1 and 1 for units.
        sees: side of the square of the digit image that one value depends on, 28 for the whole of it.
    """

    kind: str
    kernel: int
    stride: int
    maps: int
    height: int
    width: int
    sees: int


@dataclass(frozen=True)
class Artifact:
    """A verified model folder.

    Attributes:
        note: a sentence for whoever asked for another one; empty when this is what was asked for.
    """

    path: Path
    config: ArtifactConfig
    note: str = ""

    @property
    def tflite(self) -> Path:
        return self.path / MODEL_TFLITE

    @property
    def browser(self) -> Path | None:
        """The file that the browser runs; None where there is none."""
        path = self.path / MODEL_BROWSER
        return path if path.is_file() else None

    @property
    def inside(self) -> Path | None:
        """The file that answers with what each block responds to; None where there is none, or none described."""
        path = self.path / MODEL_INSIDE
        return path if path.is_file() and (self.path / BLOCKS).is_file() else None

    @property
    def sha256(self) -> str:
        """Hash of `config.json`, which holds the hashes of the rest: the name of this very artifact."""
        return sha256_of(self.path / CONFIG)


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_config(folder: Path, config: ArtifactConfig) -> ArtifactConfig:
    """Write `config.json` with the hashes of every other file in `folder` and its subfolders; call it last.

    The model card is left out: nothing is computed from it, and people edit it, on the Hub for example.

    Returns:
        The configuration as written.
    """
    files = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    hashes = {name: sha256_of(path) for name, path in files.items() if name not in (CONFIG, CARD)}
    written = ArtifactConfig(**{**asdict(config), "sha256": hashes})
    (folder / CONFIG).write_text(json.dumps(asdict(written), indent=2) + "\n", encoding="utf-8")
    return written


def load_artifact(folder: str | os.PathLike[str] | None = None) -> Artifact:
    """Open a model folder and verify what answers depend on.

    Only `ANSWERING` is hashed here, since start-up should be quick; `verify` checks the rest.

    Args:
        folder: the model folder; None opens the bundled one.

    Raises:
        ArtifactError: the folder, a file or a setting is missing, the format is another one, or the hash differs.
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


def load_metrics(artifact: Artifact) -> dict[str, Any]:
    """The figures of `metrics.json`.

    Raises:
        ArtifactError: the file is missing or is not JSON.
    """
    return _load_json(artifact.path / METRICS)


def save_blocks(folder: Path, blocks: Iterable[Block]) -> None:
    """Write what the outputs of `inside.tflite` are."""
    content = {"blocks": [asdict(block) for block in blocks]}
    (folder / BLOCKS).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def load_blocks(artifact: Artifact) -> list[Block]:
    """What the outputs of `inside.tflite` are.

    Raises:
        ArtifactError: the file is missing, or does not say it.
    """
    try:
        blocks = [Block(**block) for block in _load_json(artifact.path / BLOCKS)["blocks"]]
        if not all(isinstance(value, int) for block in blocks for value in list(asdict(block).values())[1:]):
            raise TypeError
        return blocks
    except (KeyError, TypeError):
        raise ArtifactError(f"{artifact.path / BLOCKS} does not say what the blocks of the network are.") from None


def load_config(folder: Path) -> ArtifactConfig:
    """The settings of a model folder.

    Raises:
        ArtifactError: they are missing or wrong, or of a format that another version of digit reads.
    """
    path = folder / CONFIG
    raw = _load_json(path)
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
            raise ArtifactError(f"{path}: {name} should be a text; received {raw[name]!r}.")
    for name in ("temperature", "energy_threshold", "unsure_margin"):
        if isinstance(raw[name], bool) or not isinstance(raw[name], int | float):
            raise ArtifactError(f"{path}: {name} should be a number; received {raw[name]!r}.")
    if raw["temperature"] <= 0:
        raise ArtifactError(f"{path}: temperature should be above 0; received {raw['temperature']!r}.")
    if not isinstance(raw["sha256"], dict) or not all(isinstance(value, str) for value in raw["sha256"].values()):
        raise ArtifactError(f"{path}: sha256 should be an object of texts by file name; received {raw['sha256']!r}.")
    return ArtifactConfig(**{name: raw[name] for name in known})


def _load_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactError(f"The model folder {path.parent} has no {path.name}.") from None
    except OSError as error:
        raise ArtifactError(f"{path} cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise ArtifactError(f"{path} is not JSON ({error}).") from None
    if not isinstance(content, dict):
        raise ArtifactError(f"{path} should hold a JSON object, and holds a {type(content).__name__}.")
    return content


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
