"""`train.py --push` ends on the Hub, says at once when it could not, and loses no training to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import train
from digit.artifact import load_artifact
from digit.data import mnist as datasets
from digit.errors import HubError
from digit.hub.names import HubName
from digit.hub.pull import pull
from tests.digits import make_digits
from tests.fakes.hub import FakeHub
from tests.hub.conftest import make_folder

REPO = "someone/fresh"


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A training of seconds on a small MNIST, to be pushed."""
    monkeypatch.setattr(datasets, "MNIST_COUNTS", {"train": 200, "test": 50})
    part, test = make_digits(200), make_digits(50, seed=1)
    np.savez(tmp_path / "mnist.npz", x_train=part.images, y_train=part.labels, x_test=test.images, y_test=test.labels)
    settings = ["--preset", "mlp_small", "--epochs", "1", "--verbose", "0", "--no-augmentation"]
    return [*settings, "--data-dir", str(tmp_path), "--output", str(tmp_path / "model"), "--push", REPO]


@pytest.mark.slow
def test_the_story_goes_on_to_the_hub(
    fake_hub: FakeHub, arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command trains and publishes; the last line serves it."""
    assert train.main([*arguments, "--private"]) == 0
    assert capsys.readouterr().out.endswith(f"\nServe it: DIGIT_MODEL={REPO}@v1.0 python app.py\n")
    assert fake_hub.repos["model", REPO].private
    assert "figures/roc.svg" in fake_hub.repos["model", REPO].files
    assert pull(HubName(REPO)).sha256 == load_artifact(tmp_path / "model").sha256


def test_a_push_that_fails_costs_no_training(fake_hub: FakeHub, tmp_path: Path) -> None:
    """The sentence says that the folder is finished, and how to publish it later."""
    folder = make_folder(tmp_path)
    fake_hub.broken_routes["/api/repos/create"] = 500
    with pytest.raises(HubError, match=r"an internal error \(500\)") as caught:
        train.publish(folder, REPO, private=True)
    assert str(caught.value).endswith(f"publish it with: python -m digit push {folder} {REPO} --private")


def test_a_missing_token_is_said_before_the_training(
    fake_hub: FakeHub,
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    assert train.main(arguments) == 2
    assert "none was found: set HF_TOKEN or `hf auth login`." in capsys.readouterr().err
    assert not (tmp_path / "model").exists()
