"""`python train.py numbers`: the finder and the reader, for a model folder."""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

from digit.artifact import load_artifact
from digit.errors import SettingsError
from digit.learning import flags
from digit.learning.datasets import parse_datasets
from digit.learning.numbers.settings import FinderSettings, FitSettings, ReaderSettings
from digit.learning.runs import checkpoint_path, load_keras, new_folder

SETTINGS = ("precision", "seed")
"""Fields of `FitSettings` that have a flag."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every flag of `train.py numbers`."""
    flags.add_data_dir(parser)
    flags.add_datasets(parser)
    flags.add_output(parser, "artifacts/numbers-<date>")
    parser.add_argument("--into", type=Path, metavar="DIR", help="model folder that receives the finished networks")
    parser.add_argument(
        "--start", type=Path, metavar="DIR", help="continue from the finder and the reader of an earlier training"
    )
    parser.add_argument("--keep-finder", action="store_true", help="train the reader alone; needs --start")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of self-training (default: 3)")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted training")
    parser.add_argument(
        "--effort", type=float, default=1.0, metavar="SHARE", help="share of the usual steps (default: 1)"
    )
    flags.add_training_flags(parser, FitSettings(steps=1), *SETTINGS)


def run(options: argparse.Namespace) -> int:
    """Load the data, train finder and reader, evaluate and export them, and put them into a model folder."""
    chosen = flags.given_settings(options, *SETTINGS)
    finder, reader = FinderSettings(), ReaderSettings()
    finder = replace(finder, fit=replace(scaled(finder.fit, options.effort), **chosen))
    reader = replace(reader, fit=replace(scaled(reader.fit, options.effort), **chosen))
    if not 1 <= options.rounds <= 20:
        raise SettingsError(f"--rounds should be 1 to 20; received {options.rounds}.")
    if options.keep_finder and not options.start:
        raise SettingsError("--keep-finder needs --start DIR, the folder with the finder to keep.")
    finder.fit.check()
    reader.fit.check()
    options.output = folder = new_folder(options.output, "numbers", resume=options.resume)
    into = load_artifact(options.into) if options.into else None
    extras = parse_datasets(options.datasets)

    load_keras()
    from digit.learning.numbers import building
    from digit.learning.numbers.data import load_numbers_data
    from digit.learning.numbers.recipe import Stages, train_numbers

    # Prepare the data
    data = load_numbers_data(options.data_dir, extras)
    counts = ", ".join(f"{name} {part['train']:,}" for name, part in data.counts.items())
    print(f"Data      {counts} to train on")

    # Build and train both networks
    unfinished = checkpoint_path(folder)
    start = building.load_networks(options.start, finder, reader) if options.start else None
    stages = Stages(unfinished)
    trained = train_numbers(
        data,
        finder,
        reader,
        stages,
        options.verbose,
        start=start,
        rounds=options.rounds,
        keep_finder=options.keep_finder,
    )

    # Evaluate and export
    report = building.build_numbers_part(folder, trained, data, finder, reader)
    shutil.rmtree(unfinished)
    print(building.summary(report))
    if into is not None:
        building.put_into(into.path, folder)
    print(f"Numbers:  {folder}" + (f", and in {into.path}" if into is not None else ""))
    return 0


def scaled(fit: FitSettings, effort: float) -> FitSettings:
    """The schedule with a share of its steps.

    Raises:
        SettingsError: the share is not a positive number.
    """
    if not 0 < effort < 1000:
        raise SettingsError(f"--effort should be above 0, such as 0.1 or 2; received {effort:g}.")
    log_steps = max(1, round(min(fit.log_steps, fit.log_steps * effort)))
    return replace(fit, steps=max(1, round(fit.steps * effort / log_steps)) * log_steps, log_steps=log_steps)
