"""The package holds what it needs to read a picture, and asks for no more than that; requirements.txt pins one set."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import cv2
import pytest
from packaging.requirements import Requirement

from digit import __version__
from tests.digits import draw_digit

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
HEAVY = {"tensorflow", "keras", "scikit-learn", "gradio", "matplotlib"}
FOREIGN = {"tensorflow", "keras", "sklearn", "scipy", "gradio", "matplotlib", "pandas"}
"""What can be imported here and not where only the light package is."""


def pinned() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def test_light_by_default() -> None:
    assert not HEAVY & {Requirement(line).name for line in PROJECT["dependencies"]}


def test_the_tested_versions_are_allowed_ones() -> None:
    """requirements.txt pins each dependency of the package and its extras, and nothing beside."""
    wanted = [Requirement(line) for line in (*PROJECT["dependencies"], *EXTRAS["app"], *EXTRAS["train"])]
    assert {one.name for one in wanted} == set(pinned())
    assert [str(one) for one in wanted if pinned()[one.name] not in one.specifier] == []


def test_the_version_is_the_one_that_the_package_says() -> None:
    assert PROJECT["version"] == __version__


def test_every_room_is_packaged() -> None:
    """A new room that is not listed would be missing from the wheel alone."""
    rooms = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "digit").rglob("__init__.py")}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == rooms | {"digit.assets"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built by the setuptools that are here, without the network."""
    source = tmp_path_factory.mktemp("source")
    for room in ("digit", "assets"):
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / file, source / file)
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    command = [sys.executable, "-c", build, str(source / "dist")]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    return next((source / "dist").glob("digit-*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_the_model_the_page_and_the_examples(wheel: Path) -> None:
    """Every file of theirs, byte for byte, and nothing that belongs to the project's folder alone."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for folder in ("assets/model", "assets/examples", "assets/vendor", "digit/ui"):
            for path in (ROOT / folder).rglob("*"):
                if path.is_file() and path.suffix not in {".pyc", ".py", ".ts"}:
                    inside = path.relative_to(ROOT).as_posix()
                    name = f"digit/{inside}" if inside.startswith("assets") else inside
                    assert archive.read(name) == path.read_bytes()
    assert not [name for name in names if "/figures/" in name or "__pycache__" in name or name.startswith("tests")]
    assert not [name for name in names if name.startswith("digit/assets/") and name.endswith(".py")]


@pytest.mark.slow
def test_the_wheel_reads_without_training_and_page(wheel: Path, tmp_path: Path) -> None:
    """Unpacked in an empty folder, where neither TensorFlow nor Gradio nor what only they need can be imported."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    cv2.imwrite(str(tmp_path / "seven.png"), 255 - cv2.resize(draw_digit(7), (280, 280)))
    code = (
        "import sys\n"
        f"for name in {sorted(FOREIGN)}: sys.modules[name] = None\n"
        "from digit.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "predict", "--json", "seven.png"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["digit"] == 7
    shown = subprocess.run(
        [*command, "--show"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert shown.returncode == 2
    assert shown.stderr.splitlines()[-1] == (
        "digit: This needs matplotlib, which is not installed: pip install 'digit[train]'."
    )
