"""The page answers whatever becomes of the Hub, and says which model does."""

from __future__ import annotations

import shutil
import sys
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import pytest

from digit.artifact import BUNDLED_ARTIFACT, MODEL_TFLITE, load_artifact
from digit.errors import ArtifactError
from digit.hub.push import push
from digit.ui.app.page import model_line
from digit.ui.app.serve import serve, served_recognizer
from tests.browser.kit.app import App
from tests.digits import draw_digit
from tests.fakes.hub import FakeHub, hub_environment

REPO = "someone/digit"
TAMPERED = bytes((BUNDLED_ARTIFACT / MODEL_TFLITE).stat().st_size)


@pytest.fixture
def published(fake_hub: FakeHub, tmp_path: Path) -> FakeHub:
    """The bundled model as `someone/digit`."""
    folder = shutil.copytree(BUNDLED_ARTIFACT, tmp_path / "made")
    (folder / "figures").mkdir()
    (folder / "figures" / "confusion-matrix.png").write_bytes(b"\x89PNG\0 as drawn")
    push(folder, REPO)
    return fake_hub


def test_a_repository_brings_its_figures(published: FakeHub) -> None:
    """Everything that the tabs show, and the line at the foot has nothing to excuse."""
    artifact = served_recognizer(f"{REPO}@v1.0").artifact
    assert (artifact.path / "report.npz").is_file()
    assert "stand-in" not in model_line(artifact)


def test_nothing_named_is_the_bundled_model() -> None:
    artifact = served_recognizer(None).artifact
    assert (artifact.path, artifact.note) == (BUNDLED_ARTIFACT, "")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"gone": True}, "was interrupted."),
        ({"status": 500}, "try again later."),
        ({"status": 401}, "The Hub rejects the token"),
        (
            {"swapped": {MODEL_TFLITE: b"\0short"}},
            "A file of someone/digit was not downloaded completely",
        ),
        (
            {"swapped": {MODEL_TFLITE: TAMPERED}},
            "someone/digit/model.tflite is not the file that config.json describes",
        ),
    ],
)
def test_a_hub_that_fails_leaves_the_bundled_model(
    published: FakeHub, monkeypatch: pytest.MonkeyPatch, fault: dict[str, object], sentence: str
) -> None:
    """It reads, and the foot of the page says which and why, without a path of the server."""
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)
    vars(published).update(fault)
    recognizer = served_recognizer(REPO)
    assert recognizer.predict(255 - draw_digit(7)).digit == 7
    assert recognizer.artifact.path == BUNDLED_ARTIFACT
    line = model_line(recognizer.artifact)
    assert sentence in line
    assert '<p class="stand-in">The bundled model answers instead of someone/digit. ' in line
    assert str(Path.home()) not in line
    assert "hub-home" not in line


def test_a_folder_that_cannot_be_used_is_not_replaced(tmp_path: Path) -> None:
    """Who names a folder means that one."""
    with pytest.raises(ArtifactError, match=r"has no config\.json"):
        served_recognizer(str(tmp_path))


def test_zero_gpu_gets_the_function_it_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Declared before the launch, once, and nowhere else than there."""
    declared: list[object] = []
    launched: list[int] = []
    monkeypatch.setitem(sys.modules, "spaces", SimpleNamespace(GPU=declared.append))
    monkeypatch.setattr(gr.Blocks, "launch", lambda *_, **__: launched.append(len(declared)))
    monkeypatch.delenv("DIGIT_MODEL", raising=False)
    assert serve("test") == 0
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    assert serve("test") == 0
    assert launched == [0, 1]


@pytest.mark.slow
def test_the_app_starts_without_a_hub(tmp_path: Path) -> None:
    """As a process of its own, with a Hub that closes every connection: it serves, and its page says so."""
    with FakeHub() as hub:
        hub.gone = True
        app = App(tmp_path / "app.log", DIGIT_MODEL=REPO, **hub_environment(hub, tmp_path / "home"))
        try:
            app.wait()
            with urllib.request.urlopen(app.url, timeout=30) as page:
                assert f"The bundled model answers instead of {REPO}. " in page.read().decode()
        finally:
            app.stop()
    assert "Traceback" not in app.log.read_text()
    assert load_artifact().note == ""
