"""`train.py numbers` on the command line: mistakes are reported at once, in a sentence."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

import train
from digit.learning.numbers.command import add_options, chosen_settings


def test_a_model_folder_that_is_none_is_noticed_before_the_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["numbers", "--output", str(tmp_path / "reader"), "--into", str(tmp_path / "nothing")]
    assert train.main(arguments) == 2
    assert "No model folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_exists_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["numbers", "--output", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["filters=5", 'filters=[16,"a"]', "dropout=much", "batch_normalization=true"])
def test_options_of_other_architectures_are_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main(["numbers", "--option", option]) == 2
    assert "--option should be filters=" in capsys.readouterr().err


def test_options_choose_the_architecture_of_the_line_reader() -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    options = parser.parse_args(["--option", "filters=[16,16,32,32,48]", "--option", "dropout=0.1"])
    assert chosen_settings(options) == {"filters": (16, 16, 32, 32, 48), "dropout": 0.1}
