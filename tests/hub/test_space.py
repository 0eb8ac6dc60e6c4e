"""A Space gets what serving needs and nothing else, with a header that is true; from exactly that the app starts."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from digit.errors import HubError, SettingsError
from digit.hub.space import ROOT, Deployment, check_header, deploy, pinned_versions, plan, serving_requirements
from tests.browser.kit.app import App
from tests.fakes.hub import FakeHub, Repo

SPACE = "someone/reader"
HEADER = (
    "---\ntitle: digit\nsdk: gradio\nsdk_version: {sdk}\npython_version: {python}\napp_file: {app}\n---\n\n# digit\n"
)


def project(folder: Path, *, sdk: str = "6.31.0", python: str = '"3.12"', app: str = "app.py") -> Path:
    """A small project folder with a header of its own."""
    folder.mkdir()
    (folder / "README.md").write_text(HEADER.format(sdk=sdk, python=python, app=app))
    for file in ("LICENSE", "app.py", "pyproject.toml", "requirements.txt"):
        shutil.copyfile(ROOT / file, folder / file)
    (folder / "digit").mkdir()
    (folder / "digit" / "__init__.py").write_text("")
    (folder / "assets").mkdir()
    return folder


def write(planned: Deployment, folder: Path) -> None:
    """The files of a Space, where a test can look at them."""
    for path, content in planned.contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else content.read_bytes())


def test_the_header_of_this_project_is_true() -> None:
    """Gradio as pinned, a Python that the project supports, and texts that the Hub takes."""
    header = check_header()
    assert header["python_version"] == "3.12"
    assert header["sdk_version"] == pinned_versions()["gradio"]
    assert len(header["short_description"]) <= 60
    assert header["colorFrom"] in {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert header["colorTo"] in {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sdk": "6.30.0"}, r"sdk_version: 6\.31\.0, as requirements\.txt pins it; it says gradio and 6\.30\.0"),
        ({"python": "3.12"}, r"python_version in quotes; it says 3\.12\."),
        ({"app": "serve.py"}, r"names serve\.py as app_file, which is not there"),
        ({"sdk": "[6"}, r"The header of README\.md is no YAML"),
    ],
)
def test_a_header_that_is_not_true_is_not_deployed(tmp_path: Path, wrong: dict[str, str], sentence: str) -> None:
    root = project(tmp_path / "project", **wrong)
    with pytest.raises(SettingsError, match=sentence):
        plan(SPACE, root=root)


def test_only_what_serving_needs_goes() -> None:
    """The page, the model and the examples; neither training nor tests, nor the packages that only they need."""
    contents = plan(SPACE).contents
    assert {
        "README.md",
        "app.py",
        "requirements.txt",
        "digit/ui/components/canvas/canvas.js",
        "assets/model/model.tflite",
    } <= set(contents)
    assert not [p for p in contents if p.endswith((".keras", ".pyc")) or p.startswith(("digit/learning", "tests"))]
    lines = serving_requirements().splitlines()[1:]
    names = {line.split("==")[0] for line in lines}
    assert {"ai-edge-litert", "gradio", "huggingface-hub", "numpy", "opencv-python-headless", "pillow"} <= names
    assert not names & {"tensorflow", "keras", "keras-tuner", "scikit-learn", "scipy", "matplotlib", "tensorboard"}
    assert set(lines) <= set((ROOT / "requirements.txt").read_text().splitlines()), "as they are pinned"


def test_nothing_that_goes_imports_what_stays(tmp_path: Path) -> None:
    """At the head of no file; inside of a function it may name what only training calls."""
    for path, content in plan(SPACE).contents.items():
        if path.endswith(".py") and isinstance(content, Path):
            for node in ast.parse(content.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ImportFrom):
                    assert not (node.module or "").startswith("digit.learning"), path


def test_one_commit_makes_the_space(fake_hub: FakeHub) -> None:
    """Created for Gradio, variables set, every file there byte for byte; the same again changes nothing."""
    planned = plan(SPACE, {"DIGIT_MODEL": "someone/digit@v1.0"})
    url = deploy(planned, private=True)
    repo = fake_hub.repos["space", SPACE]
    assert url == f"{fake_hub.url}/spaces/{SPACE}"
    assert (repo.sdk, repo.private, repo.variables) == ("gradio", True, {"DIGIT_MODEL": "someone/digit@v1.0"})
    assert len(repo.commits) == 2
    sent = {p: c if isinstance(c, bytes) else c.read_bytes() for p, c in planned.contents.items()}
    assert {p: c for p, c in repo.files.items() if p != ".gitattributes"} == sent
    deploy(planned)
    assert len(repo.commits) == 2


def test_what_the_project_no_longer_has_goes_and_foreign_files_stay(fake_hub: FakeHub, tmp_path: Path) -> None:
    repo = fake_hub.repos["space", SPACE] = Repo(private=False, sdk="gradio")
    repo.add(repo.files | {"digit/old.py": b"", "notes.md": b"mine"}, "earlier")
    deploy(plan(SPACE, root=project(tmp_path / "project")))
    assert "digit/old.py" not in repo.files
    assert repo.files["notes.md"] == b"mine"
    assert "digit/__init__.py" in repo.files


def test_a_refusal_is_one_sentence(fake_hub: FakeHub, tmp_path: Path) -> None:
    """No paid plan, or a public Space that should be private."""
    planned = plan(SPACE, root=project(tmp_path / "project"))
    fake_hub.broken_routes["/api/repos/create"] = 402
    with pytest.raises(HubError, match="requires a paid plan for the Space someone/reader"):
        deploy(planned)
    fake_hub.broken_routes.clear()
    fake_hub.repos["space", SPACE] = Repo(private=False, sdk="gradio")
    with pytest.raises(HubError, match="is public: nothing was sent"):
        deploy(planned, private=True)


@pytest.mark.parametrize("variable", ["HF_TOKEN", "MY_SECRET", "not-a-name", ""])
def test_secrets_are_no_variables(variable: str) -> None:
    with pytest.raises(SettingsError, match=r"looks like a secret|should be NAME=VALUE") as caught:
        plan(SPACE, {variable: "hf_xyz"})
    assert "hf_xyz" not in str(caught.value)


@pytest.mark.slow
def test_the_app_starts_from_exactly_these_files(tmp_path: Path) -> None:
    """In an empty folder, which has nothing of this one but what a Space gets; the page answers."""
    space = tmp_path / "space"
    write(plan(SPACE), space)
    app = App(tmp_path / "app.log", folder=space)
    try:
        app.wait()
        with urllib.request.urlopen(f"{app.url}/gradio_api/info", timeout=30) as answer:
            assert b"/predict" in answer.read()
    finally:
        app.stop()
    assert "Traceback" not in app.log.read_text()


def test_the_dry_run_lists_and_sends_nothing(fake_hub: FakeHub) -> None:
    """As a person calls it: every file with its size, the variables, the total."""
    command = [sys.executable, "-m", "digit", "deploy", SPACE, "--dry-run", "--variable", "DIGIT_MODEL=a/b"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "  app.py\n" in done.stdout
    assert "  variable  DIGIT_MODEL=a/b\n" in done.stdout
    assert done.stdout.endswith(f" MB for {SPACE}; nothing was sent.\n")
    assert not fake_hub.requests
