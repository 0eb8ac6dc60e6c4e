"""`train.py --task numbers` on the command line: what it refuses, at once and in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

import train
from digit.learning.digits.options import chosen_line_settings, command_line


@pytest.mark.parametrize(
    "flag", [["--preset", "cnn_classic"], ["--epochs", "3"], ["--tune", "2"], ["--compare"], ["--export", "DIR"]]
)
def test_flags_of_single_digits_are_refused(flag: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["--task", "numbers", *flag]) == 2
    assert f"{flag[0]} is for single digits" in capsys.readouterr().err


def test_a_model_folder_that_is_none_is_noticed_before_the_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--task", "numbers", "--output", str(tmp_path / "reader"), "--into", str(tmp_path / "nothing")]
    assert train.main(arguments) == 2
    assert "No model folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_exists_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["--task", "numbers", "--output", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["filters=5", 'filters=[16,"a"]', "dropout=much", "batch_normalization=true"])
def test_options_of_other_architectures_are_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["--task", "numbers", "--option", option]) == 2
    assert "--option with --task numbers should be filters=" in capsys.readouterr().err


def test_options_choose_the_architecture_of_the_line_reader() -> None:
    options = command_line().parse_args(["--option", "filters=[16,16,32,32,48]", "--option", "dropout=0.1"])
    assert chosen_line_settings(options) == {"filters": (16, 16, 32, 32, 48), "dropout": 0.1}


@pytest.mark.parametrize("flag", [["--merge", "a,b"], ["--into", "DIR"], ["--steps", "500"]])
def test_flags_of_lines_are_refused_without_the_task(flag: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Instead of a training of single digits that takes an hour."""
    assert train.main(flag) == 2
    assert f"{flag[0]} is for lines of digits: expected it with --task numbers." in capsys.readouterr().err


def test_finished_readers_are_not_trained(capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["--task", "numbers", "--merge", "a,b", "--steps", "500"]) == 2
    assert "--steps is for a training" in capsys.readouterr().err
