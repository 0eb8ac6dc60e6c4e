"""The "Look inside" view: what each block of the network responds to in the drawing, as small grids under the answer.

This module describes the blocks and what to look for in them; the browser computes and paints the maps
(`digit/ui/browser/components/layers.js`).
"""

from __future__ import annotations

from string import Template
from typing import Any

import gradio as gr

from digit.artifact import Artifact, Block, load_blocks
from digit.errors import ArtifactError
from digit.ui.resources import resource_text

SHOWN, COLUMNS = 16, 8
"""Maps shown per block, and maps per row."""
UNIT_COLUMNS = 32

TIMES = "\N{MULTIPLICATION SIGN}"

LOOK_FOR = {
    3: "Look for edges: one map lights up left of a stroke, another above it.",
    7: "Look for strokes of one direction: some maps show the vertical ones, others the horizontal ones.",
    11: "Look for where strokes end, bend or meet.",
    15: "Look for pieces of a digit: slanted strokes and curves light up different maps.",
    21: "Look for larger pieces: a corner, an open side, half a loop.",
    28: "Look for parts of a digit, such as a loop or a hook. Their presence matters more than their place.",
}
"""Hints by the largest receptive field, as the side of a square in pixels."""


def inside_settings(artifact: Artifact) -> dict[str, Any] | None:
    """Description of the blocks for the page, as JSON; None if the artifact has no network to look into."""
    if artifact.inside is None:
        return None
    try:
        blocks = load_blocks(artifact)
    except ArtifactError:
        return None
    return {
        "blocks": [
            {
                "title": f"Layer {number}: {block_title(block)}",
                "shape": block_shape(block),
                "words": what_to_look_for(block),
                "maps": block.maps,
                "height": block.height,
                "width": block.width,
            }
            for number, block in enumerate(blocks, start=1)
        ],
        "shown": SHOWN,
        "columns": COLUMNS,
        "unit_columns": UNIT_COLUMNS,
    }


def inside_html(artifact: Artifact) -> str:
    """The switch and the area for the maps; hidden if the artifact has no network to look into."""
    hidden = "hidden" if inside_settings(artifact) is None else ""
    return Template(resource_text("components/layers/layers.html")).substitute(hidden=hidden)


def look_inside(artifact: Artifact) -> None:
    """Add the switch and the area for the maps to the open Blocks."""
    gr.HTML(inside_html(artifact), js_on_load=resource_text("components/layers/layers.js"), apply_default_css=False)


def block_title(block: Block) -> str:
    """What the block does, in a few words."""
    if block.kind != "convolution":
        return "dense"
    return f"convolution {block.kernel} {TIMES} {block.kernel}" + (f", step {block.stride}" if block.stride > 1 else "")


def block_shape(block: Block) -> str:
    """The shape of its output: "32 maps of 26 x 26", "128 numbers"."""
    if block.height * block.width == 1:
        return f"{block.maps} numbers"
    return f"{block.maps} maps of {block.height} {TIMES} {block.width}"


def what_to_look_for(block: Block) -> str:
    """A sentence on what its maps show, from the receptive field of one value."""
    place = f"Each value sees {block.sees} {TIMES} {block.sees} pixels of the 28 {TIMES} 28."
    if block.height * block.width == 1:
        return (
            "Places no longer matter: each square shows how strongly one feature of the whole digit is present. "
            "Draw the same digit twice, and mostly the same squares light up. The answer is computed from them."
        )
    return f"{place} {next((w for side, w in LOOK_FOR.items() if block.sees <= side), LOOK_FOR[28])}"
