"""`reader.json`: settings and figures of the line reader."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import cast

from digit.artifact.json_file import read_json
from digit.artifact.names import READER_SETTINGS
from digit.artifact.schemas import ReaderReport
from digit.errors import ArtifactError


@dataclass(frozen=True)
class ReaderSettings:
    """How the outputs of the line reader are decoded.

    Attributes:
        temperature: log-probabilities of texts are divided by it before they are compared (Guo et al. 2017).
        beam: prefixes that the search follows in the output of each network; 1 decodes a single network greedily.
    """

    temperature: float = 1.0
    beam: int = 1


def load_reader_settings(path: Path) -> ReaderSettings:
    """Read the settings in `reader.json`.

    Raises:
        ArtifactError: the file is missing, is not JSON, or a setting is missing or not a number.
    """
    content = read_json(path)
    values = {field.name: content.get(field.name) for field in fields(ReaderSettings)}
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise ArtifactError(f"{path}: {name} should be a number above 0; received {value!r}.")
    return ReaderSettings(float(content["temperature"]), int(content["beam"]))


def load_reader_report(folder: Path) -> ReaderReport | None:
    """Read `reader.json` of a model folder; None where the model has no line reader.

    Raises:
        ArtifactError: the file cannot be read or holds no figures.
    """
    path = folder / READER_SETTINGS
    if not path.exists():
        return None
    try:
        content = read_json(path)
    except ArtifactError as error:  # the message is shown on the page: no path of the server
        raise ArtifactError(str(error).replace(str(path), path.name)) from error
    if not isinstance(content.get("metrics"), dict):
        raise ArtifactError(f'{path.name} should hold an object "metrics", and does not.')
    return cast(ReaderReport, content)
