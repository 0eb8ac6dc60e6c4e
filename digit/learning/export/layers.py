"""Exports a network whose outputs are the activations of each block, for "Look inside" on the page.

    python -m digit.learning.export.layers artifacts/<folder>      # adds the export to a finished model folder

The networks of this project are chains of layers, so that the receptive fields can be computed layer by layer.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from digit.artifact import MODEL_INSIDE, MODEL_KERAS, REPORT, Artifact, Block, load_artifact, save_blocks, save_config
from digit.data.mnist import to_digit_images
from digit.errors import ArtifactError
from digit.evaluation.report import load_report
from digit.learning.export.convert import export, export_in_subprocess
from digit.types import FloatArray

PARITY_TOLERANCE = 0.02
"""Largest allowed difference to Keras, as a fraction of a block's largest activation; the weights have 16 bits."""
PARITY_IMAGES = 16


def blocks_of(model: Any) -> tuple[list[Any], list[Block]]:
    """The outputs after every ReLU of a Keras network, and their descriptions.

    Each kernel enlarges the receptive field by its side minus one, times all strides before it (Araujo et al. 2019,
    "Computing receptive fields of convolutional neural networks").
    """
    whole = model.input_shape[1]
    outputs, blocks = [], []
    kind, kernel, stride, sees, step = "dense", 0, 1, 1, 1
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.MaxPooling2D):
            side, moves = (getattr(layer, "kernel_size", None) or layer.pool_size)[0], layer.strides[0]
            sees, step = sees + (side - 1) * step, step * moves
            if isinstance(layer, keras.layers.Conv2D):
                kind, kernel, stride = "convolution", side, moves
        elif isinstance(layer, keras.layers.Dense):
            kind, kernel, stride, sees = "dense", 0, 1, whole
        if isinstance(layer, keras.layers.ReLU) or getattr(layer, "activation", None) is keras.activations.relu:
            *place, maps = layer.output.shape[1:]
            height, width = place or (1, 1)
            outputs.append(layer.output)
            blocks.append(Block(kind, kernel, stride, maps, height, width, min(sees, whole)))
    return outputs, blocks


def save_inside(model: Any, folder: Path, parity_images: FloatArray) -> float:
    """Write `inside.tflite` and `inside.json` into a model folder, and check that the activations agree with Keras.

    Args:
        parity_images: float32 digit images (N, 28, 28); the first ones are compared on.

    Returns:
        The largest difference, as a fraction of the largest activation of its block.

    Raises:
        ArtifactError: a block differs by more than `PARITY_TOLERANCE`, or is not finite.
        OSError: a file cannot be written.
    """
    outputs, blocks = blocks_of(model)
    opened = keras.Model(model.input, outputs)
    path = folder / MODEL_INSIDE
    if keras.backend.backend() == "tensorflow":
        export(opened, path, "browser")
    else:
        with tempfile.TemporaryDirectory() as aside:
            opened.save(Path(aside) / MODEL_KERAS)
            export_in_subprocess(Path(aside) / MODEL_KERAS, path, "browser")
    digit_images = parity_images[:PARITY_IMAGES]
    expected = opened(digit_images[..., np.newaxis], training=False)
    difference = 0.0
    for ours, theirs in zip(activations(path, digit_images), _arrays(expected), strict=True):
        difference = max(difference, float(np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-6)))
    if not (np.isfinite(difference) and difference <= PARITY_TOLERANCE):
        raise ArtifactError(
            f"{MODEL_INSIDE} and the Keras network differ by {difference:.2g} of a block's largest activation; "
            f"{PARITY_TOLERANCE:g} is allowed."
        )
    save_blocks(folder, blocks)
    return difference


def activations(path: Path, digit_images: FloatArray) -> list[FloatArray]:
    """The activations of each block of an `inside.tflite`, float32 of shape (N, height, width, maps) or (N, units).

    Args:
        digit_images: float32 of shape (N, 28, 28), ink = 1.
    """
    interpreter = Interpreter(str(path), num_threads=1)
    run = interpreter.get_signature_runner()
    (given,) = run.get_input_details()
    answers = [run(**{given: image[np.newaxis, ..., np.newaxis]}) for image in digit_images]
    return [np.concatenate([answer[f"output_{block}"] for answer in answers]) for block in range(len(answers[0]))]


def add_inside(artifact: Artifact) -> float:
    """Add `inside.tflite` to a finished model folder with `save_inside`, compared on the digits of its report."""
    report = load_report(artifact.path / REPORT)
    digits = np.concatenate([report[name].mistake_images for name in report.sets])
    model = keras.saving.load_model(artifact.path / MODEL_KERAS, compile=False, safe_mode=True)
    difference = save_inside(model, artifact.path, to_digit_images(digits))
    save_config(artifact.path, artifact.config)
    return difference


def _arrays(outputs: Any) -> list[FloatArray]:
    """The outputs of a Keras network, which are a list unless there is only one."""
    return [keras.ops.convert_to_numpy(output) for output in (outputs if isinstance(outputs, list) else [outputs])]


if __name__ == "__main__":
    found = load_artifact(sys.argv[1])
    print(f"{MODEL_INSIDE}: {add_inside(found):.1e} of a block's largest activation away from Keras")
