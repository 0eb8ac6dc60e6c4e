"""Builds a digit reader: data, training, evaluation, export. Writes one model folder, which the app serves.

    python train.py                                    MNIST from the network, the flagship; an hour on a CPU
    python train.py --data-dir DIR                     MNIST from DIR/mnist.npz
    python train.py --preset cnn_classic --epochs 3    something quicker
    python train.py --compare                          every preset and baseline, one table
    python train.py --explore                          what is in the data: counts, checks, figures
    python train.py --resume                           go on with what was interrupted
    python train.py --tune 8                           search for better settings, and train with them
    python train.py --task numbers --into DIR          the reader of touching digits, for a model folder
    python train.py --export artifacts/<folder>        float16 and int8 beside the served file
    python train.py --push USER/REPO                   and publish the model folder on the Hugging Face Hub
    DIGIT_MODEL=artifacts/<folder> python app.py       serve the result

Reads as the story; every chapter lives in `digit.data`, `digit.learning` and `digit.evaluation`.
"""

from __future__ import annotations

import argparse
import errno
import os
import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # a machine without a GPU is no error; real ones are exceptions

from digit.artifact import CONFIG, MODEL_KERAS, READER_KERAS, load_artifact
from digit.data.extra import join
from digit.data.mnist import data_dir_from, load_mnist, validation_split
from digit.errors import ArtifactError, DigitError, HubError, SettingsError
from digit.learning.datasets import load_dataset, parse_datasets
from digit.learning.digits.distillation import Teachers
from digit.learning.digits.options import chosen_line_settings, chosen_settings, command_line, given_of
from digit.learning.digits.settings import load_settings
from digit.process.stderr import silenced_stderr

ARTIFACTS = Path("artifacts")
UNFINISHED = ".unfinished.npz"
STOPPED = 130
"""Exit status after Ctrl-C, as shells have it."""


def main(arguments: list[str] | None = None) -> int:
    """Run the whole story; returns the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    options = command_line().parse_args(given)
    try:
        if options.push and (options.explore or options.task == "numbers" or options.export or options.compare):
            raise SettingsError("--push publishes the model folder of a training; `python -m digit push` any other.")
        if options.task != "numbers" and (foreign := given_of(options, "merge", "into", "steps")):
            raise SettingsError(f"--{foreign[0]} is for lines of digits: expected it with --task numbers.")
        if options.explore:
            return explore(options)
        if options.task == "numbers":
            return numbers(options)
        if options.export:
            return export(options)
        return compare(options, given) if options.compare else build(options)
    except DigitError as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"train.py: {_sentence(error)} {_remaining(options, given)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\ntrain.py: Stopped. {_remaining(options, given)}", file=sys.stderr)
        return STOPPED


def leave(status: int) -> NoReturn:
    """End the process. After Ctrl-C at once: Keras's threads still prepare batches, and abort a tidy end."""
    sys.stdout.flush()
    sys.stderr.flush()
    if status == STOPPED:
        os._exit(status)
    raise SystemExit(status)


def _load_keras() -> None:
    """Takes seconds, so only where it is needed; its backend greets on standard error."""
    with silenced_stderr():
        import keras  # noqa: F401


def build(options: argparse.Namespace) -> int:
    """Data, network, training, artifact."""
    from_file = load_settings(options.config) if options.config else {}
    if options.preset and options.preset != from_file.get("preset", options.preset):
        raise SettingsError(f"--preset is {options.preset}, and {options.config} is for {from_file['preset']}.")
    options.preset = options.preset or from_file.pop("preset", "cnn_classic" if options.tune else "flagship")
    options.output = folder = _new_folder(options)
    if options.push:
        from digit.hub.answers import give_up_on_silence
        from digit.hub.push import check_push

        give_up_on_silence()
        check_push(options.push)  # whose token this is: better said now than after the training
    extras = parse_datasets(options.datasets)
    teachers = Teachers(options.teachers.split(",")) if options.teachers else None
    start = load_artifact(options.start) if options.start else None

    _load_keras()
    from digit.evaluation.plots.figures import write_figures
    from digit.learning.checkpoint import Checkpoint
    from digit.learning.digits.building import TrainedNetwork, build_artifact
    from digit.learning.digits.presets import PRESETS, build_model, preset_settings
    from digit.learning.digits.training import train

    settings = preset_settings(options.preset, **{**from_file, **chosen_settings(options)})
    settings.check()
    build_model(settings.preset, architecture=settings.architecture)  # an option that cannot be built is said at once

    # Prepare the data
    mnist = load_mnist(options.data_dir)
    train_index, validation_index = validation_split(
        mnist.train, fraction=settings.validation_fraction, seed=settings.split_seed
    )
    training, validation = mnist.train[train_index], mnist.train[validation_index]
    split = "by writer" if mnist.train.writers is not None else "stratified"
    datasets: dict[str, Any] = {"mnist": {"train": len(training), "validation": len(validation), "split": split}}
    test_sets = {"mnist_test": mnist.test}
    parts = [(training, 1)]
    for name in extras:
        extra = load_dataset(name, options.data_dir)
        parts.append((extra.train, extra.repeat))
        if len(extra.test):
            test_sets[f"{name}_test"] = extra.test
        datasets[name] = {"train": len(extra.train), "repeat": extra.repeat, "test": len(extra.test)}
    training = join(parts)
    print(f"Data      {len(training):,} digits to train on, {len(validation):,} to validate on ({split} split)")

    # Tune the settings
    if options.tune is not None:
        from digit.learning.digits.tuning import Search, tune

        searched = options.tuning or ARTIFACTS / f"tuning-{settings.preset}-{options.tuner}"
        search = Search(searched, options.tune, options.tuner, options.trial_epochs, verbose=options.verbose)
        best = tune(training, validation, settings, search)
        if best is None:
            print("The search is over; the chief trains the best settings to the end.")
            return 0
        settings = best
        print(f"Trials    {searched}/trials.csv; the best settings: {searched}/best.json")

    # Build and train the model
    print(f"Preset    {settings.preset}: {PRESETS[settings.preset].description}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(_unfinished(folder))
    model, history = train(
        training,
        validation,
        settings,
        teachers=teachers,
        start=start.path / MODEL_KERAS if start else None,
        checkpoint=checkpoint,
        verbose=options.verbose,
    )

    # Evaluate and export
    lineage = {
        "teachers": [artifact.sha256[:12] for artifact in teachers.artifacts] if teachers else [],
        "start": start.sha256[:12] if start else None,
    }
    network = TrainedNetwork(model, history, settings, checkpoint.seconds, datasets, lineage)
    artifact = build_artifact(folder, network, validation, test_sets)
    checkpoint.remove()
    write_figures(artifact.path)
    _summary(artifact.path, checkpoint.seconds)

    # Publish
    if options.push:
        publish(artifact.path, options.push, private=options.private)
    return 0


def publish(folder: Path, repo: str, *, private: bool) -> None:
    """Push a finished model folder; what goes wrong then costs no training."""
    from digit.cli.hub import push_report
    from digit.hub.push import push

    try:
        print(push_report(push(folder, repo, private=private), repo))
    except DigitError as error:
        again = shlex.join(["python", "-m", "digit", "push", str(folder), repo, *(["--private"] if private else [])])
        raise HubError(f"{error} The model folder is finished; publish it with: {again}") from None


def export(options: argparse.Namespace) -> int:
    """Further formats for a finished model folder, each measured; refuses those that lose too much."""
    artifact = load_artifact(options.export)

    _load_keras()
    from digit.learning.export.formats import add_formats, format_names, format_table

    names = format_names(options.formats)
    rows = add_formats(artifact, names, load_mnist(options.data_dir), force=options.force)
    print(f"{format_table(rows)}\nModel folder: {artifact.path}")
    refused = [name for name, row in rows.items() if not row["kept"]]
    if refused:
        raise ArtifactError(
            f"Refused, more than 0.05 points lost: {', '.join(refused)}. --force keeps it all the same."
        )
    return 0


def numbers(options: argparse.Namespace) -> int:
    """The reader of lines: data, network, training, its part of a model folder."""
    names = "preset", "config", "tune", "teachers", "epochs", "batch_size", "compare", "export", "no_augmentation"
    if foreign := given_of(options, *names):
        raise SettingsError(f"--{foreign[0]} is for single digits; --task numbers takes --steps.")
    if options.merge and (foreign := given_of(options, "steps", "start", "option")):
        raise SettingsError(f"--{foreign[0]} is for a training; --merge puts finished readers together.")
    chosen = chosen_line_settings(options)
    options.preset = "reader"
    options.output = folder = _new_folder(options)
    into = load_artifact(options.into) if options.into else None
    start = Path(options.start) / READER_KERAS if options.start else None
    if start is not None and not start.is_file():
        raise SettingsError(f"--start should name a folder with {READER_KERAS}; received {options.start}.")
    extras = parse_datasets(options.datasets)

    from digit.data.synthesis.lines import Glyphs

    _load_keras()
    from digit.learning.checkpoint import Checkpoint
    from digit.learning.numbers import building as lines_building
    from digit.learning.numbers.settings import LineSettings
    from digit.learning.numbers.training import train_reader

    settings = LineSettings(**chosen)
    settings.check()
    finished = lines_building.merge([Path(name) for name in options.merge.split(",")]) if options.merge else None

    # Prepare the data
    data = lines_building.load_reader_data(options.data_dir, extras, settings.seed)
    print(f"Data      {len(data.digits):,} digits, {len(data.cheques):,} real lines to train on")

    # Build and train the model
    folder.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = Checkpoint(_unfinished(folder))
    if finished is None:
        arrays = lines_building.as_arrays(data.validation, settings.seed)
        model, history = train_reader(
            Glyphs(data.digits),
            data.cheques,
            arrays,
            settings,
            start=start,
            checkpoint=checkpoint,
            verbose=options.verbose,
        )
        finished = lines_building.TrainedReader(model, history, settings, checkpoint.seconds, start)

    # Evaluate and export
    content = lines_building.build_reader_part(folder, finished, data)
    checkpoint.remove()
    print(lines_building.summary(content))
    if into is not None:
        lines_building.put_into(into.path, folder)
    print(f"Reader:   {folder}" + (f", and in {into.path}" if into is not None else ""))
    return 0


def compare(options: argparse.Namespace, given: list[str]) -> int:
    """Every preset and baseline on the same digits, one table; with --bundle, the files that the app shows."""
    foreign = [
        n for n in ("preset", "config", "option", "teachers", "start", "tune") if getattr(options, n) is not None
    ]
    if foreign:
        raise SettingsError(f"--{foreign[0]} is for a single training; --compare trains each system in its own way.")
    if options.datasets != "mnist":
        raise SettingsError(f"--compare trains on mnist alone; received --datasets {options.datasets}.")
    options.output = folder = options.output or ARTIFACTS / "comparison"
    bundle = load_artifact(options.bundle) if options.bundle else None
    flagship = load_artifact(options.flagship) if options.flagship else bundle

    from digit.evaluation.plots.figures import write_figures

    _load_keras()
    from digit.learning.comparison import bundling
    from digit.learning.comparison import systems as comparison
    from digit.learning.comparison.measuring import load_pictures

    systems = comparison.system_names(options.systems)
    if flagship is not None:
        bundling.check_flagship(flagship, bundle)

    # Prepare the data
    mnist = load_mnist(options.data_dir)
    pictures = load_pictures(data_dir_from(options.data_dir))
    ground = comparison.common_ground(mnist, pictures)
    people = f", {len(pictures):,} pictures of real people's digits" if pictures else ""
    print(f"Data      {len(ground.training):,} digits to train on, {len(ground.test):,} to measure on{people}")

    # Train and measure what is not finished yet
    rows, seconds = comparison.compare(
        folder, systems, ground, changes=chosen_settings(options), flagship=flagship, verbose=options.verbose
    )
    command = bundling.public_command(["python", "train.py", *given])
    bundling.save_tables(folder, rows, command=command, seconds=seconds)
    write_figures(folder)
    print(
        f"\n{bundling.text_table(rows)}\n\nTables: {folder}/comparison.md, .csv and .json; {seconds / 60:.1f} minutes"
    )

    # Put it into the bundle
    if bundle is not None:
        size = bundling.bundle_comparison(bundle.path, folder, rows, mnist)
        print(f"Bundle: {bundle.path}, {size / 1e6:.2f} MB more\nShow it: DIGIT_MODEL={bundle.path} python app.py")
    return 0


def explore(options: argparse.Namespace) -> int:
    """What is in the data before anything learns from it; trains nothing."""
    if options.compare or options.tune is not None:
        raise SettingsError("--explore trains nothing: expected it without --compare and --tune.")
    folder = options.output or ARTIFACTS / f"exploration-{datetime.now():%Y%m%d-%H%M%S}"

    from digit.data.profile import exploration_text
    from digit.evaluation.plots.figures import write_exploration

    found = write_exploration(folder, load_mnist(options.data_dir), seed=options.seed or 0)
    print(f"{exploration_text(found)}\n\nArrays and figures: {folder}")
    return 0


def _new_folder(options: argparse.Namespace) -> Path:
    """Where the model folder will be; with --resume, that of the training to go on with."""
    folder: Path | None = options.output
    if folder is None and options.resume:
        unfinished = sorted(ARTIFACTS.glob(f".{options.preset}-*{UNFINISHED}"), key=lambda path: path.stat().st_mtime)
        if not unfinished:
            raise SettingsError(
                f"--resume: {ARTIFACTS} holds no unfinished training of {options.preset}; --output says where else."
            )
        folder = ARTIFACTS / unfinished[-1].name[1:].removesuffix(UNFINISHED)
    if folder is None:
        folder = ARTIFACTS / f"{options.preset}-{datetime.now():%Y%m%d-%H%M%S}"
    if folder.exists():
        raise SettingsError(f"--output {folder} exists already: expected a new folder.")
    if _unfinished(folder).exists() and not options.resume:
        raise SettingsError(
            f"An unfinished training of {folder} lies in {_unfinished(folder)}: --resume goes on with it; remove the "
            "file to begin anew."
        )
    return folder


def _unfinished(folder: Path) -> Path:
    """The checkpoint of a model folder that does not exist yet, hidden beside it."""
    return folder.with_name(f".{folder.name}{UNFINISHED}")


def _remaining(options: argparse.Namespace, given: list[str]) -> str:
    """What an interrupted run has left behind, and how to go on."""
    if options.compare:
        done = [path.parent.name for path in sorted((options.output or ARTIFACTS / "comparison").glob("*/row.json"))]
        kept = f"Finished and kept: {', '.join(done)}." if done else "No system was finished."
        return f"{kept} The same command goes on from there."
    if options.output is not None and (options.output / CONFIG).is_file():
        return f"{options.output} is complete but for its figures."
    if options.output is None or not _unfinished(options.output).exists():
        return "Finished trials are kept: the same command goes on." if options.tune else "Nothing was written."
    more = [] if "--resume" in given else ["--resume"]
    more += [] if "--output" in given else ["--output", str(options.output)]
    return f"Go on with: {shlex.join(['python', 'train.py', *given, *more])}"


def _sentence(error: OSError) -> str:
    """An error of the system in words."""
    where = f" at {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}: expected some 30 MB of free space."
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return f"A folder was expected{where}, and there is a file."
    return f"{error.strerror or error}{where}."


def _summary(folder: Path, seconds: float) -> None:
    from digit.artifact import load_artifact, load_metrics

    metrics = load_metrics(load_artifact(folder))
    print(f"\nTrained in {seconds / 60:.1f} minutes; {metrics['model']['parameters']:,} parameters")
    for name, figures in metrics["sets"].items():
        print(
            f"{name:12}{100 * figures['accuracy']:7.2f} %  {figures['errors']} of {figures['count']:,} wrong, "
            f"ECE {100 * figures['ece']:.2f} %"
        )
    print(f"Model folder: {folder}, with figures and report.txt")
    print(f"Serve it:     DIGIT_MODEL={folder} python app.py\nSmaller:      python train.py --export {folder}")


if __name__ == "__main__":
    leave(main())
