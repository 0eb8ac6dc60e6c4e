"""The graded set of spoilt digit images that robustness is measured with: 23 kinds, five severities each.

The first fifteen kinds follow the list of MNIST-C (Mu and Gilmer 2019, arXiv:1906.02337), written anew and with
severities of our own: the middle one is about as strong as the only one of that data set, but figures are not
interchangeable. The rest are what pens, scanners and screens do. Knows digit images; no model, no data set.
Training has photometric changes of its own (`digit.data.photometric`): no model learns from the code here.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Rng = np.random.Generator

SIZE = 28
SEVERITIES = (1, 2, 3, 4, 5)
MIDDLE_SEVERITY = 3


@dataclass(frozen=True)
class Corruption:
    """One kind of corruption.

    Attributes:
        name: its key in `CORRUPTIONS`.
        description: one sentence for people.
        levels: the argument of `apply` for the severities 1 to 5.
        apply: image (28, 28), level, generator -> image of the same shape; may leave 0..1, `corrupt` clips.
        from_paper: whether MNIST-C has a kind of this name.
    """

    name: str
    description: str
    levels: tuple[Any, Any, Any, Any, Any]
    apply: Callable[[FloatArray, Any, Rng], FloatArray]
    from_paper: bool


def corrupt(images: FloatArray, kind: str, severity: int, seed: int = 0) -> FloatArray:
    """Spoil digit images.

    The same kind and seed draw the same random numbers in the same order, so that the first n images come out alike
    whether or not more follow, and most kinds go the same way at every severity, only further.

    Args:
        images: float32 of shape (N, 28, 28), 0 to 1, ink = 1.
        kind: a key of `CORRUPTIONS`.
        severity: 1 (mild) to 5 (severe).
        seed: of the random numbers.

    Returns:
        float32 of shape (N, 28, 28), 0 to 1.

    Raises:
        ValueError: the kind or the severity does not exist, or the images have another shape.
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


def _float(array: Any) -> FloatArray:
    result: FloatArray = np.asarray(array, np.float32)  # OpenCV's annotations do not say that it keeps the type
    return result


# Noise


def _shot_noise(image: FloatArray, photons: float, rng: Rng) -> FloatArray:
    return _float(rng.poisson(image * photons) / photons)


def _impulse_noise(image: FloatArray, share: float, rng: Rng) -> FloatArray:
    chance = rng.random(image.shape, np.float32)
    return np.where(chance < share / 2, np.float32(0), np.where(chance > 1 - share / 2, np.float32(1), image))


def _gaussian_noise(image: FloatArray, deviation: float, rng: Rng) -> FloatArray:
    return image + rng.standard_normal(image.shape, np.float32) * np.float32(deviation)


# Blur


def _glass_blur(image: FloatArray, level: tuple[float, int, int], rng: Rng) -> FloatArray:
    deviation, reach, rounds = level
    result = _float(cv2.GaussianBlur(image, (0, 0), deviation))
    rows, columns = np.indices(image.shape)
    for _ in range(rounds):
        down, right = rng.integers(-reach, reach + 1, (2, *image.shape))
        result = result[np.clip(rows + down, 0, SIZE - 1), np.clip(columns + right, 0, SIZE - 1)]
    return _float(cv2.GaussianBlur(result, (0, 0), deviation))


def _motion_blur(image: FloatArray, length: float, rng: Rng) -> FloatArray:
    angle = rng.uniform(0, np.pi)
    side = 2 * int(np.ceil(length / 2)) + 3
    centre, reach, fine = side // 2, length / 2, 16  # end points in sixteenths of a pixel
    offset = np.array([np.cos(angle), np.sin(angle)]) * reach
    start, end = np.round((centre - offset) * fine), np.round((centre + offset) * fine)
    kernel = np.zeros((side, side), np.uint8)
    cv2.line(kernel, start.astype(int).tolist(), end.astype(int).tolist(), 255, 1, cv2.LINE_AA, 4)
    weights = kernel.astype(np.float32)
    return _float(cv2.filter2D(image, -1, weights / weights.sum()))


def _defocus_blur(image: FloatArray, radius: float, rng: Rng) -> FloatArray:
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


def _shear(image: FloatArray, amount: float, rng: Rng) -> FloatArray:
    return _affine(image, np.array([[1, amount * rng.choice([-1, 1])], [0, 1]]))


def _scale(image: FloatArray, factor: float, rng: Rng) -> FloatArray:
    smooth = _float(cv2.GaussianBlur(image, (0, 0), 0.4 / factor))  # otherwise shrinking skips thin strokes
    return _affine(smooth, np.eye(2) * factor)


def _rotate(image: FloatArray, degrees: float, rng: Rng) -> FloatArray:
    angle = np.deg2rad(degrees) * rng.choice([-1, 1])
    return _affine(image, np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]))


def _translate(image: FloatArray, pixels: float, rng: Rng) -> FloatArray:
    return _affine(image, np.eye(2), (pixels * rng.choice([-1, 1]), pixels * rng.choice([-1, 1])))


# Light


def _brightness(image: FloatArray, amount: float, rng: Rng) -> FloatArray:
    return image + np.float32(amount)


def _low_contrast(image: FloatArray, factor: float, rng: Rng) -> FloatArray:
    return image * np.float32(factor)


def _fog(image: FloatArray, density: float, rng: Rng) -> FloatArray:
    clouds = np.zeros((SIZE, SIZE), np.float32)
    for octave in range(4):
        cells = 2 << octave
        noise = rng.random((cells, cells), np.float32) * np.float32(0.55**octave)
        clouds += cv2.resize(noise, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    clouds = (clouds - clouds.min()) / np.ptp(clouds)
    return _float((image + density * clouds) / (1 + density))


# Things in the way


def _stripe(image: FloatArray, width: int, rng: Rng) -> FloatArray:
    left = width + int(rng.integers(-1, 2))
    right = SIZE - 2 * width + left
    result = 1 - image
    result[:, left:right] = image[:, left:right]
    return result


def _spatter(image: FloatArray, share: float, rng: Rng) -> FloatArray:
    drops = cv2.GaussianBlur(rng.standard_normal(image.shape, np.float32), (0, 0), 1.3)
    threshold = np.quantile(drops, 1 - share)
    rim = 0.15 * drops.std()  # drops have soft rims
    cover = np.clip((drops - threshold) / rim + 0.5, 0, 1)
    return np.maximum(image, _float(cover * 0.9))


def _dotted_line(image: FloatArray, level: tuple[int, int, float], rng: Rng) -> FloatArray:
    lines, thickness, strength = level
    result = image
    for _ in range(lines):
        layer = _polyline(rng.uniform(2, 25, 2), thickness, strength)
        layer[:, np.arange(SIZE) % 4 < 2] = 0
        result = np.maximum(result, layer.T if rng.random() < 0.5 else layer)
    return result


def _zigzag(image: FloatArray, level: tuple[int, int, float], rng: Rng) -> FloatArray:
    lines, thickness, strength = level
    result = image
    for _ in range(lines):
        base = rng.uniform(6, 22) + np.linspace(-1, 1, 10) * rng.uniform(-4, 4)
        swing = np.where(np.arange(10) % 2, 2, -2)
        layer = _polyline(base + swing, thickness, strength)
        result = np.maximum(result, layer.T if rng.random() < 0.5 else layer)
    return result


def _polyline(heights: NDArray[np.float64], thickness: int, strength: float) -> FloatArray:
    """A line from the left to the right edge through points at these heights and at equal distances."""
    points = np.stack([np.linspace(-1, SIZE, len(heights)), heights], axis=1)
    layer = np.zeros((SIZE, SIZE), np.uint8)
    cv2.polylines(layer, [np.round(points * 16).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, 4)
    return _float(layer * (strength / 255))


def _occlusion(image: FloatArray, side: int, rng: Rng) -> FloatArray:
    shade, pick = np.float32(rng.integers(0, 2)), rng.random()
    rows, columns = np.nonzero(image > 0.5)
    if not len(rows):
        return image
    at = int(pick * len(rows))  # on the digit, where it matters
    top, left = (int(np.clip(p[at] - side // 2, 0, SIZE - side)) for p in (rows, columns))
    result = image.copy()
    result[top : top + side, left : left + side] = shade
    return result


# Pens, scanners, screens


def _canny_edges(image: FloatArray, level: tuple[float, float], rng: Rng) -> FloatArray:
    inside, grain = level
    noise = rng.standard_normal(image.shape, np.float32) * np.float32(grain)
    grey = (np.clip(image + noise, 0, 1) * 255).astype(np.uint8)
    edges = cv2.Canny(grey, 100, 200) / 255
    return _float(np.maximum(edges, image * inside))


def _erosion(image: FloatArray, kept: float, rng: Rng) -> FloatArray:
    # By the share of ink that is left and not by a radius, which would delete the digits of a fine pen.
    goal = kept * float(image.sum())
    thin = image
    for radius in range(1, 4 * _PEN_SCALE):
        thinner = _redraw(image, radius, cv2.erode)
        before, after = float(thin.sum()), float(thinner.sum())
        if after < goal:
            return thin + np.float32((before - goal) / (before - after)) * (thinner - thin)
        thin = thinner
    return thin


def _dilation(image: FloatArray, radius: float, rng: Rng) -> FloatArray:
    return _redraw(image, round(radius * _PEN_SCALE), cv2.dilate)


_PEN_SCALE = 4


def _redraw(image: FloatArray, radius: int, operation: Callable[[FloatArray, Any], Any]) -> FloatArray:
    """Erode or dilate by `radius` quarters of a pixel."""
    side = SIZE * _PEN_SCALE
    large = cv2.resize(image, (side, side), interpolation=cv2.INTER_LINEAR)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return _float(cv2.resize(operation(_float(large), disc), (SIZE, SIZE), interpolation=cv2.INTER_AREA))


def _jpeg(image: FloatArray, quality: int, rng: Rng) -> FloatArray:
    grey = np.round(image * 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _float(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)) / np.float32(255)


def _pixelate(image: FloatArray, cells: int, rng: Rng) -> FloatArray:
    small = cv2.resize(image, (cells, cells), interpolation=cv2.INTER_AREA)
    return _float(cv2.resize(small, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST))


_PAPER = (
    ("shot_noise", "Too little light: few photons make up each pixel.", (12, 6, 3, 2, 1.4), _shot_noise),
    ("impulse_noise", "Some pixels are black or white by accident.", (0.05, 0.1, 0.17, 0.25, 0.35), _impulse_noise),
    (
        "glass_blur",
        "Seen through frosted glass: pixels change places with their neighbours.",
        ((0.6, 1, 1), (0.9, 1, 1), (0.7, 1, 2), (0.7, 2, 1), (0.8, 2, 2)),
        _glass_blur,
    ),
    ("motion_blur", "The camera moved in one direction.", (2, 4, 6, 8, 10), _motion_blur),
    ("shear", "Slanted to the left or to the right.", (0.13, 0.27, 0.4, 0.53, 0.65), _shear),
    ("scale", "Written smaller.", (0.9, 0.8, 0.7, 0.6, 0.5), _scale),
    ("rotate", "Turned to the left or to the right.", (8, 16, 23, 30, 37), _rotate),
    ("brightness", "A grey veil over everything.", (0.2, 0.35, 0.5, 0.65, 0.8), _brightness),
    ("translate", "Moved towards a corner.", (1, 2, 3, 4, 5), _translate),
    ("stripe", "Ink and paper are exchanged at the left and the right.", (3, 5, 7, 9, 11), _stripe),
    ("fog", "Clouds before the digit.", (0.6, 1.2, 2.0, 2.6, 3.2), _fog),
    ("spatter", "Drops of ink on the paper.", (0.02, 0.05, 0.09, 0.13, 0.18), _spatter),
    (
        "dotted_line",
        "Dotted lines across the digit.",
        ((1, 1, 0.6), (1, 1, 1.0), (1, 2, 1.0), (2, 2, 1.0), (3, 2, 1.0)),
        _dotted_line,
    ),
    (
        "zigzag",
        "Zigzag lines across the digit.",
        ((1, 1, 0.4), (1, 1, 0.7), (1, 1, 1.0), (1, 2, 1.0), (2, 2, 1.0)),
        _zigzag,
    ),
    (
        "canny_edges",
        "Only the outline is left, then also that of the paper's grain.",
        ((0.6, 0.0), (0.3, 0.0), (0.0, 0.0), (0.0, 0.09), (0.0, 0.12)),
        _canny_edges,
    ),
)
_REAL_WORLD = (
    ("gaussian_noise", "Noise of a sensor.", (0.1, 0.17, 0.25, 0.35, 0.45), _gaussian_noise),
    ("defocus_blur", "Out of focus.", (0.8, 1.3, 1.8, 2.4, 3.0), _defocus_blur),
    ("low_contrast", "A pen with hardly any ink left.", (0.6, 0.45, 0.3, 0.2, 0.12), _low_contrast),
    ("jpeg", "Saved as a JPEG of low quality.", (40, 20, 12, 7, 4), _jpeg),
    ("erosion", "A finer pen.", (0.85, 0.7, 0.55, 0.42, 0.3), _erosion),
    ("dilation", "A broader pen.", (0.5, 0.75, 1.25, 1.75, 2.25), _dilation),
    ("pixelate", "A small picture blown up in blocks.", (20, 16, 12, 10, 8), _pixelate),
    ("occlusion", "A square of the digit is erased or blotted out.", (3, 5, 6, 8, 10), _occlusion),
)

CORRUPTIONS: Mapping[str, Corruption] = MappingProxyType(
    {name: Corruption(name, text, levels, apply, True) for name, text, levels, apply in _PAPER}
    | {name: Corruption(name, text, levels, apply, False) for name, text, levels, apply in _REAL_WORLD}
)
"""Every kind by name; those of MNIST-C first."""
