"""`train.py` has one command for each task, each with its own options; `digits` is the default."""

from __future__ import annotations

import argparse

import pytest

import train

COMMANDS = ("digits", "numbers", "compare", "explore", "export")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["--compare", "--data-dir", "DIR"], "compare --data-dir DIR"),
        (["--output", "new", "--explore"], "explore --output new"),
        (["--export", "artifacts/a b", "--formats", "int8"], "export 'artifacts/a b' --formats int8"),
        (["--formats", "int8", "--export=model"], "export model --formats int8"),
        (["--task", "numbers", "--steps", "500"], "numbers --steps 500"),
        (["--task=digits"], "digits"),
        (["--export"], "export"),
    ],
)
def test_an_old_spelling_is_answered_with_the_new_one(
    old: list[str], new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main(old) == 2
    assert capsys.readouterr().err == f"train.py: This is now spelled: python train.py {new}\n"


@pytest.mark.parametrize(("given", "epochs"), [([], None), (["--epochs", "3"], 3), (["digits", "--epochs", "3"], 3)])
def test_digits_is_the_default(given: list[str], epochs: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[argparse.Namespace] = []
    monkeypatch.setattr(train, "digits", lambda options: ran.append(options) or 0)
    assert train.main(given) == 0
    assert [options.epochs for options in ran] == [epochs]


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        train.main(["--help"])
    listed = capsys.readouterr().out
    assert all(f"\n    {name} " in listed for name in COMMANDS)


@pytest.mark.parametrize(
    ("command", "foreign"),
    [
        ("digits", "--merge"),
        ("digits", "--systems"),
        ("numbers", "--epochs"),
        ("compare", "--preset"),
        ("explore", "--tune"),
        ("export", "--push"),
    ],
)
def test_each_command_has_its_own_options(command: str, foreign: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        train.main([command, "--help"])
    assert "--data-dir" in (listed := capsys.readouterr().out)
    assert foreign not in listed
