"""A static Space gets the site with a header of its own, in one commit; nothing that would need a server."""

from __future__ import annotations

import subprocess
import sys

import pytest
from yaml import safe_load  # type: ignore[import-untyped]

from digit.cli.main import main
from digit.errors import SettingsError
from digit.hub.space import ROOT, check_header, deploy, plan_static
from tests.fakes.hub import FakeHub

SPACE = "someone/page"
SITE = {"index.html": b"<!DOCTYPE html>", "scripts/a.js": b"1", "reader/model.tflite": b"\0\1"}


def test_the_header_is_that_of_a_static_space() -> None:
    readme = plan_static(SPACE, SITE).contents["README.md"]
    assert isinstance(readme, bytes)
    header = safe_load(readme.decode().split("---")[1])
    app = check_header()
    assert (header["sdk"], header["app_file"]) == ("static", "index.html")
    assert {key: header[key] for key in ("title", "emoji", "license", "short_description")} == {
        key: app[key] for key in ("title", "emoji", "license", "short_description")
    }
    assert not {"sdk_version", "python_version"} & header.keys()


def test_one_commit_makes_the_space_and_old_files_go(fake_hub: FakeHub) -> None:
    url = deploy(plan_static(SPACE, SITE | {"scripts/old.js": b"2"}), private=True)
    repo = fake_hub.repos["space", SPACE]
    assert url == f"{fake_hub.url}/spaces/{SPACE}"
    assert (repo.sdk, repo.private, repo.variables) == ("static", True, {})
    deploy(plan_static(SPACE, SITE))
    assert {p: c for p, c in repo.files.items() if p not in (".gitattributes", "README.md")} == SITE


def test_no_name_of_a_space_is_refused() -> None:
    with pytest.raises(SettingsError):
        plan_static("nobody", SITE)


def test_as_a_person_calls_it(fake_hub: FakeHub, capsys: pytest.CaptureFixture[str]) -> None:
    """The dry run lists the site and makes no request; a variable has no use there."""
    command = [sys.executable, "-m", "digit", "deploy", SPACE, "--static"]
    done = subprocess.run([*command, "--dry-run"], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    for name in ("index.html", "service-worker.js", "reader/model.tflite", "README.md"):
        assert f"  {name}\n" in done.stdout
    assert "app.py" not in done.stdout
    assert done.stdout.endswith(f" MB for {SPACE}; nothing was sent.\n")
    assert not fake_hub.requests
    assert main([*command[3:], "--variable", "DIGIT_MODEL=a/b"]) == 2
    refused = "digit: A static Space runs nothing that could read DIGIT_MODEL: --variable is for the app.\n"
    assert capsys.readouterr().err == refused
