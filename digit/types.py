"""Type aliases that every room uses."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float32]
"""Ink, digit images, line images, logits and probabilities."""
Mask: TypeAlias = NDArray[np.uint8]
"""One value for each pixel: 0 or not."""
Box: TypeAlias = tuple[int, int, int, int]
"""x, y, width, height in pixels."""
Rng: TypeAlias = np.random.Generator
