"""JSON files of a model folder, read with errors in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from digit.errors import ArtifactError


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        ArtifactError: the file is missing, cannot be read, is not JSON or holds something other than an object.
    """
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
