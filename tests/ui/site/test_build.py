"""The site is complete, calls no other host, and says what the app says; folders with other content are left alone."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from digit.artifact import Artifact
from digit.errors import ArtifactError, SettingsError
from digit.recognizer import Recognizer
from digit.ui.app.theme import page_theme
from digit.ui.browser.serving import reader_files
from digit.ui.site import build as static
from digit.ui.site.build import build_site, manifest, service_worker, site_contents
from digit.ui.tabs.evaluation import part_html

OTHER_HOST = re.compile(rb"""(?:https?:)?//[a-z][\w.-]+\.[a-z]{2,}""", re.IGNORECASE)
NAMES = (b"http://www.w3.org",)
"""Names of formats; nothing is fetched from there."""


@pytest.fixture(scope="module")
def contents(recognizer: Recognizer) -> dict[str, bytes]:
    return site_contents(recognizer.artifact)


def kept_files(contents: dict[str, bytes]) -> list[str]:
    found = re.search(r"^const FILES = (.+);$", contents["service-worker.js"].decode(), re.M)
    assert found
    return [str(name) for name in json.loads(found[1])]


def test_whatever_is_named_is_there(contents: dict[str, bytes]) -> None:
    page = contents["index.html"].decode()
    named = set(re.findall(r'(?:href|src)="([\w./-]+)"', page))
    named |= {icon["src"] for icon in json.loads(manifest())["icons"]}
    named |= {name for name in kept_files(contents) if name != "./"}
    for path, content in contents.items():
        if path.startswith("scripts/"):
            named |= {f"scripts/{name}" for name in re.findall(r'from "\./([\w.]+)"', content.decode())}
    settings = json.loads(contents["reader/settings.json"])
    named |= {f"reader/{name}" for name in settings["files"].values()}
    assert named <= set(contents)
    assert not re.findall(r"\$\w+", page), "a place in the template was not filled"
    assert settings["server"] is False


def test_nobody_else_is_called(contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        if name.endswith((".html", ".css", ".js", ".json", ".svg")) and "/runtime/" not in name:
            assert [host for host in OTHER_HOST.findall(content) if not host.startswith(NAMES)] == [], name


def test_it_reads_with_the_apps_own_files_and_shows_its_figures(
    contents: dict[str, bytes], recognizer: Recognizer
) -> None:
    for name, path in reader_files(recognizer.artifact).items():
        assert contents[f"reader/{name}"] == path.read_bytes()
    for part, system in (("overview", "flagship"), ("curves", "cnn_classic")):
        expected = part_html(recognizer.artifact, part, system, "mnist_test")
        assert contents[f"evaluation/{part}-{system}-mnist_test.html"].decode() == expected
    for part in ("robustness", "compare"):
        content = contents[f"evaluation/{part}.html"].decode()
        assert content == part_html(recognizer.artifact, part, "flagship", "mnist_test")
        assert 'class="chart"' in content
    samples = json.loads(contents["evaluation/samples-mnist_test.json"])
    mistakes = re.findall(r'data-index="(\d+)"', contents["evaluation/overview-flagship-mnist_test.html"].decode())
    assert samples.keys() == set(mistakes)


def test_every_variable_of_the_theme_that_is_used_has_its_value(contents: dict[str, bytes]) -> None:
    css = contents["site.css"].decode()
    theme: str = page_theme()._get_theme_css()  # type: ignore[no-untyped-call]
    wanted = set(re.findall(r"var\((--[\w-]+)", css)) & set(re.findall(r"(--[\w-]+):", theme))
    assert len(wanted) > 5
    light, dark = css.index(":root"), css.index(".dark")
    assert light < dark
    assert wanted <= set(re.findall(r"(--[\w-]+):", css))


def test_icons_have_the_sizes_that_they_say_and_the_masked_one_fills_its_square(contents: dict[str, bytes]) -> None:
    for icon in json.loads(manifest())["icons"]:
        if icon["type"] != "image/png":
            continue
        picture = Image.open(io.BytesIO(contents[icon["src"]])).convert("RGBA")
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
        opaque = picture.getpixel((0, 0))[3] == 255  # type: ignore[index]
        assert opaque == (icon.get("purpose") == "maskable")
        assert {(255, 255, 255, 255), (0x24, 0x56, 0xD6, 255)} <= set(picture.get_flattened_data())


def test_a_change_of_any_file_or_of_the_model_is_a_new_version(
    contents: dict[str, bytes], recognizer: Recognizer, reported: Artifact
) -> None:
    files = {name: content for name, content in contents.items() if name != "service-worker.js"}
    versions = {
        service_worker(artifact, made).splitlines()[0]
        for artifact in (recognizer.artifact, reported)
        for made in (files, files | {"site.css": b"other"}, {n: c for n, c in files.items() if n != "LICENSE"})
    }
    assert len(versions) == 6
    assert recognizer.artifact.sha256[:16] in contents["service-worker.js"].decode().splitlines()[0]


def test_what_works_offline_fits_a_first_visit(contents: dict[str, bytes]) -> None:
    """Draw, look inside and the model's own evaluation; the other systems' only once they were looked at."""
    kept = kept_files(contents)
    assert sum(len(contents[name]) for name in kept if name != "./") < 7_500_000
    assert "reader/inside.tflite" in kept
    assert "evaluation/overview-flagship-mnist_test.html" in kept
    assert "evaluation/overview-k_nearest_neighbours-mnist_test.html" not in kept


def test_a_folder_is_written_and_brought_up_to_date(
    contents: dict[str, bytes], recognizer: Recognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static, "site_contents", lambda artifact: contents)
    folder = tmp_path / "build" / "site"
    build_site(recognizer.artifact, folder)
    (folder / "scripts" / "old.js").write_text("")
    (folder / "mine.txt").write_text("")
    build_site(recognizer.artifact, folder)
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert there == contents | {"mine.txt": b""}


def test_a_folder_with_something_else_is_left_alone(recognizer: Recognizer, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    for place in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(SettingsError, match="holds other files"):
            build_site(recognizer.artifact, place)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_model_without_a_network_for_browsers_gives_no_site(reported: Artifact, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="has no network for browsers"):
        build_site(reported, tmp_path / "site")
    assert not (tmp_path / "site").exists()
