"""README tells the truth: its header, its commands and its file map are those of the tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADER = dict(re.findall(r"^(\w+): (.+)$", README.split("---")[1], re.MULTILINE))
COMMANDS = "\n".join(block for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S) if not kind)
TARGETS = sorted(set(re.findall(r"^make (\w+)", COMMANDS, re.MULTILINE)))
SCRIPTS = sorted(set(re.findall(r"python ([\w/]+\.py)", COMMANDS)))
FLAGS = sorted(
    {flag for line in re.findall(r"python train\.py(.*)", COMMANDS) for flag in re.findall(r"--[\w-]+", line)}
)
PLACES = re.findall(r"\b((?:digit|tests|benchmarks|assets|docs)/[\w./]*)", COMMANDS)


def pinned(package: str) -> str:
    requirements = (ROOT / "requirements.txt").read_text()
    found = re.search(rf"^{package}==(.+)$", requirements, re.MULTILINE)
    assert found, f"{package} is not pinned"
    return found[1]


def test_the_space_runs_what_is_pinned() -> None:
    assert HEADER["sdk"] == "gradio"
    assert HEADER["sdk_version"] == pinned("gradio")
    assert HEADER["python_version"] == '"3.12"', "quoted: YAML would read 3.10 as 3.1"
    assert (ROOT / HEADER["app_file"]).is_file()
    assert len(HEADER["short_description"]) <= 60


def test_every_requirement_has_an_exact_version() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            assert re.fullmatch(r"#.*|-r \S+|[\w.-]+==[\w.]+", line), f"{name}: {line}"


def test_the_commands_are_found_at_all() -> None:
    assert {"app", "test"} <= set(TARGETS)
    assert {"app.py", "train.py"} <= set(SCRIPTS)
    assert {"--data-dir", "--preset", "--epochs", "--datasets", "--seed"} <= set(FLAGS)
    assert len(PLACES) > 10


def test_nothing_is_left_to_fill_in() -> None:
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        assert not re.search(r"^[A-Z]{4,}$", path.read_text(encoding="utf-8"), re.MULTILINE), path.name


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_exists(script: str) -> None:
    assert (ROOT / script).is_file()


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_of_the_training_exists(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    import train

    for command in ("digits", "numbers", "compare", "explore", "export"):
        with pytest.raises(SystemExit, match="0"):
            train.main([command, "--help"])
    assert flag in capsys.readouterr().out


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
    for name in PLACES:
        assert (ROOT / name).exists(), f"{name} is in the map and not in the tree"


def test_the_screenshot_commands_and_benchmarks_are_named() -> None:
    for path in (ROOT / "benchmarks").glob("[a-z]*.py"):
        assert path.stem in README, f"benchmarks/{path.name} is not mentioned"
