"""Reads many pictures with Ray Data, on this machine or in a cluster.

    pip install -r requirements-ray.txt
    python examples/ray_predict.py DIR --output answers            # a folder of pictures
    python examples/ray_predict.py pictures.parquet --output answers --workers 8    # columns "path" and "bytes"

Each worker loads the model once and reads batches with `predict_batch`. The answers are written as JSON lines: path,
digit, confidence, verdict, and an error if a file is not a picture. RAY_ADDRESS names a cluster; without it Ray starts
on this machine. On a cluster the package and the model folder must be on every machine.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import ray

from digit import PictureError, load_recognizer
from digit.cli.batch import PICTURES

ROOT = str(Path(__file__).resolve().parents[1])
BATCH = 64


class Reader:
    """A worker, which loads the model once and then reads batches."""

    def __init__(self, artifact: str | None) -> None:
        self._recognizer = load_recognizer(artifact)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        """Read a batch with the columns "path" and "bytes"."""
        answers: dict[str, list[Any]] = {"path": [], "digit": [], "confidence": [], "verdict": [], "error": []}
        pictures = [bytes(content) for content in batch["bytes"]]
        for path, answer in zip(batch["path"], self._recognizer.predict_batch(pictures, workers=1), strict=True):
            refused = isinstance(answer, PictureError)
            row = {} if refused else answer.as_dict()
            for column, values in answers.items():
                values.append({"path": str(path), "error": str(answer) if refused else None, **row}.get(column))
        return answers


def predict(source: str, workers: int, artifact: str | None = None) -> ray.data.Dataset:
    """The answers to a folder of pictures or a Parquet file of them, computed lazily."""
    if Path(source).suffix == ".parquet":
        pictures = ray.data.read_parquet(source).select_columns(["path", "bytes"])
    else:
        endings = [ending.removeprefix(".") for ending in sorted(PICTURES)]
        pictures = ray.data.read_binary_files(source, include_paths=True, file_extensions=endings)
    compute = ray.data.ActorPoolStrategy(min_size=1, max_size=workers)
    # Ray reserves half a core per worker, because loading pictures and writing answers need cores as well.
    return pictures.map_batches(
        Reader, fn_constructor_args=(artifact,), batch_size=BATCH, compute=compute, num_cpus=0.5
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="folder of pictures, or a Parquet file")
    parser.add_argument("--output", required=True, metavar="DIR", help="folder for the answers")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--artifact", metavar="DIR", help="model folder; default: the bundled one")
    options = parser.parse_args()
    ray.init(runtime_env={"env_vars": {"PYTHONPATH": ROOT}})
    predict(options.source, options.workers, options.artifact).write_json(options.output)


if __name__ == "__main__":
    main()
