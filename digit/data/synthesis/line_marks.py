"""What stands around handwritten numbers: separators, endings, signs, rules, flourishes, dirt and printed patterns.

The marks are drawn into a line's ink, float32 (H, W), 0 to 1, ink = 1, in place. Knows ink alone.
"""

from __future__ import annotations

import cv2
import numpy as np

from digit.types import FloatArray, Rng

DOT = 0.06
"""Least width of a separator's pen, as a share of the digits' height: what cannot be seen cannot be learned."""


def stroke(line: FloatArray, points: list[tuple[float, float]], pen: float, strength: float = 1.0) -> None:
    """A line through (x, y) points with a pen of so many pixels; `strength` is the ink of its middle."""
    pixels = np.round(np.array(points) * 16).astype(np.int32)
    layer = np.zeros(line.shape, np.uint8)
    cv2.polylines(layer, [pixels], False, 255, max(1, round(pen)), cv2.LINE_AA, 4)
    np.maximum(line, layer * np.float32(strength / 255), out=line)


def separator(
    line: FloatArray, x: float, bottom: float, size: float, rng: Rng, kind: str = "", pen: float | None = None
) -> tuple[float, str]:
    """A separator after a digit: point, comma, dash, slash or colon.

    Args:
        kind: the separator; any where it is empty.
        pen: width of the pen in pixels; None takes any.

    Returns:
        Where the next digit may start, and the separator.
    """
    kind = kind or str(rng.choice(list(".,-/:"), p=[0.42, 0.32, 0.14, 0.06, 0.06]))
    pen = max(rng.uniform(1, 4) if pen is None else pen * rng.uniform(0.9, 1.3), DOT * size)
    x += rng.uniform(0, 0.15) * size
    if kind in ".:":
        stroke(line, [(x, bottom - 1), (x + rng.uniform(0, 2), bottom)], pen)
        if kind == ":":
            middle = bottom - rng.uniform(0.35, 0.65) * size
            stroke(line, [(x, middle - 1), (x + rng.uniform(0, 2), middle)], pen)
        return x + rng.uniform(0.1, 0.5) * size, kind
    if kind == ",":
        foot = bottom + rng.uniform(0.1, 0.3) * size
        stroke(line, [(x + 2, bottom - 3), (x + rng.uniform(0, 2), bottom + 1), (x - rng.uniform(0, 3), foot)], pen)
        return x + rng.uniform(0.1, 0.4) * size, kind
    if kind == "-":
        y = bottom - rng.uniform(0.35, 0.6) * size
        length = rng.uniform(0.2, 0.6) * size
        stroke(line, [(x, y), (x + length, y + rng.normal(0, 1.5))], pen)
        return x + length + rng.uniform(0.1, 0.35) * size, kind
    above, below = rng.uniform(1.05, 1.25) * size, rng.uniform(0.1, 0.3) * size  # longer than a 1, and steeper
    stroke(line, [(x + rng.uniform(0.3, 0.6) * size, bottom - above), (x, bottom + below)], pen)
    return x + rng.uniform(0.5, 0.8) * size, kind


def ending(line: FloatArray, x: float, bottom: float, size: float, rng: Rng) -> float:
    """What closes an amount: .-  =  a long dash, a hook."""
    pen = rng.uniform(1, 4)
    x += rng.uniform(0, 0.3) * size
    if rng.random() < 0.5:
        stroke(line, [(x, bottom - 1), (x + 1, bottom)], pen)
        x += rng.uniform(0.15, 0.4) * size
    kind = rng.integers(4)
    length = rng.uniform(0.3, 1.4) * size
    y = bottom - rng.uniform(0.1, 0.6) * size
    if kind < 3:
        stroke(line, [(x, y), (x + length / 2, y + rng.normal(0, 2)), (x + length, y + rng.normal(0, 3))], pen)
        if kind == 2:
            stroke(line, [(x + rng.normal(0, 2), y + 0.22 * size), (x + length, y + 0.22 * size)], pen)
        return x + length
    hook = [(x, y), (x + 0.3 * length, y - 0.1 * size), (x + 0.5 * length, y + 0.15 * size), (x + length, y)]
    stroke(line, hook, pen)
    return x + length


def sign(line: FloatArray, x: float, bottom: float, size: float, rng: Rng) -> float:
    """What opens an amount: a currency sign, a number sign, a star."""
    character = "$#*EFR"[rng.integers(6)]
    scale = size / 22 * rng.uniform(0.8, 1.0)
    layer = np.zeros(line.shape, np.uint8)
    place = (round(x), round(bottom))
    cv2.putText(layer, character, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, int(rng.integers(1, 4)), cv2.LINE_AA)
    np.maximum(line, layer / np.float32(255), out=line)
    return x + 22 * scale + rng.uniform(0.1, 0.6) * size


def rules(line: FloatArray, rng: Rng) -> None:
    """Ruled paper, the frame of a field, a line that the number is written on."""
    height, width = line.shape
    for _ in range(rng.integers(1, 3)):
        y = rng.uniform(0.75, 1) * height if rng.random() < 0.7 else rng.uniform(0, 0.15) * height
        strength = rng.uniform(0.3, 1)
        stroke(line, [(0, y), (width, y + rng.normal(0, 1.5))], rng.uniform(0.5, 2.5), strength)
    if rng.random() < 0.2:
        x = 1.0 if rng.random() < 0.5 else width - 1.0
        stroke(line, [(x, 0), (x, height)], rng.uniform(0.5, 3.5))


def squares(line: FloatArray, rng: Rng) -> None:
    """Squared paper."""
    height, width = line.shape
    step = height * rng.uniform(0.25, 0.8)
    pen, strength = rng.uniform(0.5, 2), rng.uniform(0.1, 0.6)
    for x in np.arange(rng.uniform(0, step), width, step):
        stroke(line, [(x, 0), (x, height)], pen, strength)
    for y in np.arange(rng.uniform(0, step), height, step):
        stroke(line, [(0, y), (width, y)], pen, strength)


def border(line: FloatArray, rng: Rng) -> FloatArray:
    """The borders of a cell around a line, and a bit of what stands in the cells beside it; a wider line."""
    height, width = line.shape
    left, right = (int(rng.integers(2, 14)) for _ in range(2))
    wider = np.pad(line, ((0, 0), (left, right)))
    pen, strength = rng.uniform(0.5, 3), rng.uniform(0.3, 1)
    lean = rng.normal(0, 1.5)
    ends = [(left - 1.0, left - 3.0), (left + width + 1.0, left + width + 3.0)]
    for (x, beside), there in zip(ends, rng.random(2) < 0.7, strict=True):
        if there:
            stroke(wider, [(x, 0), (x + lean, height)], pen, strength)
            if rng.random() < 0.3:
                y = rng.uniform(0.1, 0.6) * height
                stroke(wider, [(beside, y), (beside, y + rng.uniform(0.05, 0.3) * height)], rng.uniform(1, 3))
    for y in (rng.uniform(0, 0.1) * height, rng.uniform(0.9, 1) * height):
        if rng.random() < 0.6:
            stroke(wider, [(0, y), (left + width + right, y + lean)], pen, strength)
    return wider


def flourish(line: FloatArray, rng: Rng) -> None:
    """A long light stroke through, over or under the number."""
    height, width = line.shape
    x = np.linspace(rng.uniform(0, 0.5) * width, rng.uniform(0.6, 1) * width, 12)
    y = rng.uniform(0.05, 0.95) * height + rng.uniform(1, 5) * np.sin(np.linspace(0, rng.uniform(2, 7), 12))
    stroke(line, list(zip(x.tolist(), y.tolist(), strict=True)), rng.uniform(0.5, 3.5), rng.uniform(0.5, 1))


def neighbours(line: FloatArray, rng: Rng) -> None:
    """Tails from the row above or heads from the row below, cut off at the edge."""
    height, width = line.shape
    edge, inwards = (0.0, 1.0) if rng.random() < 0.5 else (float(height), -1.0)
    for _ in range(rng.integers(1, 5)):
        x, reach = rng.uniform(0, width), rng.uniform(1, 0.14 * height)
        points = [(x, edge - 3 * inwards), (x + rng.normal(0, 2), edge + inwards * reach)]
        points.append((x + rng.normal(4, 4), edge + inwards * reach * rng.uniform(0, 1)))
        stroke(line, points, rng.uniform(0.5, 3.5))


def specks(line: FloatArray, rng: Rng) -> None:
    """Dirt."""
    height, width = line.shape
    for _ in range(rng.integers(1, 12)):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(line, centre, int(rng.integers(0, 2)), float(rng.uniform(0.3, 1)), -1)


def pattern(height: int, width: int, rng: Rng) -> FloatArray:
    """A security pattern, 0 to 1: one or two families of thin curves, waved or round."""
    y = np.arange(height, dtype=np.float32)[:, np.newaxis]
    x = np.arange(width, dtype=np.float32)[np.newaxis]
    pattern = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(1, 3)):
        if rng.random() < 0.25:
            centre_x, centre_y = rng.uniform(-50, width + 50), rng.uniform(-60, height + 60)
            along = np.sqrt(np.square(x - np.float32(centre_x)) + np.square(y - np.float32(centre_y)))
        else:
            angle = rng.uniform(0, np.pi)
            along = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
            bend, period = rng.uniform(0, 2.5), rng.uniform(8, 50)
            along = along + np.float32(bend) * np.sin((x + np.float32(0.5) * y) * np.float32(2 * np.pi / period))
        curves = np.cos(along * np.float32(2 * np.pi / rng.uniform(2.5, 9)))
        np.maximum(pattern, np.clip((curves - np.float32(rng.uniform(-0.2, 0.7))) * 3, 0, 1), out=pattern)
    return pattern
