"""The icon of the installed page: a handwritten 7, white on the accent colour."""

from __future__ import annotations

import cv2
import numpy as np

START, CORNER, BEND, END = (0.28, 0.29), (0.72, 0.26), (0.53, 0.48), (0.44, 0.77)
"""The stroke in the unit square: a line to the corner, then a curve past the bend to the end."""
PEN, ROUNDING = 0.105, 0.22
ACCENT, WHITE = (0x24, 0x56, 0xD6), (0xFF, 0xFF, 0xFF)
FINER = 4
"""Supersampling factor, for smooth edges."""


def icon_svg() -> str:
    """The icon for any size."""
    (a, b), (c, d), (e, f), (g, h) = ((100 * x, 100 * y) for x, y in (START, CORNER, BEND, END))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<rect width="100" height="100" rx="{100 * ROUNDING:g}" fill="#{bytes(ACCENT).hex()}"/>'
        f'<path d="M{a:g} {b:g} {c:g} {d:g}Q{e:g} {f:g} {g:g} {h:g}" fill="none" stroke="#fff" '
        f'stroke-width="{100 * PEN:g}" stroke-linecap="round" stroke-linejoin="round"/></svg>\n'
    )


def icon_png(side: int, *, rounded: bool = True) -> bytes:
    """The icon as a PNG file.

    Args:
        side: in pixels.
        rounded: with transparent round corners; else full-bleed, for systems that cut their own shape.
    """
    large = FINER * side
    t = np.linspace(0, 1, 60)[:, np.newaxis]
    curve = (1 - t) ** 2 * np.array(CORNER) + 2 * t * (1 - t) * np.array(BEND) + t**2 * np.array(END)
    points = np.rint(np.vstack([START, curve]) * large).astype(np.int32)
    picture = np.zeros((large, large, 4), np.uint8)
    corner = round(ROUNDING * large) if rounded else 0
    ground = (*ACCENT[::-1], 255)
    for left, top in ((0, corner), (corner, 0)):
        cv2.rectangle(picture, (left, top), (large - 1 - left, large - 1 - top), ground, -1)
    for x in (corner, large - 1 - corner):
        for y in (corner, large - 1 - corner):
            cv2.circle(picture, (x, y), corner, ground, -1)
    cv2.polylines(picture, [points], False, (*WHITE, 255), round(PEN * large))
    content: bytes = cv2.imencode(".png", cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA))[1].tobytes()
    return content
