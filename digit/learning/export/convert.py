"""Converts Keras networks to files that run without Keras: LiteRT in float32, float16 and int8, LiteRT for browsers,
and ONNX. Each is checked against Keras on the same images.

The converter is TensorFlow's. Under another Keras backend it runs in a subprocess:
`python -m digit.learning.export.convert MODEL.keras MODEL.tflite float32`.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digit.artifact import MODEL_BROWSER, MODEL_TFLITE
from digit.errors import ArtifactError, SettingsError
from digit.recognition.litert import LiteModel
from digit.types import FloatArray

Answer = Callable[[FloatArray], FloatArray]
"""Digit images (N, 28, 28) to logits (N, 10)."""

PARITY_TOLERANCE = 1e-3
"""Largest allowed difference of a logit; 0.001 changes a probability by less than 0.0003."""
ONNX_REQUIREMENTS = "requirements-onnx.txt"


@dataclass(frozen=True)
class Format:
    """A file format of a network.

    Attributes:
        file: file name in the model folder.
        description: short description for tables.
        tolerance: largest allowed difference to a logit of Keras; infinite where the format rounds on purpose.
        one: True if the batch size is fixed at one digit image.
    """

    file: str
    description: str
    tolerance: float
    one: bool = False


FORMATS = {
    "float32": Format(MODEL_TFLITE, "LiteRT, as served", PARITY_TOLERANCE),
    "browser": Format(MODEL_BROWSER, "LiteRT, 16 bits, one digit at a time, for the browser", 0.05, one=True),
    "float16": Format("model-float16.tflite", "LiteRT, 16-bit weights", 0.1),
    "int8": Format("model-int8.tflite", "LiteRT, 8-bit weights and activations", float("inf")),
    "onnx": Format("model.onnx", "ONNX", PARITY_TOLERANCE),
}


def save_network(model: Any, keras_path: Path, tflite_path: Path, parity_images: FloatArray) -> float:
    """Write the network as `.keras` (without the optimizer) and as `.tflite`, and check that both agree.

    Args:
        parity_images: float32 digit images (N, 28, 28) to compare on.

    Returns:
        The largest difference of a logit.

    Raises:
        ArtifactError: they differ by more than `PARITY_TOLERANCE`, or a logit is not finite.
        OSError: a file cannot be written.
    """
    model.save(keras_path, include_optimizer=False)
    if keras.backend.backend() == "tensorflow":
        export(model, tflite_path, "float32")
    else:
        export_in_subprocess(keras_path, tflite_path)
    return check_parity(model, tflite_path, parity_images)


def save_browser_network(model: Any, keras_path: Path, path: Path, parity_images: FloatArray) -> float:
    """Write the network for the browser, and check that it agrees with Keras.

    Args:
        keras_path: the same network, written by `save_network`.
        parity_images: float32 digit images (N, 28, 28) to compare on.

    Returns:
        The largest difference of a logit.

    Raises:
        ArtifactError: they differ by more than the format allows, or a logit is not finite.
        OSError: the file cannot be written.
    """
    if keras.backend.backend() == "tensorflow":
        export(model, path, "browser")
    else:
        export_in_subprocess(keras_path, path, "browser")
    return check_parity(model, path, parity_images, FORMATS["browser"].tolerance)


def export(model: Any, path: Path, name: str, representative: FloatArray | None = None) -> None:
    """Write the network in one of `FORMATS`.

    Args:
        representative: digit images (N, 28, 28) whose activations set the ranges of int8; only needed for int8.

    Raises:
        SettingsError: there is no such format, Keras runs on another backend than TensorFlow, or ONNX is not installed.
        OSError: the file, or a temporary file of the converter, cannot be written.
    """
    if name not in FORMATS:
        raise SettingsError(f"There is no format {name!r}. Formats: {', '.join(FORMATS)}.")
    if keras.backend.backend() != "tensorflow":
        raise SettingsError(
            f"TensorFlow exports networks: expected KERAS_BACKEND=tensorflow, received {keras.backend.backend()}."
        )
    if name == "onnx" and not (importlib.util.find_spec("tf2onnx") and importlib.util.find_spec("onnxruntime")):
        raise SettingsError(f"The format onnx needs additional packages: pip install -r {ONNX_REQUIREMENTS}")
    import tensorflow as tf

    options: dict[str, Any] = {}
    if FORMATS[name].one:  # the browser runtime does not support a dynamic batch size
        options["input_signature"] = [keras.InputSpec(shape=(1, 28, 28, 1), dtype="float32")]
    if name in ("browser", "float16", "int8"):
        options["optimizations"] = [tf.lite.Optimize.DEFAULT]
    if name in ("browser", "float16"):
        options["target_spec"] = {"supported_types": [tf.float16]}
    if name == "int8":
        if representative is None:
            raise SettingsError("The format int8 needs representative digit images.")
        samples = [[image[np.newaxis, ..., np.newaxis]] for image in representative]
        options["representative_dataset"] = lambda: iter(samples)
        options["target_spec"] = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]}
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # the converter prints the signature
            model.export(path, format="onnx" if name == "onnx" else "litert", verbose=False, **options)
    except tf.errors.ResourceExhaustedError:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), tempfile.gettempdir()) from None


def open_export(path: Path) -> Answer:
    """Open an exported network of any format.

    Raises:
        ArtifactError: the file is not a network.
    """
    if path.name == MODEL_BROWSER:
        model = LiteModel(path)
        return lambda digit_images: np.concatenate([model(image[np.newaxis]) for image in digit_images])
    if path.suffix != ".onnx":
        return LiteModel(path)
    import onnxruntime  # type: ignore[import-not-found, unused-ignore]

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()

    def answer(digit_images: FloatArray) -> FloatArray:
        logits: FloatArray = session.run(None, {given.name: digit_images[..., np.newaxis]})[0]
        return logits

    return answer


def check_parity(model: Any, path: Path, digit_images: FloatArray, tolerance: float = PARITY_TOLERANCE) -> float:
    """The largest difference of a logit between the Keras network and an exported file on the same digit images.

    Raises:
        ArtifactError: the difference exceeds the tolerance or is not finite.
    """
    difference = float(np.abs(keras_logits(model, digit_images) - open_export(path)(digit_images)).max())
    if not (np.isfinite(difference) and difference <= tolerance):
        raise ArtifactError(
            f"{path.name} and the Keras network differ by {difference:.2g} in a logit; {tolerance:g} is allowed."
        )
    return difference


def keras_logits(model: Any, digit_images: FloatArray) -> FloatArray:
    """The Keras network's logits, float32 of shape (N, 10), of digit images (N, 28, 28)."""
    batches = np.array_split(digit_images[..., np.newaxis], max(1, len(digit_images) // 500))
    outputs = [keras.ops.convert_to_numpy(model(batch, training=False)) for batch in batches]
    return np.concatenate(outputs).astype(np.float32)


def export_in_subprocess(keras_path: Path, tflite_path: Path, name: str = "float32") -> None:
    """Run `export` in a subprocess whose Keras uses TensorFlow.

    Raises:
        ArtifactError: the subprocess failed.
    """
    root = Path(__file__).resolve().parents[3]
    search = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-m", "digit.learning.export.convert", str(keras_path), str(tflite_path), name],
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "PYTHONPATH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        raise ArtifactError(f"The network could not be exported by TensorFlow ({reason[0]}).")


if __name__ == "__main__":
    source, target, name = sys.argv[1:]
    export(keras.saving.load_model(source, compile=False, safe_mode=True), Path(target), name)
