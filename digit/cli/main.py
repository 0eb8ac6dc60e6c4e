"""The command line: `python -m digit predict photo.jpg`, `python -m digit read note.jpg`; installed, just `digit`.

Reads files, prints answers; knows nothing of pictures or models beyond `digit.recognizer`, and of the web and the Hub
only who starts them. Exit status: 0, or 2 when a file or the model cannot be read, a figure cannot be written, the Hub
refuses or the command is wrong, 130 after Ctrl-C, 141 when the reader of the output has gone.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from digit import __version__
from digit.artifact import load_artifact
from digit.cli.batch import PROCESSES_FROM, Files, predict_files
from digit.cli.hub import add_hub_commands
from digit.errors import DigitError, PictureError
from digit.process.cores import cores
from digit.process.startup import prepare_process
from digit.process.stderr import silenced_stderr

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from digit.numbers.number import Number
    from digit.recognition.prediction import Prediction
    from digit.recognizer import Recognizer

Item = TypeVar("Item")
Printer = Callable[[str, "Prediction"], None]

UNREADABLE = 2
INTERRUPTED = 130
BROKEN_PIPE = 141
PROGRESS_FROM = 10
"""A progress bar is worth its line from this many files."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: without the program's name; None takes those of the process.

    Returns:
        The exit status.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name or a bar that the terminal's encoding lacks is no error
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    prepare_process()
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except DigitError as error:
        _complain(f"digit: {error}")
        return UNREADABLE
    except ModuleNotFoundError as error:  # the package is light by default
        if error.name is None or error.name.startswith("digit"):
            raise
        missing = error.name.partition(".")[0]
        extra = "app" if missing.startswith("gradio") else "train"
        _complain(f"digit: This needs {missing}, which is not installed: pip install 'digit[{extra}]'.")
        return UNREADABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output once more at exit: give it a place where that works.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status


def _predict(options: argparse.Namespace) -> int:
    recognizer = _recognizer(options)
    print_one = _printer(options)
    files = Files(options.files, options.recursive)

    def show(file: str) -> None:
        from digit.evaluation.plots.classifier import answer_figure
        from digit.imaging import preprocess

        steps = preprocess(file)
        prediction = recognizer.predict_steps(steps)
        print_one(file, prediction)
        sentence = prediction.sentence
        _show(file, answer_figure(steps.picture, prediction.digit_image, prediction.probabilities, sentence))

    def tell(answered: tuple[str, Prediction | PictureError]) -> None:
        file, answer = answered
        if isinstance(answer, PictureError):
            raise answer
        print_one(file, answer)

    if options.show:
        return _for_each(files, str, show, files)
    processes = options.jobs or (cores() if files.at_least(PROCESSES_FROM) else 1)
    with contextlib.closing(predict_files(recognizer, files, processes)) as answers:
        return _for_each(answers, lambda answered: answered[0], tell, files)


def _read(options: argparse.Namespace) -> int:
    recognizer = _recognizer(options)
    files = Files(options.files, options.recursive)

    def answer(file: str) -> None:
        number = recognizer.read(file)
        if options.json:
            print(json.dumps({"file": file, **number.as_dict()}), flush=True)
        else:
            _print_number(file, number)
        if options.show:
            from digit.evaluation.plots.boxes import number_figure

            _show(file, number_figure(file, number))

    return _for_each(files, str, answer, files)


def _recognizer(options: argparse.Namespace) -> Recognizer:
    from digit.recognizer import load_recognizer

    with silenced_stderr():
        recognizer = load_recognizer(options.artifact)
    if recognizer.artifact.note:
        _complain(f"digit: {recognizer.artifact.note}")
    return recognizer


def _app(_: argparse.Namespace) -> int:
    from digit.ui.app.serve import serve

    return serve("digit")


def _static(options: argparse.Namespace) -> int:
    from digit.ui.site.build import build_site

    contents = build_site(_recognizer(options).artifact, options.folder)
    size = sum(map(len, contents.values()))
    print(f"{options.folder}: {len(contents)} files, {size / 1e6:.1f} MB")
    print(f"Look at it: python -m http.server --directory {options.folder}")
    return 0


def _site() -> Mapping[str, bytes]:
    from digit.ui.site.build import site_contents

    return site_contents(load_artifact())


def _for_each(items: Iterable[Item], name: Callable[[Item], str], tell: Callable[[Item], None], files: Files) -> int:
    """Tell each; a line on standard error, under its name, for each that cannot be, and the exit status."""
    status = 0
    for item in _with_progress(items, files):
        file = name(item)
        try:
            tell(item)
        except PictureError as error:
            _complain(f"{file}: not a picture ({_clause(error)})")
            status = UNREADABLE
        except DigitError as error:  # the answer stands; what was to be shown of it cannot be written
            _complain(f"{file}: {error}")
            status = UNREADABLE
    return status


def _printer(options: argparse.Namespace) -> Printer:
    """How an answer is printed: JSON, the rendering for a terminal, or a line for a file or a pipe."""
    if options.json:
        return lambda file, prediction: print(
            json.dumps({"file": file, **prediction.as_dict(options.top_k)}), flush=True
        )
    if sys.stdout.isatty():
        from rich.console import Console

        from digit.cli.terminal import print_answer

        console = Console(highlight=False)
        return lambda file, prediction: print_answer(console, _printable(file), prediction, options.top_k)
    return _print_line


def _print_line(file: str, prediction: Prediction) -> None:
    from digit.recognition.prediction import percent

    known = prediction.digit is not None
    print(
        f"{_printable(file)}: {prediction.sentence}" + (f" ({percent(prediction.confidence)})" if known else ""),
        flush=True,
    )


def _print_number(file: str, number: Number) -> None:
    """The sentence, and the rows below it where they are too many to be said in it."""
    from digit.numbers.number import MOST_ROWS_SAID
    from digit.recognition.prediction import percent

    confidence = f" ({percent(number.confidence)})" if number.rows else ""
    rows = number.texts if len(number.rows) > MOST_ROWS_SAID else ()
    print("\n  ".join([f"{_printable(file)}: {number.sentence}{confidence}", *rows]), flush=True)


def _show(file: str, figure: Figure) -> None:
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
        raise DigitError(f"{target} cannot be written ({error.strerror}).") from None
    _complain(f"{file}: drawn in {target}")


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _with_progress(items: Iterable[Item], files: Files) -> Iterable[Item]:
    """The items, with a bar on standard error when there are many, a person watches and the answers go elsewhere."""
    if sys.stdout.isatty() or not sys.stderr.isatty() or not files.at_least(PROGRESS_FROM):
        yield from items
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (*Progress.get_default_columns()[:-1], MofNCompleteColumn(), TimeRemainingColumn())
    # By default rich takes standard output over as well, and the answers would land on the terminal.
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        yield from progress.track(items, total=files.count(), description="Reading")


def _clause(error: Exception) -> str:
    return str(error).removesuffix(".")


def _complain(line: str) -> None:
    """One line on standard error, whatever the names in it hold."""
    print(_printable(line), file=sys.stderr, flush=True)


def _printable(text: str) -> str:
    """Text for a terminal: line ends, escape sequences and marks that turn the direction are spelled, not sent."""
    shown = (c.isprintable() or unicodedata.category(c) == "Zs" for c in text)
    spelled = (c.encode("unicode_escape").decode("ascii") for c in text)
    return "".join(c if plain else code for c, plain, code in zip(text, shown, spelled, strict=True))


def _parser() -> argparse.ArgumentParser:
    program = "digit" if Path(sys.argv[0]).stem == "digit" else "python -m digit"  # installed, or run from its folder
    parser = argparse.ArgumentParser(prog=program, description="Reads handwritten digits.")
    parser.add_argument("--version", action="version", version=f"digit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    predict = commands.add_parser(
        "predict",
        help="read one digit from each picture",
        description="Read one digit from each picture: a photo, a scan or a drawing, dark on light or light on dark.",
        epilog="Exit status: 0 when every file was read, 2 otherwise; the other files are done all the same.",
    )
    predict.add_argument(
        "--top-k",
        type=int,
        choices=range(1, 11),
        default=3,
        metavar="K",
        help="how many digits to list with their probabilities, 1 to 10 (default: %(default)s)",
    )
    predict.add_argument(
        "--jobs",
        type=int,
        choices=range(1, 257),
        metavar="N",
        help="processes that read, 1 to 256 (default: one for each core where there are many files, else 1)",
    )
    predict.set_defaults(run=_predict)
    read = commands.add_parser(
        "read",
        help="read all the numbers on each picture",
        description="Read all the digits on each picture, row by row: a note, a form. Separators are skipped.",
        epilog="Exit status: 0 when every file was read, 2 otherwise; the other files are done all the same.",
    )
    read.set_defaults(run=_read)
    for command, shown in ((predict, "digit image and probabilities"), (read, "a box around each digit")):
        command.add_argument("files", nargs="+", metavar="FILE", help="PNG, JPEG, WebP, GIF, BMP or TIFF")
        command.add_argument(
            "--recursive", action="store_true", help="read all the pictures in a folder, and in the folders below"
        )
        command.add_argument(
            "--json", action="store_true", help="print one JSON object a line, in the order of the files"
        )
        command.add_argument(
            "--artifact",
            metavar="DIR",
            help="model folder, or USER/REPO or USER/REPO@REVISION on the Hugging Face Hub (default: the bundled one)",
        )
        command.add_argument(
            "--show",
            action="store_true",
            help=f"show the picture with {shown} in a window, or save FILE.digit.png without a display",
        )
    app = commands.add_parser(
        "app",
        help="serve the web page",
        description="Serve the web page. DIGIT_MODEL names another model, GRADIO_SERVER_PORT another port.",
    )
    app.set_defaults(run=_app)
    static = commands.add_parser(
        "static",
        help="write the page as a folder for any file server",
        description="Write Draw, read in the browser, and Evaluation as a folder that any file server can serve; it "
        "can be installed, and works without a network after the first visit.",
    )
    static.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or that of an earlier site")
    static.add_argument("--artifact", metavar="DIR", help="model folder (default: the bundled one)")
    static.set_defaults(run=_static)
    add_hub_commands(commands, _site)
    return parser
