"""Reads the JSON files of a model folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from digit.errors import ArtifactError


def read_json(path: Path) -> dict[str, Any]:
    """Read the object in a JSON file.

    Raises:
        ArtifactError: the file is missing, cannot be read, is not JSON or holds something other than an object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ArtifactError(f"The model folder {path.parent} has no {path.name}.") from error
    except OSError as error:
        raise ArtifactError(f"{path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ArtifactError(f"{path} is not JSON ({error}).") from error
    if not isinstance(content, dict):
        raise ArtifactError(f"{path} should hold a JSON object, and holds a {type(content).__name__}.")
    return content
