"""A model folder to publish: the parts of the bundled one that matter here, in a folder that tests may spoil."""

from __future__ import annotations

import shutil
from copy import deepcopy
from pathlib import Path

import pytest

from digit.artifact import HISTORY, METRICS, MODEL_KERAS, MODEL_TFLITE, REPORT, load_artifact, save_config
from digit.artifact.card import CONFUSION
from digit.hub.push import Pushed, push
from tests.fakes.hub import FakeHub, use_hub

REPO = "someone/digit"


def make_folder(place: Path) -> Path:
    """A whole model folder with subfolders."""
    made, bundled = place / "made", load_artifact()
    (made / "comparison").mkdir(parents=True)
    for name in (MODEL_TFLITE, MODEL_KERAS, METRICS, REPORT, HISTORY):
        shutil.copyfile(bundled.path / name, made / name)
    (made / "comparison" / "some.csv").write_text("epoch,loss\n1,0.5\n")
    (made / "README.md").write_text("An old card.\n")
    save_config(made, bundled.config)
    (made / CONFUSION).parent.mkdir()  # figures are drawn after the hashes, and may be drawn again at any time
    (made / CONFUSION).write_bytes(b"\x89PNG\0 as drawn")
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole model folder."""
    return make_folder(tmp_path)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pushed, FakeHub]:
    """A Hub on which such a folder was published as `someone/digit`, once for all tests; they get copies."""
    place = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch, FakeHub() as hub:
        use_hub(hub, place / "home", patch)
        return push(make_folder(place), REPO), hub


@pytest.fixture
def pushed(fake_hub: FakeHub, published: tuple[Pushed, FakeHub]) -> Pushed:
    """`someone/digit` is on the Hub, as `folder` is."""
    done, hub = published
    fake_hub.repos, fake_hub.objects = deepcopy(hub.repos), dict(hub.objects)
    return done
