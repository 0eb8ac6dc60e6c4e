"""`train.py --task numbers` on the command line: what it refuses, at once and in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

import train


@pytest.mark.parametrize("flag", [["--preset", "cnn_classic"], ["--epochs", "3"], ["--tune", "2"]])
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
