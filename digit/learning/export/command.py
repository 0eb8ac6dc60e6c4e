"""`python train.py export FOLDER`: further formats of a finished model folder."""

from __future__ import annotations

import argparse

from digit.artifact import load_artifact
from digit.data.mnist import load_mnist
from digit.errors import ArtifactError
from digit.learning.flags import add_data_dir
from digit.learning.runs import load_keras


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every argument of `train.py export`."""
    parser.add_argument("folder", metavar="FOLDER", help="finished model folder")
    parser.add_argument(
        "--formats",
        default="float16,int8",
        metavar="NAMES",
        help="comma-separated: float16, int8, onnx (default: float16,int8)",
    )
    parser.add_argument("--force", action="store_true", help="keep formats that lose accuracy as well")
    add_data_dir(parser)


def run(options: argparse.Namespace) -> int:
    """Add the formats to the model folder and measure each; formats that lose too much accuracy are refused."""
    artifact = load_artifact(options.folder)

    load_keras()
    from digit.learning.export.formats import add_formats, format_table, parse_formats

    names = parse_formats(options.formats)
    rows = add_formats(artifact, names, load_mnist(options.data_dir), force=options.force)
    print(f"{format_table(rows)}\nModel folder: {artifact.path}")
    refused = [name for name, row in rows.items() if not row["kept"]]
    if refused:
        raise ArtifactError(
            f"Refused, more than 0.05 points of accuracy lost: {', '.join(refused)}. --force keeps them anyway."
        )
    return 0
