"""The command line: `python -m digit predict photo.jpg`, `python -m digit read note.jpg`; or `digit`, once installed.

Exit status: 0; 2 when a file or the model cannot be read, a figure cannot be written, the Hub refuses or the command is
wrong; 130 after Ctrl-C; 141 when the output pipe was closed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from digit import __version__
from digit.artifact import load_artifact
from digit.cli.batch import PROCESSES_FROM, Files, predict_files
from digit.cli.hub import add_hub_commands
from digit.cli.output import answer_printer, complain, print_number, show_figure, with_progress
from digit.errors import DigitError, PictureError
from digit.process.cores import cores
from digit.process.startup import prepare_process
from digit.process.stderr import silenced_stderr

if TYPE_CHECKING:
    from digit.recognition.prediction import Prediction
    from digit.recognizer import Recognizer

Item = TypeVar("Item")

UNREADABLE = 2
INTERRUPTED = 130
BROKEN_PIPE = 141


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: without the program's name; None takes those of the process.

    Returns:
        The exit status.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # characters that the terminal's encoding lacks are escaped
            stream.reconfigure(errors="backslashreplace")
    options = command_line().parse_args(arguments)
    prepare_process()
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except DigitError as error:
        complain(f"digit: {error}")
        return UNREADABLE
    except ModuleNotFoundError as error:  # an optional dependency
        if error.name is None or error.name.startswith("digit"):
            raise
        missing = error.name.partition(".")[0]
        extra = "app" if missing.startswith("gradio") else "train"
        complain(f"digit: This needs {missing}, which is not installed: pip install 'digit[{extra}]'.")
        return UNREADABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output again at exit, which must not fail.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status


def _predict(options: argparse.Namespace) -> int:
    recognizer = _recognizer(options)
    print_one = answer_printer(options)
    files = Files(options.files, options.recursive)

    def predict_and_show(file: str) -> None:
        from digit.evaluation.plots.classifier import answer_figure
        from digit.imaging import preprocess

        steps = preprocess(file)
        prediction = recognizer.predict_steps(steps)
        print_one(file, prediction)
        sentence = prediction.sentence
        show_figure(file, answer_figure(steps.picture, prediction.digit_image, prediction.probabilities, sentence))

    def print_answer(answered: tuple[str, Prediction | PictureError]) -> None:
        file, answer = answered
        if isinstance(answer, PictureError):
            raise answer
        print_one(file, answer)

    if options.show:
        return _for_each(files, str, predict_and_show, files)
    processes = options.jobs or (cores() if files.at_least(PROCESSES_FROM) else 1)
    with contextlib.closing(predict_files(recognizer, files, processes)) as answers:
        return _for_each(answers, lambda answered: answered[0], print_answer, files)


def _read(options: argparse.Namespace) -> int:
    from digit.imaging.documents import open_page, page_count

    recognizer = _recognizer(options)
    files = Files(options.files, options.recursive)

    def read_one(file: str) -> None:
        for page in range(1, (pages := page_count(file)) + 1):
            picture = open_page(file, page)
            number, name = recognizer.read(picture), f"{file}, page {page}" if pages > 1 else file
            if options.json:
                place = {"page": page} if pages > 1 else {}
                print(json.dumps({"file": file, **place, **number.as_dict()}), flush=True)
            else:
                print_number(name, number)
            if options.show:
                from digit.evaluation.plots.boxes import number_figure

                show_figure(name, number_figure(picture, number))

    return _for_each(files, str, read_one, files)


def _recognizer(options: argparse.Namespace) -> Recognizer:
    from digit.recognizer import load_recognizer

    with silenced_stderr():
        recognizer = load_recognizer(options.artifact)
    if recognizer.artifact.note:
        complain(f"digit: {recognizer.artifact.note}")
    return recognizer


def _app(_: argparse.Namespace) -> int:
    from digit.ui.app.serve import serve

    return serve("digit")


def _static(options: argparse.Namespace) -> int:
    from digit.ui.site.build import build_site

    contents = build_site(_recognizer(options).artifact, options.folder)
    size = sum(map(len, contents.values()))
    print(f"{options.folder}: {len(contents)} files, {size / 1e6:.1f} MB")
    print(f"View it: python -m http.server --directory {options.folder}")
    return 0


def _site() -> Mapping[str, bytes]:
    from digit.ui.site.build import site_contents

    return site_contents(load_artifact())


def _for_each(
    items: Iterable[Item], name: Callable[[Item], str], print_item: Callable[[Item], None], files: Files
) -> int:
    """Print each item; print a line on standard error for each that fails. Returns the exit status."""
    status = 0
    for item in with_progress(items, files):
        file = name(item)
        try:
            print_item(item)
        except PictureError as error:
            complain(f"{file}: not a picture ({_clause(error)})")
            status = UNREADABLE
        except DigitError as error:  # the answer was printed, but its figure cannot be written
            complain(f"{file}: {error}")
            status = UNREADABLE
    return status


def _clause(error: Exception) -> str:
    return str(error).removesuffix(".")


def command_line() -> argparse.ArgumentParser:
    """Every command of `digit` with its options."""
    program = (
        "digit" if Path(sys.argv[0]).stem == "digit" else "python -m digit"
    )  # installed, or run from the project's folder
    parser = argparse.ArgumentParser(prog=program, description="Reads handwritten digits.")
    parser.add_argument("--version", action="version", version=f"digit {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    predict = commands.add_parser(
        "predict",
        help="read one digit from each picture",
        description="Read one digit from each picture: a photo, a scan or a drawing, dark on light or light on dark.",
        epilog="Exit status: 0 when every file was read, 2 if any failed; the other files are still read.",
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
        help="reading processes, 1 to 256 (default: one per core for many files, else 1)",
    )
    predict.set_defaults(run=_predict)
    read = commands.add_parser(
        "read",
        help="read all the numbers on each picture",
        description="Read all the numbers on each picture as they are written, with their separators: a note, a form. "
        "Of more than four numbers, those to check end in a question mark. All pages of a PDF or TIFF are read.",
        epilog="Exit status: 0 when every file was read, 2 if any failed; the other files are still read.",
    )
    read.set_defaults(run=_read)
    for command, shown in ((predict, "digit image and probabilities"), (read, "a box around each digit")):
        command.add_argument("files", nargs="+", metavar="FILE", help="PNG, JPEG, HEIC, WebP, GIF, BMP, TIFF or PDF")
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
        description="Write the Draw and Evaluation tabs as a folder for any file server. Digits are read in the "
        "browser; the page can be installed, and works offline after the first visit.",
    )
    static.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or one with an earlier site")
    static.add_argument("--artifact", metavar="DIR", help="model folder (default: the bundled one)")
    static.set_defaults(run=_static)
    add_hub_commands(commands, _site)
    return parser
