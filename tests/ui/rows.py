"""Reads the rows that the page saves as CSV."""

from __future__ import annotations

import json
from html import unescape


def records(rows: str) -> list[dict[str, str]]:
    """The rows of `rows_json` by the names of its header, also from an HTML page."""
    header, *lines = json.loads(unescape(rows))
    return [dict(zip(header, line, strict=True)) for line in lines]
