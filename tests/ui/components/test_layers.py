"""Look inside says of each block what it is; where there is nothing to look into, the page does not offer it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digit.artifact import BLOCKS, MODEL_INSIDE, Artifact, Block, load_blocks
from digit.recognizer import Recognizer
from digit.ui.components.layers import block_shape, block_title, inside_html, inside_settings, what_to_look_for

CONVOLUTION = Block("convolution", kernel=5, stride=2, maps=32, height=12, width=12, sees=9)
UNITS = Block("dense", kernel=0, stride=1, maps=50, height=1, width=1, sees=28)


def test_every_block_of_the_bundled_model_is_described(recognizer: Recognizer) -> None:
    settings = inside_settings(recognizer.artifact)
    assert settings is not None
    blocks = load_blocks(recognizer.artifact)
    assert [row["maps"] for row in settings["blocks"]] == [block.maps for block in blocks]
    assert len({row["words"] for row in settings["blocks"]}) == len(blocks), "a sentence of its own for each"
    assert settings["blocks"][0]["title"] == "Layer 1: convolution 3 \N{MULTIPLICATION SIGN} 3"
    assert "hidden" not in inside_html(recognizer.artifact).splitlines()[0]


def test_words() -> None:
    assert block_title(CONVOLUTION) == "convolution 5 \N{MULTIPLICATION SIGN} 5, step 2"
    assert block_shape(CONVOLUTION) == "32 maps of 12 \N{MULTIPLICATION SIGN} 12"
    assert what_to_look_for(CONVOLUTION).startswith("Each value sees 9 \N{MULTIPLICATION SIGN} 9 pixels")
    assert (block_title(UNITS), block_shape(UNITS)) == ("dense", "50 numbers")
    assert what_to_look_for(UNITS).startswith("Places no longer matter")
    assert what_to_look_for(replace(CONVOLUTION, sees=99))  # a stranger's model folder


@pytest.mark.parametrize("content", [None, "{", '{"blocks": [{"kind": "dense"}]}'])
def test_what_cannot_be_looked_into_is_not_offered(reported: Artifact, content: str | None) -> None:
    (reported.path / MODEL_INSIDE).write_bytes(b"")
    if content is not None:
        (reported.path / BLOCKS).write_text(content)
    assert inside_settings(reported) is None
    assert "hidden" in inside_html(reported).splitlines()[0]
