"""Photometric changes for training: the effects of cameras, scanners, paper and screens.

Each takes a float32 digit image (28, 28) in 0..1 and a random generator and returns the same shape; values may leave
0..1, and the caller clips them. Strengths are random. Robustness is measured with other functions, those of
`digit.data.corruptions`.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from digit.types import FloatArray, Rng

SIZE = 28


def brighten(image: FloatArray, rng: Rng) -> FloatArray:
    """A grey veil: paper above 0."""
    return image + np.float32(rng.uniform(0.1, 0.7))


def fade(image: FloatArray, rng: Rng) -> FloatArray:
    """A faint pen: ink below 1, on paper that may be grey."""
    base = rng.uniform(0, 0.5)
    return np.float32(base) + image * np.float32(rng.uniform(0.2, 0.7))


def gamma(image: FloatArray, rng: Rng) -> FloatArray:
    """Soft edges made heavier or lighter."""
    result: FloatArray = np.power(image, np.float32(np.exp(rng.normal(0, 0.6))), dtype=np.float32)
    return result


def haze(image: FloatArray, rng: Rng) -> FloatArray:
    """Smooth clouds at several scales, like fog or a dirty board."""
    clouds = np.zeros((SIZE, SIZE), np.float32)
    for cells, weight in ((2, 1.0), (4, 0.6), (8, 0.35)):
        coarse = rng.random((cells, cells), np.float32) * np.float32(weight)
        clouds += cv2.resize(coarse, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    clouds *= np.float32(rng.uniform(0.2, 0.9)) / np.float32(clouds.max() + 1e-6)
    return image * (1 - np.float32(rng.uniform(0, 0.5)) * clouds) + clouds


def shade(image: FloatArray, rng: Rng) -> FloatArray:
    """A shadow: a linear ramp of brightness in a random direction."""
    angle = rng.uniform(0, 2 * np.pi)
    axis = np.linspace(-1, 1, SIZE, dtype=np.float32)
    ramp = np.float32(np.cos(angle)) * axis[np.newaxis] + np.float32(np.sin(angle)) * axis[:, np.newaxis]
    return (image + rng.uniform(0.1, 0.5) * (ramp + 1) / 2).astype(np.float32)


def white_noise(image: FloatArray, rng: Rng) -> FloatArray:
    """Sensor noise."""
    return image + rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(0.05, 0.35))


def speckle(image: FloatArray, rng: Rng) -> FloatArray:
    """Noise that grows with the signal, like photon noise."""
    spread = np.sqrt(np.clip(image, 0, 1)) * np.float32(rng.uniform(0.1, 0.5))
    return image + rng.standard_normal(image.shape, np.float32) * spread


def salt_and_pepper(image: FloatArray, rng: Rng) -> FloatArray:
    """Random pixels set to black or white."""
    chance = rng.random(image.shape, np.float32)
    share = np.float32(rng.uniform(0.02, 0.3))
    return np.where(chance < share / 2, np.float32(0), np.where(chance > 1 - share / 2, np.float32(1), image))


def blur(image: FloatArray, rng: Rng) -> FloatArray:
    """Out of focus."""
    return cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.5, 1.8))).astype(np.float32, copy=False)


def motion_blur(image: FloatArray, rng: Rng) -> FloatArray:
    """Camera motion in one direction."""
    length = int(rng.integers(3, 10))
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    reach = (length - 1) / 2
    offset = np.array([np.cos(angle), np.sin(angle)]) * reach
    start, end = np.round(reach - offset).astype(int), np.round(reach + offset).astype(int)
    cv2.line(kernel, start.tolist(), end.tolist(), 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum()).astype(np.float32, copy=False)


def ripple(image: FloatArray, rng: Rng) -> FloatArray:
    """Pixels taken from random neighbours, as through frosted glass."""
    reach = float(rng.uniform(0.5, 2.0))
    jitter = rng.uniform(-reach, reach, (2, SIZE, SIZE)).astype(np.float32)
    axis = np.arange(SIZE, dtype=np.float32)
    moved = cv2.remap(image, axis[np.newaxis] + jitter[0], axis[:, np.newaxis] + jitter[1], cv2.INTER_LINEAR)
    return cv2.GaussianBlur(moved, (0, 0), 0.6).astype(np.float32, copy=False)


def lines(image: FloatArray, rng: Rng) -> FloatArray:
    """One to three lines across the digit: straight, jagged or dotted."""
    result = image.copy()
    for _ in range(rng.integers(1, 4)):
        count = int(rng.integers(2, 9))  # two points make a straight line, more a jagged one
        along = np.linspace(rng.uniform(-4, 8), rng.uniform(20, 32), count)
        across = rng.uniform(0, SIZE) + rng.normal(0, rng.uniform(0, 3), count) + rng.normal(0, 0.3) * (along - 14)
        points = np.stack([along, across] if rng.random() < 0.5 else [across, along], axis=1)
        layer = np.zeros((SIZE, SIZE), np.float32)
        curve = np.round(points * 16).astype(np.int32)
        cv2.polylines(layer, [curve], False, 1.0, int(rng.integers(1, 3)), cv2.LINE_8, 4)
        if rng.random() < 0.3:
            layer[:: int(rng.integers(2, 4))] = 0
            layer[:, :: int(rng.integers(2, 4))] = 0
        result = np.maximum(result, layer * np.float32(rng.uniform(0.4, 1)))
    return result


def invert_bands(image: FloatArray, rng: Rng) -> FloatArray:
    """Ink and paper exchanged in a band."""
    result = image.copy()
    first, last = np.sort(rng.integers(0, SIZE + 1, 2))
    band = (slice(None), slice(first, last)) if rng.random() < 0.5 else (slice(first, last), slice(None))
    result[band] = 1 - result[band]
    return result


def edges(image: FloatArray, rng: Rng) -> FloatArray:
    """The outline alone, like a hollow letter."""
    grey = (np.clip(image, 0, 1) * 255).astype(np.uint8)
    low = float(rng.uniform(50, 150))
    return cv2.Canny(grey, low, low * 2).astype(np.float32) / np.float32(255)


def splashes(image: FloatArray, rng: Rng) -> FloatArray:
    """Blots of ink or correction fluid."""
    result = image.copy()
    for _ in range(rng.integers(2, 12)):
        centre = rng.integers(0, SIZE, 2).tolist()
        cv2.circle(result, centre, int(rng.integers(0, 3)), float(rng.choice([0.0, 0.6, 1.0])), -1)
    return result


def patch(image: FloatArray, rng: Rng) -> FloatArray:
    """A rectangle erased or filled (DeVries and Taylor 2017, "cutout")."""
    result = image.copy()
    height, width = rng.integers(4, 11, 2)
    top, left = rng.integers(0, SIZE - height), rng.integers(0, SIZE - width)
    result[top : top + height, left : left + width] = np.float32(rng.choice([0.0, 0.0, 1.0]))
    return result


def pixelate(image: FloatArray, rng: Rng) -> FloatArray:
    """A small picture enlarged, in blocks or smoothly."""
    cells = int(rng.integers(10, 22))
    small = cv2.resize(image, (cells, cells), interpolation=cv2.INTER_AREA)
    method = cv2.INTER_NEAREST if rng.random() < 0.4 else cv2.INTER_LINEAR
    return cv2.resize(small, (SIZE, SIZE), interpolation=method).astype(np.float32, copy=False)


PHOTOMETRIC_CHANGES: tuple[Callable[[FloatArray, Rng], FloatArray], ...] = (
    brighten,
    fade,
    gamma,
    haze,
    shade,
    white_noise,
    speckle,
    salt_and_pepper,
    blur,
    motion_blur,
    ripple,
    lines,
    lines,  # twice, because lines across a digit are the hardest to ignore
    invert_bands,
    edges,
    splashes,
    patch,
    pixelate,
)
