"""README tells the truth: its header, its commands and its file map are those of the tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADER = yaml.safe_load(README.split("---")[1])
COMMANDS = "\n".join(re.findall(r"```\n(.*?)```", README, re.DOTALL))


def pinned(package: str) -> str:
    requirements = (ROOT / "requirements.txt").read_text()
    found = re.search(rf"^{package}==(.+)$", requirements, re.MULTILINE)
    assert found, f"{package} is not pinned"
    return found[1]


def test_the_space_runs_what_is_pinned() -> None:
    assert HEADER["sdk"] == "gradio"
    assert HEADER["sdk_version"] == pinned("gradio")
    assert HEADER["python_version"] == "3.12", "a text: YAML would read 3.10 as 3.1"
    assert (ROOT / HEADER["app_file"]).is_file()
    assert len(HEADER["short_description"]) <= 60


def test_every_requirement_has_an_exact_version() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            assert re.fullmatch(r"#.*|-r \S+|[\w.-]+==[\w.]+", line), f"{name}: {line}"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make (\w+)", COMMANDS, re.MULTILINE))))
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("script", sorted(set(re.findall(r"python ([\w/]+\.py)", COMMANDS))))
def test_every_script_exists(script: str) -> None:
    assert (ROOT / script).is_file()


@pytest.mark.parametrize("flag", sorted(set(re.findall(r"python train\.py.*?(--[\w-]+)", COMMANDS))))
def test_every_flag_of_the_training_exists(flag: str) -> None:
    import train

    assert flag in train._parser().format_help()


@pytest.mark.parametrize("picture", re.findall(r"!\[.*?\]\((.+?)\)", README))
def test_every_picture_is_there(picture: str) -> None:
    assert (ROOT / picture).is_file()


def test_the_file_map_names_every_module_and_room() -> None:
    for path in (ROOT / "digit").iterdir():
        if path.is_dir() and path.name != "__pycache__":
            assert f"digit/{path.name}/" in README, f"digit/{path.name}/ is missing"
        elif path.suffix == ".py" and path.name != "__init__.py":
            assert f"digit/{path.name}" in README, f"digit/{path.name} is missing"


def test_the_file_map_names_nothing_that_is_not_there() -> None:
    for name in re.findall(r"^((?:digit|tests|benchmarks|assets|docs)/[\w./]*)", COMMANDS, re.MULTILINE):
        assert (ROOT / name).exists(), f"{name} is in the map and not in the tree"


def test_the_screenshot_commands_and_benchmarks_are_named() -> None:
    for path in (ROOT / "benchmarks").glob("*.py"):
        assert path.stem in README, f"benchmarks/{path.name} is not mentioned"
