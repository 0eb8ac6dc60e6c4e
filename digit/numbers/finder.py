"""Finds lines of digits on a picture: a small fully convolutional network, run at several sizes of the picture.

As in EAST (Zhou et al. 2017, arXiv:1704.03155) and CRAFT (Baek et al. 2019, arXiv:1904.01941), the network says at a
quarter of the resolution where the core of a line is, how high the line is and how it is turned. The page is looked at
in several sizes, since the network knows digits of `LOWEST` to `HIGHEST` pixels alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.errors import ArtifactError
from digit.recognition.litert import Interpreters
from digit.types import FloatArray

LARGEST, SMALLEST = 1008, 64
"""Longest sides at which a picture is looked at, in pixels: its own size where it lies between them ..."""
SMALLER = 2.6
"""... and then sizes that are so many times smaller, down to the smallest."""
LOWEST, HIGHEST = 7.0, 56.0
"""Heights of the digits that the network knows, in pixels: a line of any height is within them at one size at least."""
STRIDE = 4
"""Pixels of the picture for each place of the answer."""
CELL = 8
"""Pixels of the picture for each output of the network: it answers for 2 x 2 places at once."""
CHANNELS = 4
"""Of each place: core (logit), log2 of the height over `UNIT`, sine and cosine of twice the angle."""
UNIT = 16.0
CORE = 0.5
"""Share of a line's height that its core has."""
LEAST = 0.4
"""Places with less probability are no core."""
FEWEST = 2
"""Places that a core has."""
LONG = 2.5
"""A core so many times as long as it is high shows by itself how the line is turned, better than the network says."""
MOST_LINES = 200
"""The largest cores of a picture in one size; a page of noise could have thousands."""
SAME = 0.3
"""Of two lines that share so much of the smaller one, the less certain one is given up."""
GAP = 1.2
"""Parts of a line are at most so many heights apart: groups of a phone number are, columns of a list are not."""
LEVEL, ALIKE = 0.4, 0.6
"""Parts of a line are at most so many heights off its middle, and the lower one is at least so high as the other, as a
share."""


@dataclass(frozen=True)
class FoundLine:
    """A line of digits.

    Attributes:
        x, y: centre in pixels.
        length, height: of the digits, in pixels.
        angle: radians by which the line is turned clockwise.
        score: mean probability of its core, 0 to 1.
    """

    x: float
    y: float
    length: float
    height: float
    angle: float
    score: float

    @property
    def corners(self) -> FloatArray:
        """float32 of shape (4, 2): the corners of its rectangle."""
        points = cv2.boxPoints(((self.x, self.y), (self.length, self.height), math.degrees(self.angle)))
        return np.asarray(points, np.float32)


class Finder:
    """`finder.tflite`. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """
        Raises:
            ArtifactError: the file cannot be used.
        """
        self._path = path
        try:
            self._interpreters = Interpreters(path.read_bytes())
        except OSError as error:
            raise ArtifactError(f"{path} cannot be read ({error.strerror}).") from None
        self.look(np.zeros((32, 32), np.uint8))  # fails now rather than when asked

    def find(self, grey: NDArray[np.uint8]) -> list[FoundLine]:
        """The lines of digits on a picture, in no order.

        Args:
            grey: uint8 of shape (H, W), dark or light ink.
        """
        lines: list[FoundLine] = []
        for scale in scales(max(grey.shape)):
            lines += [scaled(line, 1 / scale) for line in lines_in(self.look(resized(grey, scale)))]
        return without_doubles(joined(without_doubles(lines)))

    def look(self, grey: NDArray[np.uint8]) -> FloatArray:
        """What the network answers.

        Args:
            grey: uint8 of shape (H, W).

        Returns:
            float32 of shape (H / 4, W / 4, `CHANNELS`), rounded up.

        Raises:
            ArtifactError: the file is not a finder.
        """
        height, width = grey.shape
        padded = padded_to(normalized(grey), 4 * CELL)
        try:
            answer = self._interpreters.run(padded[np.newaxis, :, :, np.newaxis])
            places = unfolded(np.asarray(answer, np.float32).reshape(padded.shape[0] // CELL, -1, 4 * CHANNELS))
        except (ValueError, RuntimeError) as error:
            raise ArtifactError(f"{self._path} is not a LiteRT model that finds lines ({error}).") from None
        return places[: -(-height // STRIDE), : -(-width // STRIDE)]


def scales(longest: int) -> list[float]:
    """The scales at which a picture with a longest side of so many pixels is looked at, the largest first."""
    size = min(max(longest, SMALLEST), LARGEST)
    found = [size / longest]
    while size > SMALLEST:
        size = max(round(size / SMALLER), SMALLEST)
        found.append(size / longest)
    return found


def normalized(grey: NDArray[np.uint8]) -> FloatArray:
    """A picture as the network knows it: its median at 0, 1 for as much as its usual contrast, float32 (H, W)."""
    low, middle, high = np.quantile(grey[::2, ::2] if grey.size > 10_000 else grey, (0.02, 0.5, 0.98))
    return ((grey.astype(np.float32) - np.float32(middle)) / np.float32(max(high - low, 32.0))).astype(np.float32)


def resized(grey: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """A picture `scale` times as large."""
    if scale == 1:
        return grey
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), np.uint8)


def padded_to(image: FloatArray, step: int) -> FloatArray:
    """An image continued to the right and downwards to multiples of `step` pixels."""
    height, width = image.shape
    return np.pad(image, ((0, -height % step), (0, -width % step)), mode="edge")


def unfolded(cells: FloatArray) -> FloatArray:
    """Outputs of the network, (H / 8, W / 8, 4 `CHANNELS`), as places: (H / 4, W / 4, `CHANNELS`)."""
    height, width, _ = cells.shape
    parts = cells.reshape(height, width, 2, 2, CHANNELS).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(parts.reshape(2 * height, 2 * width, CHANNELS))


def lines_in(places: FloatArray) -> list[FoundLine]:
    """Lines from what the network answers.

    Args:
        places: float32 of shape (H, W, `CHANNELS`), see `Finder.look`.
    """
    core = 1 / (1 + np.exp(-places[..., 0]))
    count, labels, stats, _ = cv2.connectedComponentsWithStats((core > LEAST).astype(np.uint8), connectivity=8)
    largest = np.argsort(-stats[1:count, cv2.CC_STAT_AREA], kind="stable")[:MOST_LINES] + 1
    found = []
    for label in largest.tolist():
        left, top, width, height, area = stats[label].tolist()
        if area < FEWEST:
            break
        rows, columns = np.nonzero(labels[top : top + height, left : left + width] == label)
        rows, columns = rows + top, columns + left
        weight = core[rows, columns]
        _, level, sine, cosine = (weight @ places[rows, columns]) / weight.sum()
        high = UNIT * 2 ** float(level)
        if not LOWEST * 0.7 < high < HIGHEST * 1.4:
            continue
        points = (np.stack([columns, rows], axis=1) + 0.5) * STRIDE
        angle = _turned(points, weight)
        if angle is None:
            angle = 0.5 * math.atan2(float(sine), float(cosine))
        along = np.array([math.cos(angle), math.sin(angle)])
        distance = points @ along
        first, last = float(distance.min()) - STRIDE / 2, float(distance.max()) + STRIDE / 2
        across = points @ np.array([-along[1], along[0]])
        middle = float(weight @ across / weight.sum())
        centre = (first + last) / 2 * along + middle * np.array([-along[1], along[0]])
        found.append(FoundLine(float(centre[0]), float(centre[1]), last - first, high, angle, float(weight.mean())))
    return found


def _turned(points: NDArray[np.float64], weight: FloatArray) -> float | None:
    """Angle of the longer axis of a core; None where it has none to speak of."""
    covariance = np.cov(points.T, aweights=weight)
    mean, difference = covariance.trace() / 2, (covariance[0, 0] - covariance[1, 1]) / 2
    spread = math.hypot(difference, covariance[0, 1])
    if mean + spread < LONG**2 * (mean - spread) or abs(difference) < abs(covariance[0, 1]):
        return None
    return 0.5 * math.atan2(covariance[0, 1], difference)


def scaled(line: FoundLine, factor: float) -> FoundLine:
    """A line on a picture that is `factor` times as large."""
    return FoundLine(
        line.x * factor, line.y * factor, line.length * factor, line.height * factor, line.angle, line.score
    )


def without_doubles(lines: list[FoundLine]) -> list[FoundLine]:
    """Each line once: the most certain of those that share their place (non-maximum suppression)."""
    kept: list[FoundLine] = []
    for line in sorted(lines, key=lambda line: -line.score * min(1.0, line.length / line.height)):
        if all(shared(line, other) < SAME for other in kept):
            kept.append(line)
    return kept


def joined(lines: list[FoundLine]) -> list[FoundLine]:
    """Lines, their parts put together: neighbours on one level, of about one height, with a small gap between them."""
    whole: list[FoundLine] = []
    for line in sorted(lines, key=lambda line: line.x - line.length / 2):
        before = [one for one in whole if _goes_on(one, line)]
        if before:
            nearest = max(before, key=lambda one: one.x + one.length / 2)
            whole.remove(nearest)
            line = _one(nearest, line)
        whole.append(line)
    return whole


def _goes_on(left: FoundLine, right: FoundLine) -> bool:
    """Whether the right one is a part of the same line as the left one."""
    height = (left.height + right.height) / 2
    dx, dy = right.x - left.x, right.y - left.y
    angle = left.angle if left.length > right.length else right.angle
    along, across = dx * math.cos(angle) + dy * math.sin(angle), dy * math.cos(angle) - dx * math.sin(angle)
    gap = along - (left.length + right.length) / 2
    alike = min(left.height, right.height) / max(left.height, right.height)
    return along > 0 and gap < GAP * height and abs(across) < LEVEL * height and alike > ALIKE


def _one(left: FoundLine, right: FoundLine) -> FoundLine:
    """Two parts of a line as one; the longer one counts more."""
    share = left.length / (left.length + right.length)
    angle = share * left.angle + (1 - share) * right.angle
    along = np.array([math.cos(angle), math.sin(angle)])
    down = np.array([-along[1], along[0]])
    centres = np.array([[left.x, left.y], [right.x, right.y]])
    places = centres @ along
    half = np.array([left.length, right.length]) / 2
    first, last = float((places - half).min()), float((places + half).max())
    middle = float(np.array([share, 1 - share]) @ (centres @ down))
    x, y = (first + last) / 2 * along + middle * down
    height = share * left.height + (1 - share) * right.height
    return FoundLine(float(x), float(y), last - first, height, angle, share * left.score + (1 - share) * right.score)


def shared(a: FoundLine, b: FoundLine) -> float:
    """Share of the smaller of two rectangles that lies in the other."""
    area, _ = cv2.intersectConvexConvex(a.corners, b.corners)
    return float(area) / max(min(a.length * a.height, b.length * b.height), 1e-6)
