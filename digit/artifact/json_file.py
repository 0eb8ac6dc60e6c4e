"""Reads the JSON files of a model folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from digit.errors import ArtifactError

MAX_JSON_BYTES = 10_000_000
"""Of a JSON file; the largest of the bundled model has 18,000."""


def read_json(path: Path) -> dict[str, Any]:
    """Read the object in a JSON file.

    Raises:
        ArtifactError: the file is missing, too large, cannot be read, is not JSON or holds something other than an
            object.
    """
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise ArtifactError(f"{path} is too large: up to {MAX_JSON_BYTES // 10**6} MB of JSON are read.")
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ArtifactError(f"The model folder {path.parent} has no {path.name}.") from error
    except OSError as error:
        raise ArtifactError(f"{path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ArtifactError(f"{path} is not JSON ({error}).") from error
    except RecursionError:
        raise ArtifactError(f"{path} is nested too deeply to be read.") from None
    if not isinstance(content, dict):
        raise ArtifactError(f"{path} should hold a JSON object, and holds a {type(content).__name__}.")
    return content
