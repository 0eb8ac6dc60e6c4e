"""Files of rows that the page's JavaScript writes: quoted as in RFC 4180, and never with a formula in a cell."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from digit.ui.resources import resource_text

PAGE = """
const handlers = {};
const link = { click() {} };
globalThis.document = { addEventListener: (name, handle) => (handlers[name] = handle), createElement: () => link };
URL.createObjectURL = (blob) => (blob.text().then((text) => process.stdout.write(JSON.stringify(text))), "");
URL.revokeObjectURL = () => {};
globalThis.setTimeout = () => {};
"""
FORMULAS = [
    "=1+1",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://a", "b")',
    "-",
    "+",
]
PLAIN = ["7", "-0.25", "+49", "-1,234.5", "1e-05", "-1E+3", "a=b", "", "12-5", 'say "seven", please']


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    rows = [["name", "value"], *([text, "7"] for text in FORMULAS + PLAIN)]
    script = tmp_path / "page.js"
    save = f'\nhandlers.save({{ detail: {{ rows: {json.dumps(rows)}, name: "a.csv" }} }});'
    script.write_text(PAGE + resource_text("charts/downloads.js") + save, encoding="utf-8")
    done = subprocess.run(["node", str(script)], capture_output=True, text=True, timeout=60, check=True)
    written = list(csv.reader(io.StringIO(json.loads(done.stdout), newline="")))
    assert written == [["name", "value"], *([f"'{text}", "7"] for text in FORMULAS), *([text, "7"] for text in PLAIN)]
