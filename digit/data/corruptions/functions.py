"""The corruption functions, one per kind; `digit.data.corruptions.suite` describes each and lists its levels.

Each takes a float32 digit image (28, 28) with ink = 1, a level and a random generator, and returns a new image of the
same shape, whose values may leave 0..1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.types import FloatArray, Rng

SIZE = 28


def _float(array: Any) -> FloatArray:
    result: FloatArray = np.asarray(array, np.float32)  # OpenCV's annotations do not promise the dtype
    return result


# Noise


def shot_noise(image: FloatArray, photons: float, rng: Rng) -> FloatArray:
    return _float(rng.poisson(image * photons) / photons)


def impulse_noise(image: FloatArray, share: float, rng: Rng) -> FloatArray:
    chance = rng.random(image.shape, np.float32)
    return np.where(chance < share / 2, np.float32(0), np.where(chance > 1 - share / 2, np.float32(1), image))


def gaussian_noise(image: FloatArray, deviation: float, rng: Rng) -> FloatArray:
    return image + rng.standard_normal(image.shape, np.float32) * np.float32(deviation)


# Blur


def glass_blur(image: FloatArray, level: tuple[float, int, int], rng: Rng) -> FloatArray:
    deviation, reach, rounds = level
    result = _float(cv2.GaussianBlur(image, (0, 0), deviation))
    rows, columns = np.indices(image.shape)
    for _ in range(rounds):
        down, right = rng.integers(-reach, reach + 1, (2, *image.shape))
        result = result[np.clip(rows + down, 0, SIZE - 1), np.clip(columns + right, 0, SIZE - 1)]
    return _float(cv2.GaussianBlur(result, (0, 0), deviation))


def motion_blur(image: FloatArray, length: float, rng: Rng) -> FloatArray:
    angle = rng.uniform(0, np.pi)
    side = 2 * int(np.ceil(length / 2)) + 3
    centre, reach, fine = side // 2, length / 2, 16  # end points in sixteenths of a pixel
    offset = np.array([np.cos(angle), np.sin(angle)]) * reach
    start, end = np.round((centre - offset) * fine), np.round((centre + offset) * fine)
    kernel = np.zeros((side, side), np.uint8)
    cv2.line(kernel, start.astype(int).tolist(), end.astype(int).tolist(), 255, 1, cv2.LINE_AA, 4)
    weights = kernel.astype(np.float32)
    return _float(cv2.filter2D(image, -1, weights / weights.sum()))


def defocus_blur(image: FloatArray, radius: float, rng: Rng) -> FloatArray:
    reach = int(np.ceil(radius)) + 1
    axis = np.arange(-reach, reach + 1)
    distance = np.hypot(axis[:, np.newaxis], axis)
    disc = np.clip(radius + 0.5 - distance, 0, 1).astype(np.float32)
    return _float(cv2.filter2D(image, -1, disc / disc.sum()))


# Geometry


def _affine(image: FloatArray, matrix: NDArray[np.float64], shift: tuple[float, float] = (0, 0)) -> FloatArray:
    """Apply a 2x2 matrix about the centre of the image, then a shift in pixels."""
    centre = np.full(2, (SIZE - 1) / 2)
    offset = centre - matrix @ centre + np.array(shift)
    warped = cv2.warpAffine(image, np.column_stack([matrix, offset]), (SIZE, SIZE), flags=cv2.INTER_LINEAR)
    return _float(warped)


def shear(image: FloatArray, amount: float, rng: Rng) -> FloatArray:
    return _affine(image, np.array([[1, amount * rng.choice([-1, 1])], [0, 1]]))


def scale(image: FloatArray, factor: float, rng: Rng) -> FloatArray:
    smooth = _float(cv2.GaussianBlur(image, (0, 0), 0.4 / factor))  # else shrinking would skip thin strokes
    return _affine(smooth, np.eye(2) * factor)


def rotate(image: FloatArray, degrees: float, rng: Rng) -> FloatArray:
    angle = np.deg2rad(degrees) * rng.choice([-1, 1])
    return _affine(image, np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]))


def translate(image: FloatArray, pixels: float, rng: Rng) -> FloatArray:
    return _affine(image, np.eye(2), (pixels * rng.choice([-1, 1]), pixels * rng.choice([-1, 1])))


# Light


def brightness(image: FloatArray, amount: float, rng: Rng) -> FloatArray:
    return image + np.float32(amount)


def low_contrast(image: FloatArray, factor: float, rng: Rng) -> FloatArray:
    return image * np.float32(factor)


def fog(image: FloatArray, density: float, rng: Rng) -> FloatArray:
    clouds = np.zeros((SIZE, SIZE), np.float32)
    for octave in range(4):
        cells = 2 << octave
        noise = rng.random((cells, cells), np.float32) * np.float32(0.55**octave)
        clouds += cv2.resize(noise, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    clouds = (clouds - clouds.min()) / np.ptp(clouds)
    return _float((image + density * clouds) / (1 + density))


# Obstruction


def stripe(image: FloatArray, width: int, rng: Rng) -> FloatArray:
    left = width + int(rng.integers(-1, 2))
    right = SIZE - 2 * width + left
    result = 1 - image
    result[:, left:right] = image[:, left:right]
    return result


def spatter(image: FloatArray, share: float, rng: Rng) -> FloatArray:
    drops = cv2.GaussianBlur(rng.standard_normal(image.shape, np.float32), (0, 0), 1.3)
    threshold = np.quantile(drops, 1 - share)
    rim = 0.15 * drops.std()  # drops have soft rims
    cover = np.clip((drops - threshold) / rim + 0.5, 0, 1)
    return np.maximum(image, _float(cover * 0.9))


def dotted_line(image: FloatArray, level: tuple[int, int, float], rng: Rng) -> FloatArray:
    lines, thickness, strength = level
    result = image
    for _ in range(lines):
        layer = _polyline(rng.uniform(2, 25, 2), thickness, strength)
        layer[:, np.arange(SIZE) % 4 < 2] = 0
        result = np.maximum(result, layer.T if rng.random() < 0.5 else layer)
    return result


def zigzag(image: FloatArray, level: tuple[int, int, float], rng: Rng) -> FloatArray:
    lines, thickness, strength = level
    result = image
    for _ in range(lines):
        base = rng.uniform(6, 22) + np.linspace(-1, 1, 10) * rng.uniform(-4, 4)
        swing = np.where(np.arange(10) % 2, 2, -2)
        layer = _polyline(base + swing, thickness, strength)
        result = np.maximum(result, layer.T if rng.random() < 0.5 else layer)
    return result


def _polyline(heights: NDArray[np.float64], thickness: int, strength: float) -> FloatArray:
    """Draw a line from the left edge to the right through equidistant points at these heights."""
    points = np.stack([np.linspace(-1, SIZE, len(heights)), heights], axis=1)
    layer = np.zeros((SIZE, SIZE), np.uint8)
    cv2.polylines(layer, [np.round(points * 16).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, 4)
    return _float(layer * (strength / 255))


def occlusion(image: FloatArray, side: int, rng: Rng) -> FloatArray:
    shade, pick = np.float32(rng.integers(0, 2)), rng.random()
    rows, columns = np.nonzero(image > 0.5)
    if not len(rows):
        return image
    at = int(pick * len(rows))  # always on the digit
    top, left = (int(np.clip(p[at] - side // 2, 0, SIZE - side)) for p in (rows, columns))
    result = image.copy()
    result[top : top + side, left : left + side] = shade
    return result


# Pens, scanners, screens


def canny_edges(image: FloatArray, level: tuple[float, float], rng: Rng) -> FloatArray:
    inside, grain = level
    noise = rng.standard_normal(image.shape, np.float32) * np.float32(grain)
    grey = (np.clip(image + noise, 0, 1) * 255).astype(np.uint8)
    edges = cv2.Canny(grey, 100, 200) / 255
    return _float(np.maximum(edges, image * inside))


def erosion(image: FloatArray, kept: float, rng: Rng) -> FloatArray:
    # The level is the share of ink left, because a fixed radius would erase thin strokes.
    goal = kept * float(image.sum())
    thin = image
    for radius in range(1, 4 * _PEN_SCALE):
        thinner = _redraw(image, radius, cv2.erode)
        before, after = float(thin.sum()), float(thinner.sum())
        if after < goal:
            return thin + np.float32((before - goal) / (before - after)) * (thinner - thin)
        thin = thinner
    return thin


def dilation(image: FloatArray, radius: float, rng: Rng) -> FloatArray:
    return _redraw(image, round(radius * _PEN_SCALE), cv2.dilate)


_PEN_SCALE = 4


def _redraw(image: FloatArray, radius: int, operation: Callable[[FloatArray, Any], Any]) -> FloatArray:
    """Erode or dilate by `radius` quarters of a pixel."""
    side = SIZE * _PEN_SCALE
    large = cv2.resize(image, (side, side), interpolation=cv2.INTER_LINEAR)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return _float(cv2.resize(operation(_float(large), disc), (SIZE, SIZE), interpolation=cv2.INTER_AREA))


def jpeg(image: FloatArray, quality: int, rng: Rng) -> FloatArray:
    grey = np.round(image * 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _float(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)) / np.float32(255)


def pixelate(image: FloatArray, cells: int, rng: Rng) -> FloatArray:
    small = cv2.resize(image, (cells, cells), interpolation=cv2.INTER_AREA)
    return _float(cv2.resize(small, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST))
