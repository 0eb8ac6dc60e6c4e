"""Finds a Chromium that starts, or installs one: the system's, else Playwright's own, else the distribution's.

python -m tests.browser.kit.chromium        says what it found or did; exit status 1 when there is none
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",  # containers run as root
    "--disable-background-networking",
    "--use-fake-ui-for-media-stream",  # the camera test gets a test picture, and no question
    "--use-fake-device-for-media-stream",
]


def launch(playwright: Playwright) -> Browser:
    """A running Chromium.

    Raises:
        RuntimeError: there is none that starts.
    """
    for path in candidates():
        try:
            return playwright.chromium.launch(executable_path=path, args=FLAGS)
        except Error:
            continue
    raise RuntimeError("No Chromium starts here: run `python -m tests.browser.kit.chromium`, which installs one.")


def candidates() -> list[str | None]:
    """Paths to try, in order; None is Playwright's own."""
    return [*(path for name in NAMES if (path := shutil.which(name))), None]


def starts() -> str | None:
    """Version and path of the first Chromium that starts; None when there is none."""
    with sync_playwright() as playwright:
        for path in candidates():
            try:
                browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            except Error:
                continue
            version = browser.version
            browser.close()
            return f"Chromium {version} at {path or playwright.chromium.executable_path}"
    return None


def main() -> int:
    """Find or install; returns the exit status."""
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    ways: list[tuple[str, list[list[str]]]] = [
        ("Playwright's own", [[sys.executable, "-m", "playwright", "install", "chromium"]]),
        (
            "the distribution's",
            [[*as_root, "apt-get", "update"], [*as_root, "apt-get", "install", "--yes", "chromium"]],
        ),
    ]
    found = starts()
    for name, commands in ways:
        if found:
            break
        print(f"No Chromium that starts; installing {name}.", flush=True)
        for command in commands:
            try:
                subprocess.run(command, check=False, timeout=900)
            except (OSError, subprocess.TimeoutExpired) as error:
                print(f"{command[0]}: {error}")
        found = starts()
    print(found or "No Chromium could be found or installed: install one as `chromium` or `google-chrome`.")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
