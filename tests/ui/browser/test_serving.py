"""What the page's reader gets from Python: settings, files and nothing else; its modules are named as Python's."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from digit.artifact import MODEL_BROWSER, MODEL_INSIDE, Artifact
from digit.recognition.prediction import SENTENCES
from digit.recognizer import Recognizer
from digit.ui.browser.serving import MODULES, RUNTIME, reader_files, reader_routes, reader_settings
from digit.ui.components.answer import waiting_html

ROOT = Path(__file__).resolve().parents[3]
SAME = {
    "background": "digit.imaging.background",
    "surround": "digit.imaging.surround",
    "marks": "digit.imaging.marks",
    "ink": "digit.imaging.ink",
    "strokes": "digit.imaging.strokes",
    "normalization": "digit.imaging.normalization",
    "imaging": "digit.imaging",
    "probability": "digit.recognition.probability",
    "prediction": "digit.recognition.prediction",
}
NOT_PYTHON = {"fill", "top", "sentence"}
"""Functions that are methods in Python."""


@pytest.fixture
def client(recognizer: Recognizer) -> TestClient:
    return TestClient(Starlette(routes=reader_routes(recognizer.artifact)))


def test_settings_are_those_of_the_artifact_and_of_pythons_sentences(
    client: TestClient, recognizer: Recognizer
) -> None:
    settings = client.get("/reader/settings.json").json()
    assert settings == json.loads(json.dumps(reader_settings(recognizer.artifact)))
    assert settings["temperature"] == recognizer.artifact.config.temperature
    assert settings["words"]["sentences"] == SENTENCES
    assert settings["waiting"] == waiting_html()
    for address in settings["files"].values():
        assert client.head(f"/reader/{address}").status_code == 200


def test_only_the_readers_files_are_served_and_unchanged_ones_not_again(
    client: TestClient, recognizer: Recognizer
) -> None:
    for name, path in reader_files(recognizer.artifact).items():
        answer = client.get(f"/reader/{name}")
        assert answer.content == path.read_bytes(), name
        assert answer.headers["cache-control"] == "no-cache"
        again = client.get(f"/reader/{name}", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    outside = (
        "config.json",
        "../draw.py",
        "runtime/../../page.py",
        "..%2f..%2fdraw.py",
        "runtime/files.json",
        "/etc/passwd",
        "",
    )
    for name in outside:
        assert client.get(f"/reader/{name}").status_code == 404, name


def test_an_artifact_without_a_network_for_browsers_is_read_on_the_server(reported: Artifact) -> None:
    assert not (reported.path / MODEL_BROWSER).exists()
    assert reader_files(reported) == {}
    assert reader_routes(reported) == []


def test_no_more_than_four_megabytes_are_fetched(recognizer: Recognizer) -> None:
    """For drawings to be read; what looks inside is fetched when somebody wants to."""
    files = {name: path for name, path in reader_files(recognizer.artifact).items() if name != MODEL_INSIDE}
    assert sum(path.stat().st_size for path in files.values()) < 4_000_000


def test_every_stage_has_the_name_that_it_has_in_python() -> None:
    for module, python in SAME.items():
        text = (MODULES / f"{module}.js").read_text(encoding="utf-8")
        functions = re.findall(r"^export (?:async )?(?:function|const) ([a-z]\w*)", text, re.M)
        assert functions, module
        for name in set(functions) - NOT_PYTHON:
            snake = re.sub(r"(?=[A-Z])", "_", name).lower()
            assert hasattr(import_module(python), snake), f"{module}.js: {name} is not in {python}"


def test_constants_are_those_of_python() -> None:
    for module in ("background", "surround", "marks", "ink", "strokes", "normalization"):
        text = (MODULES / f"{module}.js").read_text(encoding="utf-8")
        constants = re.findall(r"^(?:export )?const ([A-Z_]+) = ([\d.]+);", text, re.M)
        python = import_module(SAME[module])
        for name, value in constants:
            assert float(value) == float(getattr(python, name, None) or getattr(python, f"_{name}")), (
                f"{module}.js: {name}"
            )


def test_the_runtime_is_the_one_that_was_checked_and_calls_nobody() -> None:
    hashes = json.loads((RUNTIME / "files.json").read_text())["sha256"]
    assert hashes.keys() == {path.name for path in RUNTIME.iterdir()} - {"files.json"}
    for name, expected in hashes.items():
        assert hashlib.sha256((RUNTIME / name).read_bytes()).hexdigest() == expected, name
    for path in MODULES.glob("*.js"):
        assert not re.search(r"https?://|\bws:", path.read_text(encoding="utf-8")), path.name


@pytest.mark.skipif(shutil.which("tsc") is None, reason="wants TypeScript's tsc: `npm install --global typescript`")
def test_the_modules_have_the_types_that_they_say() -> None:
    done = subprocess.run(["tsc", "-p", str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
