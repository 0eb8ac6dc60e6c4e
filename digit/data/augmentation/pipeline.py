"""Random variations of training digits: geometry, pens and photometric changes.

Each step has a function and settings of its own: `warp` distorts the strokes (rotation, shear, zoom, shift, elastic),
`change_pen` redraws them thicker, thinner or crisper at three times the resolution before the normalisation that the
app uses, and `photometric` changes pixel values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from digit.data.augmentation.photometric import PHOTOMETRIC_CHANGES
from digit.imaging.normalization import normalize_ink
from digit.types import FloatArray, Rng

SIZE = 28
STRAY_SHIFT = 7.0
PEN_SCALE = 3
"""Scale at which strokes are redrawn: line width changes in steps of a third of a pixel."""


@dataclass(frozen=True)
class AugmentationSettings:
    """Strength of the augmentation.

    Attributes:
        rotation: standard deviation in degrees, about that of people's slant.
        shear: standard deviation of the horizontal shear; italic and backhand writing.
        zoom: standard deviation of the log scale, plus half of it per axis; narrow and wide digits.
        shift: standard deviation in pixels; small, because the normalisation centres digits.
        elastic: standard deviation in pixels of a smooth random displacement; shaky hands (Simard et al. 2003).
        stray: share of samples shifted by up to seven pixels, shrunk to as little as half their size and rotated twice
            as far: digits that were never centred.
        still: share of samples that are not warped. Every warp resamples and so softens; a network trained on warped
            digits alone reads sharp originals worse than softened ones.
        pen: share of samples redrawn with another pen and normalised as in the app.
        photometric: share of samples with one or two photometric changes; without them a batch-normalised network is
            robust to geometry alone.
    """

    rotation: float = 9.0
    shear: float = 0.13
    zoom: float = 0.09
    shift: float = 1.2
    elastic: float = 0.65
    stray: float = 0.12
    still: float = 0.15
    pen: float = 0.4
    photometric: float = 0.3


def augment(image: FloatArray, settings: AugmentationSettings, rng: Rng) -> FloatArray:
    """Return a random variation of a digit image.

    Args:
        image: float32 of shape (28, 28), 0 to 1, ink = 1.

    Returns:
        float32 of shape (28, 28), 0 to 1.
    """
    if rng.random() < settings.still:
        result = image
    elif rng.random() < settings.pen:
        large = warp(image, settings, rng, scale=PEN_SCALE)
        result = shift(normalize_ink(change_pen(large, rng)), settings.shift / 2, rng)
    else:
        result = warp(image, settings, rng)
    if rng.random() < settings.photometric:
        result = photometric(result, rng)
    return result


def augment_batch(images: FloatArray, settings: AugmentationSettings, rng: Rng) -> FloatArray:
    """Apply `augment` to each of float32 images (N, 28, 28)."""
    result = np.empty_like(images)
    for target, image in zip(result, images, strict=True):
        target[...] = augment(image, settings, rng)
    return result


def warp(image: FloatArray, settings: AugmentationSettings, rng: Rng, *, scale: int = 1) -> FloatArray:
    """Rotate, shear, zoom, shift and displace a digit image in a single resampling.

    Args:
        scale: side of the result in units of 28 pixels.

    Returns:
        float32 of shape (28 * scale, 28 * scale), 0 to 1.
    """
    grid_x, grid_y = _GRIDS[scale]
    strays = rng.random() < settings.stray
    matrix = _inverse_affine(settings, rng, strays=strays)
    shift_x, shift_y = rng.uniform(-STRAY_SHIFT, STRAY_SHIFT, 2) if strays else rng.normal(0, settings.shift, 2)
    map_x = matrix[0, 0] * grid_x + matrix[0, 1] * grid_y
    map_y = matrix[1, 0] * grid_x + matrix[1, 1] * grid_y
    if settings.elastic:
        # A coarse grid, enlarged by cubic interpolation, is as smooth as a Gaussian-filtered field and much faster.
        coarse = rng.normal(0, settings.elastic, (int(rng.integers(4, 7)),) * 2 + (2,)).astype(np.float32)
        field = cv2.resize(coarse, map_x.shape, interpolation=cv2.INTER_CUBIC)
        map_x += field[..., 0]
        map_y += field[..., 1]
    centre = (SIZE - 1) / 2
    map_x += np.float32(centre + shift_x)
    map_y += np.float32(centre + shift_y)
    warped = cv2.remap(image, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.clip(warped, 0, 1).astype(np.float32, copy=False)


def change_pen(ink: FloatArray, rng: Rng) -> FloatArray:
    """Redraw an enlarged digit with another pen: thicker or thinner, crisp, soft or grainy.

    Args:
        ink: float32 of shape (84, 84), the digit at `PEN_SCALE` times its size.
    """
    redrawn: FloatArray = ink
    radius = int(rng.integers(-2, 5))
    if radius > 0:
        padded = cv2.copyMakeBorder(ink, radius, radius, radius, radius, cv2.BORDER_CONSTANT, value=0)
        redrawn = cv2.dilate(padded, _ELLIPSES[radius]).astype(np.float32, copy=False)
    elif radius < 0:
        thinner = cv2.erode(ink, _ELLIPSES[-radius]).astype(np.float32, copy=False)
        if thinner.sum() >= 0.35 * ink.sum():  # else a thin stroke would break into pieces
            redrawn = thinner
    if rng.random() < 0.6:  # a marker, a mouse or a thresholded scan has hard edges
        softness = np.float32(rng.uniform(0.05, 0.5))
        level = np.float32(rng.uniform(0.3, 0.6))
        redrawn = np.clip((redrawn - level) / softness + np.float32(0.5), 0, 1).astype(np.float32, copy=False)
    if rng.random() < 0.15:  # pencil: the paper's grain shows through the line
        grain = rng.normal(1, 0.35, (28, 28)).astype(np.float32)
        redrawn = np.clip(redrawn * cv2.resize(grain, (redrawn.shape[1], redrawn.shape[0])), 0, 1).astype(np.float32)
    if float(redrawn.max()) < 0.2:
        return ink
    return redrawn


def shift(image: FloatArray, deviation: float, rng: Rng) -> FloatArray:
    """Shift a digit image by a normally distributed number of pixels per axis."""
    matrix = np.array([[1, 0, rng.normal(0, deviation)], [0, 1, rng.normal(0, deviation)]], np.float32)
    return cv2.warpAffine(image, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR).astype(np.float32, copy=False)


def photometric(image: FloatArray, rng: Rng) -> FloatArray:
    """Apply one or two of `PHOTOMETRIC_CHANGES` in random order."""
    for index in rng.permutation(len(PHOTOMETRIC_CHANGES))[: rng.integers(1, 3)]:
        change: Callable[[FloatArray, Rng], FloatArray] = PHOTOMETRIC_CHANGES[index]
        image = np.clip(change(image, rng), 0, 1)
    return image.astype(np.float32, copy=False)


def _inverse_affine(settings: AugmentationSettings, rng: Rng, *, strays: bool) -> FloatArray:
    further = 2.0 if strays else 1.0
    angle = np.deg2rad(rng.normal(0, settings.rotation * further))
    sheared = rng.normal(0, settings.shear * further)
    both = np.log(rng.uniform(0.5, 1.1)) if strays else rng.normal(0, settings.zoom)
    apart = rng.normal(0, settings.zoom / 2)
    cos, sin = np.cos(angle), np.sin(angle)
    forward = (
        np.array([[cos, -sin], [sin, cos]])
        @ np.array([[1, sheared], [0, 1]])
        @ np.diag(np.exp([both + apart, both - apart]))
    )
    return np.linalg.inv(forward).astype(np.float32)


def _grid(scale: int) -> tuple[FloatArray, FloatArray]:
    """Pixel centres of an enlarged image, in original pixels from the centre."""
    axis = ((np.arange(SIZE * scale) + 0.5) / scale - SIZE / 2).astype(np.float32)
    grid_x, grid_y = np.meshgrid(axis, axis)
    return grid_x, grid_y


_GRIDS = {scale: _grid(scale) for scale in (1, PEN_SCALE)}
_ELLIPSES = {r: cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * r + 1, 2 * r + 1)) for r in range(1, 5)}
