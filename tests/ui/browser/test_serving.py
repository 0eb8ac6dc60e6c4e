"""What the page's reader gets from Python: settings, files and nothing else; its modules are named as Python's."""

from __future__ import annotations

import hashlib
import json
import re
from importlib import import_module

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from digit.artifact import MODEL_BROWSER, MODEL_INSIDE, Artifact
from digit.imaging.constants import SHARED
from digit.recognition.prediction import SENTENCES
from digit.recognizer import Recognizer
from digit.ui.browser.serving import MODULES, RUNTIME, reader_files, reader_routes, reader_settings
from digit.ui.components.answer import waiting_html

SAME = ("imaging", "recognition", "evaluation")
"""Rooms whose modules have Python's names, and functions of the same names."""
NUMPY = {"imaging/opencv", "imaging/resampling", "imaging/constants", "recognition/litert"}
"""What Python has from its libraries, or reads as a file."""
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
    """For drawings to be read; Look inside is fetched when it is opened."""
    files = {name: path for name, path in reader_files(recognizer.artifact).items() if name != MODEL_INSIDE}
    assert sum(path.stat().st_size for path in files.values()) < 4_000_000


def test_every_stage_has_the_name_that_it_has_in_python() -> None:
    modules = {
        path.relative_to(MODULES).with_suffix("").as_posix(): path
        for room in SAME
        for path in (MODULES / room).glob("*.js")
    }
    for module in modules.keys() - NUMPY:
        text = modules[module].read_text(encoding="utf-8")
        functions = re.findall(r"^export (?:async )?(?:function|const) ([a-z]\w*)", text, re.M)
        assert functions, module
        python = import_module(f"digit.{module.removesuffix('/index').replace('/', '.')}")
        for name in set(functions) - NOT_PYTHON:
            snake = re.sub(r"(?=[A-Z])", "_", name).lower()
            assert hasattr(python, snake), f"{module}.js: {name} is not in Python"


def test_no_constant_of_python_is_copied() -> None:
    for module, constants in SHARED.items():
        text = (MODULES / "imaging" / f"{module}.js").read_text(encoding="utf-8")
        assert not re.search(r"^(export )?const [A-Z_]+ = [\d.]+;", text, re.M), module
        python = import_module(f"digit.imaging.{module}")
        for name, value in constants.items():
            assert getattr(python, name) == value
            assert re.search(rf"const {{[^}}]*\b{name}\b[^}}]*}} = constants.{module};", text), f"{module}.js: {name}"


def test_the_runtime_is_the_one_that_was_checked_and_calls_nobody() -> None:
    hashes = json.loads((RUNTIME / "files.json").read_text())["sha256"]
    assert hashes.keys() == {path.name for path in RUNTIME.iterdir()} - {"files.json"}
    for name, expected in hashes.items():
        assert hashlib.sha256((RUNTIME / name).read_bytes()).hexdigest() == expected, name
    for path in MODULES.rglob("*.js"):
        assert not re.search(r"https?://|\bws:", path.read_text(encoding="utf-8")), path.name
