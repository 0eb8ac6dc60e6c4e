"""README, docs/ and CONTRIBUTING are true: header, commands, links and file map are those of the tree."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

import train
from digit.cli.main import command_line

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in DOCUMENTS}
README = TEXTS["README.md"]
HEADER = dict(re.findall(r"^(\w+): (.+)$", README.split("---")[1], re.MULTILINE))
CURRENT = {name: text for name, text in TEXTS.items() if not name.startswith("docs/log/")}
"""All but the log, which may tell of what is no longer there."""
COMMANDS = "\n".join(
    block
    for text in CURRENT.values()
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)
    if not kind
)
TARGETS = sorted(set(re.findall(r"^make (?:SITE=\S+ )?([\w-]+)", COMMANDS, re.MULTILINE)))
SCRIPTS = sorted(set(re.findall(r"python ([\w/]+\.py)", COMMANDS)))
MODULES = sorted(set(re.findall(r"python -m (benchmarks\.\w+)", COMMANDS)))
TRAININGS = sorted(set(re.findall(r"python train\.py([^#\n]*)", COMMANDS)))
PROGRAM = sorted(set(re.findall(r"^(?:python -m )?digit ([^#\n]*)", COMMANDS, re.MULTILINE)))
MAP = TEXTS["docs/architecture.md"].partition("## File map")[2]
LINKS = sorted(
    {
        (name, link, anchor)
        for name, text in TEXTS.items()
        for link, anchor in re.findall(r"\]\((?!https?:)([^)#]+)#?([\w-]*)\)", text)
    }
)


def pinned(package: str) -> str:
    requirements = (ROOT / "requirements.txt").read_text()
    found = re.search(rf"^{package}==(.+)$", requirements, re.MULTILINE)
    assert found, f"{package} is not pinned"
    return found[1]


def parses(parser: argparse.ArgumentParser, given: list[str]) -> bool:
    try:
        parser.parse_args(given)
    except SystemExit as end:
        return end.code == 0
    return True


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 170


def test_the_space_runs_what_is_pinned() -> None:
    assert HEADER["sdk"] == "gradio"
    assert HEADER["sdk_version"] == pinned("gradio")
    assert HEADER["python_version"] == '"3.12"', "quoted: YAML would read 3.10 as 3.1"
    assert (ROOT / HEADER["app_file"]).is_file()
    assert len(HEADER["short_description"]) <= 60


def test_every_requirement_has_an_exact_version() -> None:
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            assert re.fullmatch(r"#.*||-r \S+|[\w.\[\]-]+==[\w.]+", line), f"{path.name}: {line}"


def test_the_commands_are_found_at_all() -> None:
    assert {"app", "test", "test-extras"} <= set(TARGETS)
    assert {"app.py", "train.py"} <= set(SCRIPTS)
    assert len(MODULES) > 10
    assert len(TRAININGS) > 10
    assert len(PROGRAM) > 5
    assert len(LINKS) > 15


def test_nothing_is_left_to_fill_in() -> None:
    for name, text in TEXTS.items():
        assert not re.search(r"^[A-Z]{4,}$", text, re.MULTILINE), name


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^({target}:|PARTS.*\b{target}\b)", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_exists(script: str) -> None:
    assert (ROOT / script).is_file()


@pytest.mark.parametrize("module", MODULES)
def test_every_benchmark_exists(module: str) -> None:
    assert (ROOT / (module.replace(".", "/") + ".py")).is_file()


@pytest.mark.parametrize("arguments", TRAININGS)
def test_every_training_command_is_accepted(arguments: str) -> None:
    given = shlex.split(arguments.replace("--seed S", "--seed 1").rstrip('"'))
    if not given or given[0].startswith("-"):
        given = ["digits", *given]
    assert parses(train.command_line(), given)


@pytest.mark.parametrize("arguments", PROGRAM)
def test_every_command_of_the_package_is_accepted(arguments: str) -> None:
    assert parses(command_line(), shlex.split(arguments))


@pytest.mark.parametrize(("name", "link", "anchor"), LINKS)
def test_every_link_leads_somewhere(name: str, link: str, anchor: str) -> None:
    target = ((ROOT / name).parent / link).resolve()
    assert target.exists()
    if anchor:
        headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_the_file_map_names_every_room() -> None:
    rooms = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "digit").rglob("__init__.py")}
    inside = re.compile(r"digit/ui/(components|browser)/\w")
    assert [
        room for room in sorted(rooms) if room != "digit" and not inside.match(room) and f"{room}/" not in MAP
    ] == []
    modules = {path.name for path in (ROOT / "digit").glob("[a-z]*.py")}
    assert [name for name in sorted(modules) if f"digit/{name}" not in MAP] == []


def test_the_file_map_names_nothing_that_is_not_there() -> None:
    places = re.findall(r"^((?:digit|tests|benchmarks|assets|docs|examples)/[\w./]*)", MAP, re.MULTILINE)
    assert len(places) > 30
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_the_file_map_names_every_benchmark() -> None:
    listed = set(re.findall(r"^  (\w+)", MAP, re.MULTILINE))
    assert listed == {path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py")}
