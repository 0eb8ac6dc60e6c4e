"""The numbers that reading a drawing in the browser shares with Python, from `constants.json`: by module, then by name.

Each is documented where its module names it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CONSTANTS = Path(__file__).with_suffix(".json")
SHARED: dict[str, dict[str, Any]] = json.loads(CONSTANTS.read_text(encoding="utf-8"))
