"""The artifact: the model folder that `train.py` writes and the app reads. Names, schemas, hashes; no framework."""

from __future__ import annotations

from digit.artifact.blocks import Block, load_blocks, save_blocks
from digit.artifact.config import (
    FORMAT_VERSION,
    PREPROCESSING_VERSION,
    ArtifactConfig,
    load_config,
    save_config,
    sha256_of,
)
from digit.artifact.folder import Artifact, load_artifact, load_metrics, verify
from digit.artifact.names import (
    ANSWERING,
    ASSETS,
    BLOCKS,
    BUNDLED_ARTIFACT,
    CARD,
    CONFIG,
    HISTORY,
    METRICS,
    MNIST_TEST,
    MODEL_BROWSER,
    MODEL_INSIDE,
    MODEL_KERAS,
    MODEL_TFLITE,
    READER_KERAS,
    READER_SETTINGS,
    READER_TFLITE,
    REPORT,
)

__all__ = [
    "ANSWERING",
    "ASSETS",
    "BLOCKS",
    "BUNDLED_ARTIFACT",
    "CARD",
    "CONFIG",
    "HISTORY",
    "METRICS",
    "MNIST_TEST",
    "MODEL_BROWSER",
    "MODEL_INSIDE",
    "MODEL_KERAS",
    "MODEL_TFLITE",
    "READER_KERAS",
    "READER_SETTINGS",
    "READER_TFLITE",
    "REPORT",
    "ArtifactConfig",
    "FORMAT_VERSION",
    "PREPROCESSING_VERSION",
    "load_config",
    "save_config",
    "sha256_of",
    "Artifact",
    "load_artifact",
    "load_metrics",
    "verify",
    "Block",
    "load_blocks",
    "save_blocks",
]
