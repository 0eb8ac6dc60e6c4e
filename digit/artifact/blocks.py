"""`inside.json`: a description of the outputs of `inside.tflite`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from digit.artifact.folder import Artifact
from digit.artifact.json_file import read_json
from digit.artifact.names import BLOCKS
from digit.errors import ArtifactError


@dataclass(frozen=True)
class Block:
    """One output of `inside.tflite`: the activations of a layer after its ReLU.

    Attributes:
        kind: "convolution" or "dense".
        kernel: side of the convolution's window, in pixels of its input; 0 for a dense layer.
        stride: step of the window, in pixels.
        maps: number of activation maps, or of units.
        height, width: of a map; 1 and 1 for units.
        sees: receptive field: side of the square of the digit image that a value depends on, at most 28.
    """

    kind: str
    kernel: int
    stride: int
    maps: int
    height: int
    width: int
    sees: int


def save_blocks(folder: Path, blocks: Iterable[Block]) -> None:
    """Write `inside.json`."""
    content = {"blocks": [asdict(block) for block in blocks]}
    (folder / BLOCKS).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def load_blocks(artifact: Artifact) -> list[Block]:
    """Read `inside.json`.

    Raises:
        ArtifactError: the file is missing or damaged.
    """
    try:
        blocks = [Block(**block) for block in read_json(artifact.path / BLOCKS)["blocks"]]
        if not all(isinstance(value, int) for block in blocks for value in list(asdict(block).values())[1:]):
            raise TypeError
        return blocks
    except (KeyError, TypeError) as error:
        raise ArtifactError(f"{artifact.path / BLOCKS} does not describe the blocks of the network.") from error
