"""The tree keeps its shape: short files, small folders, distinct module names, tests that mirror the package."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAX_LINES = 320
MAX_FILES = 15
GENERATED = ("assets/vendor/litert",)
SOURCES = [
    path
    for room in ("assets", "benchmarks", "digit", "examples", "tests")
    for path in sorted((ROOT / room).rglob("*"))
    if path.suffix in {".py", ".js"} and not path.relative_to(ROOT).as_posix().startswith(GENERATED)
]
MODULES = [path.relative_to(ROOT / "digit") for path in sorted((ROOT / "digit").rglob("*.py"))]


def test_files_are_short() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in lengths.items() if lines > MAX_LINES} == {}


def test_folders_are_small() -> None:
    sizes = Counter(path.parent.relative_to(ROOT) for path in SOURCES if path.name != "__init__.py")
    assert {folder: files for folder, files in sizes.items() if files > MAX_FILES} == {}


def test_module_names_are_unique_in_a_room() -> None:
    """Only sibling folders may use a name twice: learning/digits/settings and learning/numbers/settings."""
    places: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for module in MODULES:
        if module.stem != "__init__":
            places[module.parts[0], module.stem].append(module)
    twice = [found for found in places.values() if len(found) != len({path.parent for path in found})]
    nested = [found for found in places.values() if len({path.parent.parent for path in found}) > 1]
    assert twice + nested == []


def test_folders_have_no_names_that_differ_in_a_plural() -> None:
    names = defaultdict(set)
    for module in MODULES:
        path = module.parent if module.stem == "__init__" else module
        names[path.parent, path.stem.removesuffix("s")].add(path.stem)
    assert [both for both in names.values() if len(both) > 1] == []


def test_tests_mirror_the_package() -> None:
    """Each folder of tests has the name of a folder of digit, or is one of those that test across it."""
    across = {"browser", "examples", "fakes", "train"}
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    assert [
        folder
        for folder in folders
        if folder.parts and folder.parts[0] not in across and not (ROOT / "digit" / folder).is_dir()
    ] == []
