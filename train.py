"""Trains a digit classifier and writes the model folder that the app serves.

    python train.py                                    MNIST from the network, the flagship; about an hour on a CPU
    python train.py --data-dir DIR                     MNIST from DIR/mnist.npz
    python train.py --preset cnn_quick                 a quicker preset
    python train.py --resume                           continue an interrupted training
    python train.py --tune 8                           search for better settings, then train with them
    python train.py --push USER/REPO                   publish the model folder on the Hugging Face Hub
    python train.py numbers --into DIR                 the reader of lines of digits, for a model folder
    python train.py compare                            every preset and baseline in one table
    python train.py explore                            counts, checks and figures of the data
    python train.py export FOLDER                      float16 and int8 beside the served file
    DIGIT_MODEL=artifacts/<folder> python app.py       serve the result

Without a command, `digits` runs: the story below. The other commands are in `digit.learning`.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import NoReturn

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # silences TensorFlow's messages about missing GPUs
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # without AVX-512 it is off, and training 1.4 times as slow

import digit.learning.comparison.command as comparison
import digit.learning.export.command as export
import digit.learning.numbers.command as numbers
from digit.artifact import MODEL_KERAS, load_artifact
from digit.errors import DigitError, HubError
from digit.learning import exploration, runs
from digit.learning.datasets import load_digits, parse_datasets
from digit.learning.digits import options as digits_options
from digit.learning.digits.distillation import Teachers
from digit.learning.flags import current_spelling

INTERRUPTED = 130
"""Exit status after Ctrl-C, as in shells."""


def command_line() -> argparse.ArgumentParser:
    """Every command of `train.py` with its options."""
    parser = argparse.ArgumentParser(
        description="Train digit classifiers and readers, compare them, and export them.",
        epilog="Without a command, `digits` runs: `python train.py` downloads MNIST and trains the flagship. "
        "`python train.py COMMAND --help` lists the options of a command.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text, room, run, leftovers in (
        ("digits", "train a classifier of single digits", digits_options, digits, runs.training_leftovers),
        ("numbers", "train the reader of lines of digits", numbers, numbers.run, runs.training_leftovers),
        ("compare", "train and measure every preset and baseline", comparison, comparison.run, comparison.leftovers),
        ("explore", "count, check and draw the data", exploration, exploration.run, runs.training_leftovers),
        ("export", "add formats to a finished model folder", export, export.run, runs.training_leftovers),
    ):
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        room.add_options(command)
        command.set_defaults(run=run, leftovers=leftovers)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    without_command = not given or (given[0].startswith("-") and given[0] not in ("-h", "--help"))
    if without_command and (current := current_spelling(given)) is not None:
        print(f"train.py: This is now spelled: {shlex.join(['python', 'train.py', *current])}", file=sys.stderr)
        return 2
    options = command_line().parse_args(["digits", *given] if without_command else given)
    options.given = given
    try:
        status: int = options.run(options)
    except DigitError as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"train.py: {runs.describe_os_error(error)} {options.leftovers(options)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\ntrain.py: Stopped. {options.leftovers(options)}", file=sys.stderr)
        return INTERRUPTED
    return status


def leave(status: int) -> NoReturn:
    """End the process; after Ctrl-C without cleaning up, which Keras's threads would abort."""
    sys.stdout.flush()
    sys.stderr.flush()
    if status == INTERRUPTED:
        os._exit(status)
    raise SystemExit(status)


def digits(options: argparse.Namespace) -> int:
    """Train a classifier of single digits, from the data to the published model folder."""
    preset, changes = digits_options.chosen_preset(options)
    options.output = folder = runs.new_folder(options.output, preset, resume=options.resume)
    if options.push:
        from digit.hub.answers import give_up_on_silence
        from digit.hub.push import check_push

        give_up_on_silence()
        check_push(options.push)  # a missing token is reported now rather than after the training
    extras = parse_datasets(options.datasets)
    teachers = Teachers(options.teachers.split(",")) if options.teachers else None
    start = load_artifact(options.start) if options.start else None

    runs.load_keras()
    from digit.evaluation.plots.figures import write_figures
    from digit.learning.checkpoint import Checkpoint
    from digit.learning.digits.building import TrainedNetwork, build_artifact, change, summary
    from digit.learning.digits.presets import PRESETS, build_model, preset_settings
    from digit.learning.digits.training import train

    settings = preset_settings(preset, **changes)
    settings.check()
    build_model(preset, architecture=settings.architecture)  # reports an architecture that cannot be built

    # Prepare the data
    data = load_digits(options.data_dir, extras, settings.validation_fraction, settings.split_seed)
    split = data.counts["mnist"]["split"]
    print(
        f"Data      {len(data.training):,} digits to train on, {len(data.validation):,} to validate on ({split} split)"
    )
    for line in data.left_out:
        print(f"Left out  {line}")

    # Tune the settings
    if options.tune is not None:
        from digit.learning.digits.tuning import Search, tune

        searched = options.tuning or runs.ARTIFACTS / f"tuning-{preset}-{options.tuner}"
        search = Search(searched, options.tune, options.tuner, options.trial_epochs, verbose=options.verbose)
        best = tune(data.training, data.validation, settings, search)
        if best is None:
            print("The search is finished; the chief process trains with the best settings.")
            return 0
        settings = best
        print(f"Trials    {searched}/trials.csv; the best settings: {searched}/best.json")

    # Build and train the model
    print(f"Preset    {preset}: {PRESETS[preset].description}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(runs.checkpoint_path(folder))
    model, history = train(
        data.training,
        data.validation,
        settings,
        teachers=teachers,
        start=start.path / MODEL_KERAS if start else None,
        checkpoint=checkpoint,
        verbose=options.verbose,
    )

    # Evaluate and export
    teaching = teachers.artifacts if teachers else ()
    network = TrainedNetwork(model, history, settings, checkpoint.seconds, data.counts, teaching, start)
    artifact = build_artifact(folder, network, data.validation, data.test_sets, data.mnist)
    checkpoint.remove()
    write_figures(artifact.path)
    print(summary(artifact, checkpoint.seconds))
    if start is not None:
        print(change(start, artifact, data.test_sets))

    # Publish
    if options.push:
        publish(artifact.path, options.push, private=options.private)
    return 0


def publish(folder: Path, repo: str, *, private: bool) -> None:
    """Push a finished model folder; an error names the command that publishes it later."""
    from digit.cli.hub import push_report
    from digit.hub.push import push

    try:
        print(push_report(push(folder, repo, private=private), repo))
    except DigitError as error:
        again = shlex.join(["python", "-m", "digit", "push", str(folder), repo, *(["--private"] if private else [])])
        raise HubError(f"{error} The model folder is finished; publish it with: {again}") from error


if __name__ == "__main__":
    leave(main())
