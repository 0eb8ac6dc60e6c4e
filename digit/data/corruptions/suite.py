"""The corruption suite for measuring robustness: 23 kinds, five severities each.

The first fifteen kinds follow MNIST-C (Mu and Gilmer 2019, arXiv:1906.02337). They are reimplemented with severities of
their own; the middle one is about as strong as the single one of MNIST-C, but the figures cannot be compared directly.
The other eight imitate pens, scanners and screens. Training never uses these functions: it has separate ones in
`digit.data.augmentation.photometric`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from digit.data.corruptions import functions
from digit.data.corruptions.functions import SIZE
from digit.types import FloatArray, Rng

SEVERITIES = (1, 2, 3, 4, 5)
MIDDLE_SEVERITY = 3


@dataclass(frozen=True)
class Corruption:
    """One kind of corruption.

    Attributes:
        name: its key in `CORRUPTIONS`.
        description: one sentence for display.
        levels: the second argument of `apply` for severities 1 to 5.
        apply: (image (28, 28), level, generator) -> image of the same shape; `corrupt` clips the result to 0..1.
        from_paper: whether MNIST-C has a kind of this name.
    """

    name: str
    description: str
    levels: tuple[Any, Any, Any, Any, Any]
    apply: Callable[[FloatArray, Any, Rng], FloatArray]
    from_paper: bool


def corrupt(images: FloatArray, kind: str, severity: int, seed: int = 0) -> FloatArray:
    """Corrupt digit images.

    The same kind and seed draw the same random numbers in the same order. So the first n results do not depend on how
    many images follow, and most kinds only get stronger from one severity to the next.

    Args:
        images: float32 of shape (N, 28, 28), 0 to 1, ink = 1.
        kind: a key of `CORRUPTIONS`.
        severity: 1 (mild) to 5 (severe).
        seed: of the random generator.

    Returns:
        float32 of shape (N, 28, 28), 0 to 1.

    Raises:
        ValueError: unknown kind or severity, or images of another shape.
    """
    if kind not in CORRUPTIONS:
        raise ValueError(f"The kind should be one of {', '.join(CORRUPTIONS)}; received {kind!r}.")
    if severity not in SEVERITIES:
        raise ValueError(f"The severity should be 1 to 5; received {severity!r}.")
    if images.ndim != 3 or images.shape[1:] != (SIZE, SIZE):
        raise ValueError(f"Digit images should have the shape (N, {SIZE}, {SIZE}); received {images.shape}.")
    corruption = CORRUPTIONS[kind]
    level = corruption.levels[severity - 1]
    rng = np.random.default_rng([seed, zlib.crc32(kind.encode())])
    result = np.empty(images.shape, np.float32)
    for target, image in zip(result, images, strict=True):
        target[...] = corruption.apply(image.astype(np.float32, copy=False), level, rng)
    return np.clip(result, 0, 1, out=result)


_PAPER = (
    ("shot_noise", "Too little light: few photons make up each pixel.", (12, 6, 3, 2, 1.4), functions.shot_noise),
    (
        "impulse_noise",
        "Some pixels are black or white by accident.",
        (0.05, 0.1, 0.17, 0.25, 0.35),
        functions.impulse_noise,
    ),
    (
        "glass_blur",
        "Seen through frosted glass: pixels change places with their neighbours.",
        ((0.6, 1, 1), (0.9, 1, 1), (0.7, 1, 2), (0.7, 2, 1), (0.8, 2, 2)),
        functions.glass_blur,
    ),
    ("motion_blur", "The camera moved in one direction.", (2, 4, 6, 8, 10), functions.motion_blur),
    ("shear", "Slanted to the left or to the right.", (0.13, 0.27, 0.4, 0.53, 0.65), functions.shear),
    ("scale", "Written smaller.", (0.9, 0.8, 0.7, 0.6, 0.5), functions.scale),
    ("rotate", "Turned to the left or to the right.", (8, 16, 23, 30, 37), functions.rotate),
    ("brightness", "A grey veil over everything.", (0.2, 0.35, 0.5, 0.65, 0.8), functions.brightness),
    ("translate", "Moved towards a corner.", (1, 2, 3, 4, 5), functions.translate),
    ("stripe", "Ink and paper are exchanged at the left and the right.", (3, 5, 7, 9, 11), functions.stripe),
    ("fog", "Clouds before the digit.", (0.6, 1.2, 2.0, 2.6, 3.2), functions.fog),
    ("spatter", "Drops of ink on the paper.", (0.02, 0.05, 0.09, 0.13, 0.18), functions.spatter),
    (
        "dotted_line",
        "Dotted lines across the digit.",
        ((1, 1, 0.6), (1, 1, 1.0), (1, 2, 1.0), (2, 2, 1.0), (3, 2, 1.0)),
        functions.dotted_line,
    ),
    (
        "zigzag",
        "Zigzag lines across the digit.",
        ((1, 1, 0.4), (1, 1, 0.7), (1, 1, 1.0), (1, 2, 1.0), (2, 2, 1.0)),
        functions.zigzag,
    ),
    (
        "canny_edges",
        "Only the outline is left, then also that of the paper's grain.",
        ((0.6, 0.0), (0.3, 0.0), (0.0, 0.0), (0.0, 0.09), (0.0, 0.12)),
        functions.canny_edges,
    ),
)
_REAL_WORLD = (
    ("gaussian_noise", "Noise of a sensor.", (0.1, 0.17, 0.25, 0.35, 0.45), functions.gaussian_noise),
    ("defocus_blur", "Out of focus.", (0.8, 1.3, 1.8, 2.4, 3.0), functions.defocus_blur),
    ("low_contrast", "A pen with hardly any ink left.", (0.6, 0.45, 0.3, 0.2, 0.12), functions.low_contrast),
    ("jpeg", "Saved as a JPEG of low quality.", (40, 20, 12, 7, 4), functions.jpeg),
    ("erosion", "A finer pen.", (0.85, 0.7, 0.55, 0.42, 0.3), functions.erosion),
    ("dilation", "A broader pen.", (0.5, 0.75, 1.25, 1.75, 2.25), functions.dilation),
    ("pixelate", "A small picture blown up in blocks.", (20, 16, 12, 10, 8), functions.pixelate),
    ("occlusion", "A square of the digit is erased or blotted out.", (3, 5, 6, 8, 10), functions.occlusion),
)

CORRUPTIONS: Mapping[str, Corruption] = MappingProxyType(
    {name: Corruption(name, text, levels, apply, True) for name, text, levels, apply in _PAPER}
    | {name: Corruption(name, text, levels, apply, False) for name, text, levels, apply in _REAL_WORLD}
)
"""All kinds by name, those of MNIST-C first."""
