"""What the command line prints: answers on standard output, errors and progress on standard error."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from digit.cli.batch import Files
from digit.errors import DigitError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from digit.numbers.number import Number
    from digit.recognition.prediction import Prediction

Item = TypeVar("Item")
Printer = Callable[[str, "Prediction"], None]

PROGRESS_FROM = 10
"""Fewer files get no progress bar."""


def answer_printer(options: argparse.Namespace) -> Printer:
    """How answers are printed: JSON, a rendering for a terminal, or a line for a file or a pipe."""
    if options.json:
        return lambda file, prediction: print(
            json.dumps({"file": file, **prediction.as_dict(options.top_k)}), flush=True
        )
    if sys.stdout.isatty():
        from rich.console import Console

        from digit.cli.terminal import print_answer

        console = Console(highlight=False)
        return lambda file, prediction: print_answer(console, printable(file), prediction, options.top_k)
    return _print_line


def _print_line(file: str, prediction: Prediction) -> None:
    from digit.recognition.prediction import percent

    known = prediction.digit is not None
    print(
        f"{printable(file)}: {prediction.sentence}" + (f" ({percent(prediction.confidence)})" if known else ""),
        flush=True,
    )


def print_number(file: str, number: Number) -> None:
    """Print the sentence; when it only says how many numbers there are, with the numbers below it."""
    from digit.numbers.number import MOST_ROWS_SAID
    from digit.recognition.prediction import percent

    confidence = f" ({percent(number.confidence)})" if number.rows else ""
    many = number.rows if len(number.rows) > MOST_ROWS_SAID else ()
    rows = (f"{row.text} ?" if row.doubtful else row.text for row in many)
    print("\n  ".join([f"{printable(file)}: {number.sentence}{confidence}", *rows]), flush=True)


def show_figure(file: str, figure: Figure) -> None:
    """Open a figure in a window; without a display, save it beside the picture."""
    from PIL import Image, ImageShow

    page = io.BytesIO()
    figure.savefig(page)
    if _has_display() and ImageShow.show(Image.open(page), title=file):
        return
    target = Path(f"{file}.digit.png")
    try:
        target.write_bytes(page.getvalue())
    except OSError as error:
        raise DigitError(f"{target} cannot be written ({error.strerror}).") from error
    complain(f"{file}: figure saved as {target}")


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def with_progress(items: Iterable[Item], files: Files) -> Iterable[Item]:
    """The items; with many, and answers redirected, with a progress bar on a terminal's standard error."""
    if sys.stdout.isatty() or not sys.stderr.isatty() or not files.at_least(PROGRESS_FROM):
        yield from items
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (*Progress.get_default_columns()[:-1], MofNCompleteColumn(), TimeRemainingColumn())
    # By default rich redirects standard output too, and the answers would go to the terminal.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        yield from progress.track(items, total=files.count(), description="Reading")


def complain(line: str) -> None:
    """Print one line on standard error."""
    print(printable(line), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Text for a terminal: line breaks, escape sequences and direction marks are escaped."""
    shown = (c.isprintable() or unicodedata.category(c) == "Zs" for c in text)
    spelled = (c.encode("unicode_escape").decode("ascii") for c in text)
    return "".join(c if plain else code for c, plain, code in zip(text, shown, spelled, strict=True))
