"""`reader.json`: settings and figures of the networks that read numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from digit.artifact.json_file import read_json
from digit.artifact.names import READER_SETTINGS
from digit.artifact.schemas import ReaderReport
from digit.errors import ArtifactError


@dataclass(frozen=True)
class ReaderSettings:
    """How the outputs of the reader become a text and its confidence.

    Attributes:
        beam: prefixes that the search follows.
        weights: of the features of a reading, see `digit.numbers.reader.LineReading.features` ...
        bias: ... in the logistic regression of the confidence.
    """

    beam: int = 8
    weights: tuple[float, ...] = (0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    bias: float = 2.0


def load_reader_settings(path: Path) -> ReaderSettings:
    """Read the settings in `reader.json`.

    Raises:
        ArtifactError: the file is missing, is not JSON, or a setting is missing or not a number.
    """
    content = read_json(path)
    beam, weights, bias = (content.get(name) for name in ("beam", "weights", "bias"))
    if not isinstance(beam, int) or isinstance(beam, bool) or beam < 1:
        raise ArtifactError(f"{path}: beam should be a whole number above 0; received {beam!r}.")
    if not isinstance(weights, list) or not all(_is_number(weight) for weight in weights):
        raise ArtifactError(f"{path}: weights should be a list of numbers; received {weights!r}.")
    if not _is_number(bias):
        raise ArtifactError(f"{path}: bias should be a number; received {bias!r}.")
    return ReaderSettings(beam, tuple(float(weight) for weight in weights), float(cast(float, bias)))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def load_reader_report(folder: Path) -> ReaderReport | None:
    """Read `reader.json` of a model folder; None where the model has no networks for numbers.

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
