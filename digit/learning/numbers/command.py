"""`python train.py numbers`: the reader of lines of touching digits, for a model folder."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from digit.artifact import READER_KERAS, load_artifact
from digit.errors import SettingsError
from digit.learning import flags
from digit.learning.datasets import parse_datasets
from digit.learning.numbers.settings import LineSettings
from digit.learning.runs import checkpoint_path, load_keras, new_folder

SETTINGS = ("steps", "learning_rate", "precision", "seed")
"""Fields of `LineSettings` that have a flag."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every flag of `train.py numbers`."""
    flags.add_data_dir(parser)
    flags.add_datasets(parser)
    flags.add_output(parser, "artifacts/reader-<date>")
    parser.add_argument("--into", type=Path, metavar="DIR", help="model folder that receives the finished reader")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted training")
    flags.add_training_flags(parser, LineSettings(), *SETTINGS)
    flags.add_architecture_option(parser, "filters=[32,48,64,96,128] or dropout=0.2")
    parser.add_argument("--start", metavar="DIR", help="folder of a finished reader that gives the initial weights")
    parser.add_argument(
        "--merge", metavar="DIRS", help="train nothing: combine comma-separated finished readers into an ensemble"
    )


def run(options: argparse.Namespace) -> int:
    """Load the data, train the reader, evaluate and export it, and put it into a model folder."""
    chosen = chosen_settings(options)
    options.output = folder = new_folder(options.output, "reader", resume=options.resume)
    into = load_artifact(options.into) if options.into else None
    start = Path(options.start) / READER_KERAS if options.start else None
    if start is not None and not start.is_file():
        raise SettingsError(f"--start should be a folder that contains {READER_KERAS}; received {options.start}.")
    extras = parse_datasets(options.datasets)

    from digit.data.synthesis.lines import Glyphs

    load_keras()
    from digit.learning.checkpoint import Checkpoint
    from digit.learning.numbers import building
    from digit.learning.numbers.training import train_reader

    settings = LineSettings(**chosen)
    settings.check()
    finished = building.merge([Path(name) for name in options.merge.split(",")]) if options.merge else None

    # Prepare the data
    data = building.load_reader_data(options.data_dir, extras, settings.seed)
    print(f"Data      {len(data.digits):,} digits, {len(data.cheques):,} real lines to train on")

    # Build and train the model
    folder.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(checkpoint_path(folder))
    if finished is None:
        model, history = train_reader(
            Glyphs(data.digits),
            data.cheques,
            building.as_arrays(data.validation, settings.seed),
            settings,
            start=start,
            checkpoint=checkpoint,
            verbose=options.verbose,
        )
        finished = building.TrainedReader(model, history, settings, checkpoint.seconds, start)

    # Evaluate and export
    content = building.build_reader_part(folder, finished, data)
    checkpoint.remove()
    print(building.summary(content))
    if into is not None:
        building.put_into(into.path, folder)
    print(f"Reader:   {folder}" + (f", and in {into.path}" if into is not None else ""))
    return 0


def chosen_settings(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of `LineSettings` that the command line sets.

    Raises:
        SettingsError: an option of the architecture is not filters=[...] or dropout=VALUE.
    """
    chosen = flags.given_settings(options, *SETTINGS)
    for name, value in flags.architecture_options(options).items():
        if name == "filters" and isinstance(value, list) and all(type(one) is int for one in value):
            chosen[name] = tuple(value)
        elif name == "dropout" and type(value) in (int, float):
            chosen[name] = value
        else:
            raise SettingsError(
                "--option should be filters=[32,48,64,96,128] or dropout=0.2, with other numbers; "
                f"received {name}={json.dumps(value)}."
            )
    return chosen
