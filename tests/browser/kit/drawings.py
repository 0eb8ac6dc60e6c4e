"""Drawings made on the spot, as strokes on a 280x280 paper: every digit in hands and pens that people do not all have.

The browser paints them as the paper does, so that both readers get the very pixels that a visitor's canvas would give.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.browser.kit.app import HANDWRITING, smooth

SIDE = 280
KINDS = ("usual", "thin", "thick", "tiny", "huge", "edge", "several", "erased")

PAINT = """strokes => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 280, height: 280 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = "#17181c";
  for (const { points, width, erases } of strokes) {
    context.globalCompositeOperation = erases ? "destination-out" : "source-over";
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...points[0]);
    for (const point of points.slice(1)) context.lineTo(...point);
    context.stroke();
  }
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 280, 280);
  return canvas;
}"""
READ = f"""async drawings => {{
  const paint = {PAINT};
  window.reader ??= (await import("./recognizer.js")).loadRecognizer(new URL("settings.json", location));
  const recognizer = await window.reader;
  const read = [];
  for (const strokes of drawings) {{
    const canvas = paint(strokes);
    const picture = canvas.getContext("2d").getImageData(0, 0, 280, 280);
    const started = performance.now();
    const {{ digit, verdict, probabilities }} = await recognizer.predict(picture);
    const ms = performance.now() - started;
    read.push({{ url: canvas.toDataURL("image/png"), digit, verdict, probabilities: Array.from(probabilities), ms }});
  }}
  return read;
}}"""
"""Run on a page of the reader's address: drawings as lists of strokes to their pictures and what is read there."""


@dataclass(frozen=True)
class Drawing:
    """What is drawn.

    Attributes:
        digit: 0 to 9.
        kind: one of `KINDS`.
        strokes: {points: [[x, y]], width, erases}, in pixels of the paper.
    """

    digit: int
    kind: str
    strokes: list[dict[str, Any]]


def make_drawings(count: int, seed: int = 0) -> list[Drawing]:
    """`count` drawings: every digit in every kind in turn."""
    rng = np.random.default_rng(seed)
    return [_drawing(i % 10, KINDS[i // 10 % len(KINDS)], rng) for i in range(count)]


def _drawing(digit: int, kind: str, rng: np.random.Generator) -> Drawing:
    width = {"thin": 6.0, "thick": rng.uniform(28, 40), "tiny": 6.0, "huge": rng.uniform(6, 40)}.get(kind, 0.0)
    width = width or rng.uniform(10, 24)
    size = {"tiny": rng.uniform(10, 45), "huge": rng.uniform(330, 380)}.get(kind, rng.uniform(120, 260))
    corner = rng.uniform(0.1, 0.9, 2) * (SIDE - size)
    if kind == "edge":
        corner = np.array([rng.choice([-0.3, 0.1, 0.35]), rng.choice([-0.2, 0.0, 0.2])]) * size
    angle, shear = rng.normal(0, 0.12), rng.normal(0, 0.1)
    turn = np.array([[np.cos(angle), -np.sin(angle) + shear], [np.sin(angle), np.cos(angle)]])

    def placed(points: Any) -> NDArray[np.float64]:
        shaken = np.array(smooth([(x, y) for x, y in np.array(points) + rng.normal(0, 0.015, np.shape(points))]))
        moved: NDArray[np.float64] = ((shaken - 0.5) @ turn.T + 0.5) * size + corner
        return moved

    strokes = [_stroke(placed(points), width) for points in HANDWRITING[digit]]
    if kind == "several":  # specks and strokes that may or may not belong to it
        for _ in range(int(rng.integers(1, 4))):
            start = rng.uniform(0, SIDE, 2)
            strokes.append(_stroke(np.stack([start, start + rng.normal(0, 40, 2)]), rng.uniform(6, width)))
    if kind == "erased":
        strokes.append(_stroke(rng.uniform(60, 220, (2, 2)), rng.uniform(6, 20), erases=True))
    return Drawing(digit, kind, strokes)


def _stroke(points: NDArray[np.float64], width: float, *, erases: bool = False) -> dict[str, Any]:
    return {"points": points.round(2).tolist(), "width": round(float(width), 1), "erases": erases}
