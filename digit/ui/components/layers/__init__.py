"""Look inside: what each block of the network responds to for the drawing, as small grids under the answer.

Says what the blocks are and what to look for in them; the maps are worked out and painted in the browser, by
`digit/ui/browser/components/layers.js`. Knows the description of the blocks, not the network.
"""

from __future__ import annotations

from string import Template
from typing import Any

import gradio as gr

from digit.artifact import Artifact, Block, load_blocks
from digit.errors import ArtifactError
from digit.ui.resources import resource_text

SHOWN, COLUMNS = 16, 8
"""So many of a block's maps are shown, in rows of so many."""
UNIT_COLUMNS = 32

TIMES = "\N{MULTIPLICATION SIGN}"

LOOK_FOR = {
    3: "Look for edges: one map lights up on the left of a stroke, another on its top.",
    7: "Look for strokes of one direction: some maps keep the upright ones, others the level ones.",
    11: "Look for where strokes end, bend or meet.",
    15: "Look for pieces of a digit: a slanted stroke and a curve light up different maps.",
    21: "Look for larger pieces: a corner, an open side, half a loop.",
    28: "Look for parts of a digit, as a loop above or a hook below: that it is there counts more than where.",
}
"""By the side of the square that one value sees, at most."""


def inside_settings(artifact: Artifact) -> dict[str, Any] | None:
    """What the page says of the blocks, as JSON; None where the artifact cannot be looked into."""
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
    """The switch and the place for the maps; hidden where there is nothing to look into."""
    hidden = "hidden" if inside_settings(artifact) is None else ""
    return Template(resource_text("components/layers/layers.html")).substitute(hidden=hidden)


def look_inside(artifact: Artifact) -> None:
    """Put the switch and the place for the maps into the open Blocks."""
    gr.HTML(inside_html(artifact), js_on_load=resource_text("components/layers/layers.js"), apply_default_css=False)


def block_title(block: Block) -> str:
    """What the block does, in a few words."""
    if block.kind != "convolution":
        return "dense"
    return f"convolution {block.kernel} {TIMES} {block.kernel}" + (f", step {block.stride}" if block.stride > 1 else "")


def block_shape(block: Block) -> str:
    """The shape of what it answers: "32 maps of 26 x 26", "128 numbers"."""
    if block.height * block.width == 1:
        return f"{block.maps} numbers"
    return f"{block.maps} maps of {block.height} {TIMES} {block.width}"


def what_to_look_for(block: Block) -> str:
    """A sentence on what its maps show, from how much of the digit image one value depends on."""
    place = f"Each value sees {block.sees} {TIMES} {block.sees} pixels of the 28 {TIMES} 28."
    if block.height * block.width == 1:
        return (
            "No place is left: each square says how strongly one feature of the whole digit is there. Draw the same "
            "digit twice: much the same squares light up. The answer is weighed from them."
        )
    return f"{place} {next((w for side, w in LOOK_FOR.items() if block.sees <= side), LOOK_FOR[28])}"
