"""A training that is killed, stopped or out of disk says how to go on, loses one epoch at most, and leaves nothing half
written."""

from __future__ import annotations

import csv
import errno
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import train
from digit.artifact import load_artifact, load_metrics, verify
from digit.data import mnist as datasets
from digit.learning import checkpoint
from digit.learning.digits import building
from digit.learning.runs import UNFINISHED
from tests.digits import make_digits

COUNTS = {"train": 600, "test": 100}
FEW = ["--preset", "cnn_classic", "--option", "filters=[4,8]", "--option", "dense_units=16", "--verbose", "0"]
RUN = f"import train; from digit.data import mnist; mnist.MNIST_COUNTS = {COUNTS}; train.leave(train.main())"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    part, test = make_digits(600), make_digits(100, seed=1)
    np.savez(folder / "mnist.npz", x_train=part.images, y_train=part.labels, x_test=test.images, y_test=test.labels)
    return folder


@pytest.fixture(autouse=True)
def small_counts(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setattr(datasets, "MNIST_COUNTS", COUNTS)
    monkeypatch.setenv("DIGIT_DATA_DIR", str(data_dir))


def _start(arguments: list[str], tmp_path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for_epoch(path: Path, process: subprocess.Popen[str]) -> int:
    """Wait until the checkpoint holds an epoch; returns how many."""
    for _ in range(2400):
        if process.poll() is not None:
            pytest.fail(f"the training ended too early: {process.communicate()}")
        if path.exists():
            with np.load(path) as file:
                state = str(file["state"])
            if '"epoch": 0' not in state:
                return int(state.split('"epoch": ')[1].split(",")[0])
        time.sleep(0.05)
    pytest.fail("no epoch in two minutes")


@pytest.mark.slow
def test_a_killed_training_is_resumed_and_nothing_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9 in the middle, then the same command with --resume: a whole history and a network that has learnt."""
    process = _start([*FEW, "--epochs", "12", "--batch-size", "16"], tmp_path)
    pattern = f"artifacts/.cnn_classic-*{UNFINISHED}"
    while not list(tmp_path.glob(pattern)) and process.poll() is None:
        time.sleep(0.1)
    (unfinished,) = tmp_path.glob(pattern)
    _wait_for_epoch(unfinished, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert [path.name for path in (tmp_path / "artifacts").iterdir() if not path.name.endswith(".new")] == [
        unfinished.name
    ]

    monkeypatch.chdir(tmp_path)
    assert train.main([*FEW, "--epochs", "12", "--batch-size", "16", "--resume"]) == 0
    (folder,) = (tmp_path / "artifacts").iterdir()
    artifact = load_artifact(folder)
    verify(artifact)
    with (folder / "history.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == [str(epoch) for epoch in range(1, 13)]
    assert load_metrics(artifact)["sets"]["mnist_test"]["accuracy"] > 0.8
    assert f"Model folder: artifacts/{folder.name}" in capsys.readouterr().out


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    process = _start([*FEW, "--epochs", "200", "--output", "my model"], tmp_path)
    _wait_for_epoch(tmp_path / f".my model{UNFINISHED}", process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    last = errors.strip().splitlines()[-1]
    assert last.startswith("train.py: Stopped. Continue with: python train.py ")
    assert shlex.split(last.split("python train.py ")[1]) == [
        *FEW,
        "--epochs",
        "200",
        "--output",
        "my model",
        "--resume",
    ]
    assert "Traceback" not in errors
    assert [path.name for path in tmp_path.iterdir()] == [f".my model{UNFINISHED}"]


def _full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_at_the_first_checkpoint_stops_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checkpoint.os, "fsync", _full)
    assert train.main([*FEW, "--output", str(tmp_path / "new")]) == 2
    assert capsys.readouterr().err.startswith(
        "train.py: The disk is full: about 30 MB of free space are needed. Nothing"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["save_network", "save_report", "_write_history", "save_config"])
def test_a_full_disk_at_the_end_loses_no_training(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], finished: Path
) -> None:
    """Whichever file does not fit: no folder, one sentence, and --resume writes it all without training again."""
    folder, unfinished = tmp_path / "new", tmp_path / f".new{UNFINISHED}"
    unfinished.write_bytes(finished.read_bytes())
    given = [*FEW, "--epochs", "1", "--output", str(folder), "--resume"]
    with monkeypatch.context() as patch:
        patch.setattr(building, step, _full)
        assert train.main(given) == 2
    assert "The disk is full" in (message := capsys.readouterr().err)
    assert "Continue with: python train.py --preset cnn_classic" in message
    assert list(tmp_path.iterdir()) == [unfinished]
    if step == "save_config":
        assert train.main(given) == 0
        verify(load_artifact(folder))
        assert list(tmp_path.iterdir()) == [folder]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Path:
    """The checkpoint of a training that is over, but for its model folder."""
    folder = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "MNIST_COUNTS", COUNTS)
        patch.setattr(building, "save_network", _full)
        given = [*FEW, "--epochs", "1", "--output", str(folder / "model"), "--data-dir", str(data_dir)]
        assert train.main(given) == 2
    return folder / f".model{UNFINISHED}"


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_real_full_disk(tmp_path: Path) -> None:
    """A disk with no room for the checkpoint."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine mounts no tmpfs")
    try:
        process = _start([*FEW, "--epochs", "1", "--output", str(disk / "new")], tmp_path)
        _, errors = process.communicate(timeout=120)
        left = list(disk.iterdir())
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert process.returncode == 2
    assert "The disk is full" in errors.strip().splitlines()[-1]
    assert left == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--resume"], "--resume: artifacts contains no unfinished training of cnn_classic"),
        (["--config", "no.json"], "The settings file no.json cannot be read"),
        (["--output", "file/new"], "Expected a folder at file, found a file. Nothing was written."),
        (["--data-dir", "file"], "--data-dir is file, which is not a folder"),
    ],
)
def test_mistakes_are_said_in_a_sentence(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    assert train.main([*FEW, *arguments]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert sentence in line
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_unfinished_training_is_not_overwritten(
    tmp_path: Path, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unfinished = tmp_path / f".new{UNFINISHED}"
    unfinished.write_bytes(finished.read_bytes())
    assert train.main([*FEW, "--output", str(tmp_path / "new")]) == 2
    assert "continue it with --resume" in capsys.readouterr().err
    assert unfinished.read_bytes() == finished.read_bytes()
