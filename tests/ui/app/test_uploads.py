"""Visitors' files are in a folder of our own, and nothing in it grows old, whatever became of its request."""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
from pathlib import Path

import pytest

from digit.ui.app import uploads
from digit.ui.app.uploads import KEEP_SECONDS, NAME, VARIABLE, own_folder, sweep, swept


def aged(path: Path, seconds: float, size: int = 1) -> Path:
    """A file, or a folder with a file, that was written so many seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_old_files_and_empty_folders_go_and_new_ones_stay(tmp_path: Path) -> None:
    old, new = aged(tmp_path / "a" / "old.png", KEEP_SECONDS + 60), aged(tmp_path / "b" / "new.png", 60)
    parsing = aged(tmp_path / "tmp0123", KEEP_SECONDS + 60)  # a form that was broken off
    for folder in ("a", "empty"):
        (tmp_path / folder).mkdir(exist_ok=True)
        os.utime(tmp_path / folder, (0, 0))
    (tmp_path / "just made").mkdir()
    sweep(tmp_path)
    assert not old.exists()
    assert not parsing.exists()
    assert new.exists()
    sweep(tmp_path)  # a folder is as young as the last change in it
    assert (tmp_path / "just made").is_dir()
    assert not (tmp_path / "empty").exists()


def test_the_oldest_files_make_room(tmp_path: Path) -> None:
    paths = [aged(tmp_path / str(age), age, 100) for age in (10, 20, 30, 40)]
    sweep(tmp_path, most=250)
    assert [path.exists() for path in paths] == [True, True, False, False]


def test_links_lead_nowhere(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", aged(tmp_path / "outside" / "own.txt", 2 * KEEP_SECONDS)
    inside.mkdir()
    (inside / "link").symlink_to(outside.parent, target_is_directory=True)
    sweep(inside, keep_seconds=-1)
    assert outside.exists()


def test_the_folder_is_swept_at_the_start_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SWEEP_SECONDS", 0.01)
    times, thrice = [], threading.Event()

    def count(folder: Path) -> None:
        times.append(folder)
        if len(times) == 3:
            thrice.set()

    monkeypatch.setattr(uploads, "sweep", count)
    with swept(tmp_path):
        assert thrice.wait(60)
    assert set(times) == {tmp_path}
    assert "sweep" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_the_folder_belongs_to_the_app_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    aged(tmp_path / "of somebody else.txt", 2 * KEEP_SECONDS)
    folder = own_folder()
    assert folder == tmp_path / NAME
    assert os.environ[VARIABLE] == str(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert own_folder() == folder, "a second call finds it"
    folder.rmdir()
    folder.symlink_to(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert own_folder() not in (folder, tmp_path), "a link that somebody laid there is not followed"
