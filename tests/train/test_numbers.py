"""`train.py numbers` on the command line: mistakes are reported at once, in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

import train
from digit.learning.numbers.command import scaled
from digit.learning.numbers.settings import FitSettings


def test_a_model_folder_that_is_none_is_noticed_before_the_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["numbers", "--output", str(tmp_path / "numbers"), "--into", str(tmp_path / "nothing")]
    assert train.main(arguments) == 2
    assert "No model folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_exists_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["numbers", "--output", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err


def test_an_unfinished_training_is_not_begun_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".numbers.unfinished.npz").mkdir()
    assert train.main(["numbers", "--output", str(tmp_path / "numbers")]) == 2
    assert "continue it with --resume" in capsys.readouterr().err


@pytest.mark.parametrize("effort", ["0", "-1", "nan"])
def test_an_effort_that_is_none_is_refused(effort: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["numbers", "--effort", effort]) == 2
    assert "--effort should be above 0" in capsys.readouterr().err


@pytest.mark.parametrize("rounds", ["0", "21"])
def test_rounds_have_bounds(rounds: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["numbers", "--rounds", rounds]) == 2
    assert "--rounds should be 1 to 20" in capsys.readouterr().err


def test_effort_is_a_share_of_the_steps() -> None:
    usual = FitSettings(steps=2000)
    assert scaled(usual, 1.0) == usual
    assert (scaled(usual, 0.5).steps, scaled(usual, 0.5).log_steps) == (1000, 125)
    assert (scaled(usual, 2.0).steps, scaled(usual, 2.0).log_steps) == (4000, 250)
    assert scaled(usual, 1e-6).steps == 1


def test_a_finder_is_kept_only_from_a_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["numbers", "--keep-finder"]) == 2
    assert "--keep-finder needs --start DIR" in capsys.readouterr().err
