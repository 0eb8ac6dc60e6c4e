"""Pictures as people make them: each scene draws a digit and tells where its ink truly is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from tests.imaging.drawing import (
    Coverage,
    Picture,
    grained,
    jpeg,
    paint,
    ruled,
    shading,
    shadow,
    specks,
    strokes,
    to_picture,
    with_desk,
)

Scene = Callable[[int], tuple[Picture, Coverage]]

PHONE = (378, 504)
"""A photo at working size."""


def drawing(paper: Any = 255, ink: Any = 20, **settings: Any) -> Scene:
    def scene(digit: int) -> tuple[Picture, Coverage]:
        truth = strokes(digit, **settings)
        return paint(truth, np.broadcast_to(np.asarray(paper), 3), np.broadcast_to(np.asarray(ink), 3)), truth

    return scene


def photo(
    paper: Any = (225, 222, 210),
    ink: Any = (60, 60, 65),
    light: Any = 1.0,
    noise: float = 3.0,
    blur: float = 0.8,
    desk: str = "",
    quality: int = 70,
    dust: int = 0,
    **settings: Any,
) -> Scene:
    settings = {"size": PHONE, "width": 0.03} | settings

    def scene(digit: int) -> tuple[Picture, Coverage]:
        truth = strokes(digit, **settings)
        picture = paint(truth, paper, ink)
        picture = specks(picture, dust) if dust else picture
        picture = with_desk(picture, desk) if desk else picture
        blurred = cv2.GaussianBlur(picture, (0, 0), blur)
        return jpeg(grained(to_picture(blurred * light), noise, seed=digit), quality), truth

    return scene


def app_screen(paper: Any = (255, 255, 255), ink: Any = (200, 30, 30)) -> Scene:
    """A phone screenshot: title bar, drawing area, buttons, a line of text, navigation bar."""

    def scene(digit: int) -> tuple[Picture, Coverage]:
        size = (504, 284)
        truth = strokes(digit, size, height=0.6, width=0.02, centre=(0.5, 0.45))
        picture = paint(truth, paper, ink)
        picture[:50] = (63, 81, 181)
        cv2.putText(picture, "Digits", (12, 34), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 1, cv2.LINE_AA)
        cv2.rectangle(picture, (30, 425), (120, 450), (214, 215, 215), -1)
        cv2.rectangle(picture, (160, 425), (250, 450), (214, 215, 215), -1)
        cv2.putText(picture, "CLEAR", (50, 443), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (40, 40, 40), 1, cv2.LINE_AA)
        cv2.putText(picture, "DETECT", (178, 443), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (40, 40, 40), 1, cv2.LINE_AA)
        picture[-36:] = 0
        return picture, truth

    return scene


def framed(inset: int = 8, line: int = 2, colour: Any = (0, 0, 0), **settings: Any) -> Scene:
    plain = drawing(**settings)

    def scene(digit: int) -> tuple[Picture, Coverage]:
        picture, truth = plain(digit)
        height, width = truth.shape
        cv2.rectangle(picture, (inset, inset), (width - 1 - inset, height - 1 - inset), colour, line)
        return picture, truth

    return scene


def changed(scene: Scene, change: Callable[[Picture], Picture]) -> Scene:
    """A scene with something done to its picture."""

    def with_change(digit: int) -> tuple[Picture, Coverage]:
        picture, truth = scene(digit)
        return change(picture), truth

    return with_change


SCENES: dict[str, Scene] = {
    # drawn in an app or a paint program
    "drawing": drawing(),
    "drawing, hairline": drawing(width=0.004),
    "drawing, thick": drawing(width=0.11),
    "drawing, very thick": drawing(width=0.15, height=0.7),
    "drawing, light on dark": drawing(0, 255),
    "drawing, light on dark, thick": drawing(0, 255, width=0.14, height=0.7),
    "drawing, light on dark, hairline": drawing(10, 240, width=0.005),
    "drawing, red on green": drawing((120, 200, 120), (200, 60, 60)),
    "drawing, blue on yellow": drawing((250, 240, 90), (30, 60, 200)),
    "drawing, pale": drawing(255, 225),
    "drawing, 28 pixels": drawing(size=(28, 28), width=0.09, height=0.7),
    "drawing, 28 pixels, light on dark": drawing(0, 255, size=(28, 28), width=0.09, height=0.7),
    "drawing, tiny in a large field": drawing(size=(504, 504), height=0.07, width=0.009),
    "drawing, in a corner": drawing(height=0.3, width=0.03, centre=(0.2, 0.8)),
    "drawing, at the border": drawing(height=0.6, centre=(0.25, 0.5), width=0.06),
    "drawing, fills the picture": drawing(height=0.98, width=0.1),
    "drawing, fills the picture, thick, light on dark": drawing(0, 255, height=0.98, width=0.16),
    "drawing, fills 28 pixels": drawing(size=(28, 28), height=0.98, width=0.12),
    "drawing, framed": framed(),
    "drawing, framed at the very border": framed(inset=0, line=3),
    "drawing, framed in grey, light on dark": framed(paper=0, ink=255, colour=(128, 128, 128), inset=20),
    "drawing, specks": changed(drawing(), specks),
    "drawing, JPEG": changed(drawing(width=0.02), lambda p: jpeg(p, 15)),
    "screenshot": app_screen(),
    "screenshot, dark": app_screen((30, 30, 30), (255, 255, 255)),
    # photographed
    "photo": photo(),
    "photo, yellow paper": photo((235, 220, 120), (40, 60, 110)),
    "photo, pink paper, pencil": photo((240, 190, 200), (140, 120, 130), width=0.014),
    "photo, faint pencil": photo(ink=(180, 178, 172), width=0.014, noise=2.0),
    "photo, blue pen": photo(ink=(50, 70, 160), width=0.016),
    "photo, uneven light": photo(light=shading(PHONE, 0.4)),
    "photo, uneven light, pencil": photo(ink=(140, 140, 140), width=0.014, light=shading(PHONE, 0.5, 120)),
    "photo, uneven light, thick": photo(light=shading(PHONE, 0.45, 200), width=0.13),
    "photo, shadow": photo(light=shadow(PHONE)),
    "photo, soft shadow, pencil": photo(ink=(150, 150, 150), width=0.014, light=shadow(PHONE, 0.6, 0.08)),
    "photo, hard shadow, pen": photo(ink=(50, 70, 160), width=0.016, light=shadow(PHONE, 0.5, 0.01)),
    "photo, blurred": photo(blur=4.0, width=0.05),
    "photo, noisy": photo(noise=12.0, quality=30),
    "photo, chalk board": photo((45, 60, 50), (215, 220, 215), width=0.03, light=shading(PHONE, 0.6)),
    "photo, chalk board, thick": photo((45, 60, 50), (215, 220, 215), width=0.12, light=shading(PHONE, 0.6)),
    "photo, desk at the left": photo(desk="l"),
    "photo, desk at two sides": photo(desk="lb", width=0.02),
    "photo, desk at three sides": photo(desk="lrt", width=0.02),
    "photo, desk all around": photo(desk="lrtb", width=0.02),
    "photo, desk, pencil": photo(ink=(150, 150, 150), width=0.014, desk="r"),
    "photo, dust": photo(dust=25),
    "photo, ruled": photo(ruled(PHONE), ink=(40, 45, 70)),
    "photo, ruled, tilted": photo(ruled(PHONE, tilt=3), ink=(40, 45, 70)),
    "photo, ruled, pencil": photo(ruled(PHONE, colour=(170, 190, 215)), ink=(120, 120, 120), width=0.014),
    "photo, squared": photo(ruled(PHONE, 0.07, squared=True), ink=(40, 45, 70)),
    "photo, squared, tilted": photo(ruled(PHONE, 0.09, squared=True, tilt=2), ink=(40, 45, 70)),
    "photo, squared, uneven light": photo(
        ruled(PHONE, 0.07, squared=True), ink=(40, 45, 70), light=shading(PHONE, 0.5)
    ),
    "photo, dark rules": photo(ruled(PHONE, colour=(110, 110, 130), line=2), ink=(30, 35, 60)),
}

BLANKS: dict[str, Callable[[], Picture]] = {
    "white": lambda: np.full((200, 200, 3), 255, np.uint8),
    "black": lambda: np.zeros((28, 28, 3), np.uint8),
    "one pixel": lambda: np.full((1, 1, 3), 99, np.uint8),
    "grey": lambda: np.full((90, 60, 3), 128, np.uint8),
    "paper": lambda: jpeg(grained(np.full((*PHONE, 3), (228, 225, 214), np.uint8), 4.0)),
    "coarse paper": lambda: jpeg(grained(np.full((*PHONE, 3), (200, 190, 170), np.uint8), 9.0), 50),
    "paper in uneven light": lambda: jpeg(grained(to_picture(np.full((*PHONE, 3), 225) * shading(PHONE, 0.5)), 3.0)),
    "gradient": lambda: to_picture(np.full((*PHONE, 3), 250) * shading(PHONE, 0.3)),
    "empty ruled paper": lambda: jpeg(grained(ruled(PHONE), 2.0), 80),
}
