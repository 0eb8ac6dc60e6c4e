"""`python train.py compare`: every preset and baseline on the same digits, in one table."""

from __future__ import annotations

import argparse

from digit.artifact import load_artifact
from digit.data.mnist import data_dir_from, load_mnist
from digit.learning.comparison.measuring import ROW, load_pictures
from digit.learning.digits.options import add_preset_flags, chosen_settings
from digit.learning.flags import add_data_dir, add_output
from digit.learning.runs import ARTIFACTS, load_keras

OUTPUT = ARTIFACTS / "comparison"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every flag of `train.py compare`."""
    add_data_dir(parser)
    add_output(parser, str(OUTPUT))
    parser.add_argument("--systems", metavar="NAMES", help="comma-separated presets and baselines (default: all)")
    parser.add_argument("--flagship", metavar="DIR", help="finished flagship to measure (default: one is trained)")
    parser.add_argument(
        "--bundle", metavar="DIR", help="model folder that receives the comparison; also the flagship to measure"
    )
    add_preset_flags(parser)
    parser.set_defaults(option=[])


def run(options: argparse.Namespace) -> int:
    """Train and measure each system that is not finished, print the table, and add it to the bundle."""
    folder = options.output or OUTPUT
    bundle = load_artifact(options.bundle) if options.bundle else None
    flagship = load_artifact(options.flagship) if options.flagship else bundle

    from digit.evaluation.plots.figures import write_figures

    load_keras()
    from digit.learning.comparison import bundling
    from digit.learning.comparison.systems import compare, comparison_data, parse_systems

    systems = parse_systems(options.systems)
    if flagship is not None:
        bundling.check_flagship(flagship, bundle)

    # Prepare the data
    mnist = load_mnist(options.data_dir)
    pictures = load_pictures(data_dir_from(options.data_dir))
    data = comparison_data(mnist, pictures)
    people = f", {len(pictures):,} pictures of real people's digits" if pictures else ""
    print(f"Data      {len(data.digits.training):,} digits to train on, {len(mnist.test):,} to test on{people}")

    # Train and measure the systems that are not finished
    rows, seconds = compare(
        folder, systems, data, changes=chosen_settings(options), flagship=flagship, verbose=options.verbose
    )
    command = bundling.public_command(["python", "train.py", *options.given])
    bundling.save_tables(folder, rows, command=command, seconds=seconds)
    write_figures(folder)
    print(
        f"\n{bundling.text_table(rows)}\n\nTables: {folder}/comparison.md, .csv and .json; {seconds / 60:.1f} minutes"
    )

    # Add the comparison to the bundle
    if bundle is not None:
        size = bundling.bundle_comparison(bundle.path, folder, rows, mnist)
        print(f"Bundle: {bundle.path}, {size / 1e6:.2f} MB added\nServe it: DIGIT_MODEL={bundle.path} python app.py")
    return 0


def leftovers(options: argparse.Namespace) -> str:
    """Describe which systems an interrupted comparison has finished."""
    done = [path.parent.name for path in sorted((options.output or OUTPUT).glob(f"*/{ROW}"))]
    kept = f"Finished and kept: {', '.join(done)}." if done else "No system was finished."
    return f"{kept} The same command continues from there."
