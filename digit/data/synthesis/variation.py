"""Random variations of lines, made or real: moved, slanted, bent, by another pen."""

from __future__ import annotations

import cv2
import numpy as np

from digit.numbers.line_image import LINE_HEIGHT
from digit.types import FloatArray, Rng

MILD, MILD_SHARE = 0.35, 0.35
"""How much a part of the lines varies, as a share of the others, and how large that part is: the lines that are read
later are not varied at all."""
INK = 0.35
"""Fainter marks do not count as touching the edge."""


def vary(ink: FloatArray, rng: Rng, width: int) -> FloatArray:
    """One random variation of a line, fitted into the reader's field.

    Height, shear, rotation, narrowness, place, pen and strength change, of some lines only a little; nothing of the
    line's width is cut away.

    Args:
        ink: float32 of shape (H, W), 0 to 1, ink = 1.
        width: columns of the result; a longer line is squeezed into them.

    Returns:
        float32 of shape (`LINE_HEIGHT`, `width`), 0 to 1.
    """
    height, length = ink.shape
    much = MILD if rng.random() < MILD_SHARE else 1.0
    scale = LINE_HEIGHT / height * float(np.exp(rng.normal(-0.02 * much, 0.09 * much)))
    if rng.random() < 0.12 * much and max(ink[0].max(), ink[-1].max()) < INK:
        scale *= rng.uniform(0.5, 0.85)  # it fills a part of the picture; a border that ends in its middle would be a 1
    shear, angle = float(np.clip(rng.normal(0, 0.18 * much), -0.6, 0.6)), float(np.deg2rad(rng.normal(0, 1.8 * much)))
    across = scale * float(np.exp(rng.normal(0, 0.12 * much)))
    room = width - 2.0
    reach = length * across + abs(shear) * height * scale
    if reach > room:
        across *= max(0.3, (room - abs(shear) * height * scale) / (length * across))
        reach = length * across + abs(shear) * height * scale
    spare = max(room - reach, 0.0)
    left = rng.uniform(0, spare if rng.random() < 0.2 else min(spare, 16.0))
    centre_x, centre_y = left + reach / 2 + 1, LINE_HEIGHT / 2 + rng.normal(0, 1.5 * much)
    matrix = np.array([[across, -shear * scale, 0], [np.tan(angle) * across, scale, 0]], np.float32)
    matrix[:, 2] = [centre_x, centre_y] - matrix[:, :2] @ np.array([length / 2, height / 2], np.float32)
    if scale < 0.8:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), 0.45 / scale), np.float32)
    back = np.asarray(cv2.invertAffineTransform(matrix), np.float32)
    x, y = _bent(rng, width, much)
    line = cv2.remap(
        ink,
        back[0, 0] * x + back[0, 1] * y + back[0, 2],
        back[1, 0] * x + back[1, 1] * y + back[1, 2],
        cv2.INTER_LINEAR,
    )
    return _another_pen(np.asarray(line, np.float32), rng) if much == 1 or rng.random() < much else np.clip(line, 0, 1)


def _bent(rng: Rng, width: int, much: float) -> tuple[FloatArray, FloatArray]:
    """Coordinates of a field, moved smoothly: strokes bend and neighbours differ in width and height, so that a few
    hundred real lines do not come back as they are (elastic distortions, Simard et al. 2003)."""
    x, y = (axis.astype(np.float32) for axis in np.meshgrid(np.arange(width), np.arange(LINE_HEIGHT)))
    for cell, across, along in ((8, 1.1, 1.1), (26, 2.6, 1.4)):
        amount = np.float32(rng.uniform(0, much)) * np.array([across, along], np.float32)
        grid = LINE_HEIGHT // cell + 3, width // cell + 3, 2
        field = amount * rng.standard_normal(grid, np.float32)
        moved = cv2.resize(field, (width, LINE_HEIGHT), interpolation=cv2.INTER_CUBIC)
        x, y = x + moved[..., 0], y + moved[..., 1]
    return x, y


def _another_pen(line: FloatArray, rng: Rng) -> FloatArray:
    choice = rng.random()
    if choice < 0.18:
        thick = cv2.dilate(line, _CROSS)
        line = line + np.float32(rng.uniform(0.3, 1)) * (thick - line)
    elif choice < 0.3:
        thin = cv2.erode(line, _CROSS)
        line = line + np.float32(rng.uniform(0.2, 0.7)) * (thin - line)
    if rng.random() < 0.4:
        line = np.power(line, np.float32(np.exp(rng.normal(0, 0.35))), dtype=np.float32)
    if rng.random() < 0.25:
        line = np.clip((line - np.float32(rng.uniform(0.1, 0.35))) * np.float32(rng.uniform(1.2, 3)), 0, 1)
    if rng.random() < 0.2:
        line = line + rng.standard_normal(line.shape, np.float32) * np.float32(rng.uniform(0.02, 0.12))
    if rng.random() < 0.1:
        line = np.asarray(cv2.GaussianBlur(line, (0, 0), rng.uniform(0.5, 1.0)), np.float32)
    line = np.clip(line, 0, 1) * np.float32(rng.uniform(0.75, 1))
    return line.astype(np.float32, copy=False)


_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
