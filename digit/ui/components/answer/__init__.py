"""The answer as HTML: sentence, percentage, bars, and what the model sees.

Every answer has the same elements in the same order, so the browser changes them in place: bars glide to their new
length and rank instead of blinking.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from digit.imaging import Steps
from digit.imaging.pixels import shrink
from digit.recognition.prediction import SENTENCES, Prediction, percent
from digit.ui.components.image_element import picture_tag
from digit.ui.resources import resource_text

DIGITS = 10
NOTHING = SENTENCES["empty"]
WORDS = {
    "sure": "{percent} sure",
    "one": "{digit}: {percent}",
    "or": " or ",
    "nearest": "The nearest digit would be {digit}",
    "seen": "What the model sees",
    "elsewhere": "read them on Number",
}
_BLANK = np.full((28, 28), 255, np.uint8)
STEP_SIDE = 220
"""Longer side of the small pictures of the steps, in pixels."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """The digit image, tinted to explain the answer.

    Attributes:
        picture: uint8 of shape (28, 28, 3), RGB: the tinted digit image.
        caption: meaning of the tints, in a few words.
    """

    picture: NDArray[np.uint8]
    caption: str


def answer_panel(html: str, name: str = "answer-panel") -> gr.HTML:
    """The panel that shows answers, from the server or from the page itself.

    Args:
        html: the first answer.
        name: CSS class of the panel.
    """
    scripts = ("components/answer/panel.js", "components/answer/announce.js")
    return gr.HTML(html, js_on_load="\n".join(map(resource_text, scripts)), apply_default_css=False, elem_classes=name)


def answer_options() -> gr.Checkbox:
    """The row under an answer: a slider for the number of listed digits, and the switch that is returned.

    The switch toggles between what the model sees and the reason for its answer. The slider needs no server.
    """
    with gr.Row(elem_classes="options"):
        gr.HTML(
            html_template=resource_text("components/answer/options.html"),
            js_on_load=resource_text("components/answer/options.js"),
            apply_default_css=False,
        )
        return gr.Checkbox(label="Show why", container=False, elem_classes="why")


def answer_html(prediction: Prediction, empty: str = NOTHING, explanation: Explanation | None = None) -> str:
    """The answer in words, numbers and bars.

    Args:
        prediction: the classifier's answer.
        empty: the sentence for a picture without ink.
        explanation: shown in place of the plain digit image.
    """
    verdict = prediction.verdict
    sentence = empty if verdict == "empty" else prediction.sentence
    seen = _seen(255 - (prediction.digit_image * 255).round().astype(np.uint8))
    if explanation is not None:
        seen = _seen(explanation.picture, explanation.caption)
    return _panel(verdict, _glyph(prediction), sentence, _confidence(prediction), _bars(prediction), seen)


def error_html(sentence: str) -> str:
    """An error sentence in the place of the answer."""
    return _panel("error", "", sentence, "", _bars(None), _seen(_BLANK))


def waiting_html(sentence: str = NOTHING) -> str:
    """The panel before a picture is given."""
    return _panel("empty", "", sentence, "", _bars(None), _seen(_BLANK))


def steps_html(steps: Steps | None) -> str:
    """The steps from the picture to the digit image, as small pictures; nothing for None or without ink."""
    if steps is None or steps.box is None:
        return ""
    x, y, width, height = steps.box
    ink = (255 - steps.ink * 255).round().astype(np.uint8)
    seen = (255 - steps.digit_image * 255).round().astype(np.uint8)
    figures: list[tuple[str, str, NDArray[Any]]] = [
        ("Grey", "the picture without colour", shrink(steps.grey, STEP_SIDE)),
        ("Ink", "the writing without the paper", shrink(ink, STEP_SIDE)),
        ("Crop", "the part with the digit", shrink(ink[y : y + height, x : x + width], STEP_SIDE)),
        ("28 &times; 28", "scaled and centred: the model's input", seen),
    ]
    items = "".join(
        f'<figure><div class="frame">{picture_tag(image, alt=text, pixelated=image is seen)}</div>'
        f"<figcaption><b>{name}</b> {text}</figcaption></figure>"
        for name, text, image in figures
    )
    return f'<h2>How the picture was read</h2><div class="steps">{items}</div>'


def preview_html(steps: Steps | None) -> str:
    """The picture as it was decoded."""
    return "" if steps is None else picture_tag(shrink(steps.picture, 560), alt="Your picture")


def _panel(verdict: str, glyph: str, sentence: str, confidence: str, bars: str, seen: str) -> str:
    return (
        f'<div class="answer" data-verdict="{verdict}">'
        f'<div class="headline"><div class="glyph" aria-hidden="true">{glyph}</div>'
        f'<div class="words"><p class="sentence">{_linked(sentence)}</p>'
        f'<p class="confidence">{confidence}</p></div></div>'
        f'<div class="evidence">{bars}{seen}</div></div>'
    )


def _linked(sentence: str) -> str:
    """A sentence as HTML, with a link to Number that takes along what was given."""
    elsewhere = WORDS["elsewhere"]
    return escape(sentence).replace(elsewhere, f'<a href="?tab=number" data-tab="number" data-carry>{elsewhere}</a>')


def _glyph(prediction: Prediction) -> str:
    """The answer as one or two large characters; the style sheet sets the space between them."""
    if prediction.verdict == "digit":
        return str(prediction.digit)
    if prediction.verdict == "unsure":
        first, second = sorted(d for d, _ in prediction.top(2))
        return f"<span>{first}</span><span>{second}</span>"
    return "?" if prediction.verdict == "not_a_digit" else ""


def _confidence(prediction: Prediction) -> str:
    if prediction.verdict == "digit":
        return escape(WORDS["sure"].format(percent=percent(prediction.confidence)))
    if prediction.verdict == "unsure":
        pair = (WORDS["one"].format(digit=d, percent=percent(p)) for d, p in sorted(prediction.top(2)))
        return escape(WORDS["or"].join(pair))
    if prediction.verdict == "not_a_digit" and prediction.reason != "several":
        return escape(WORDS["nearest"].format(digit=prediction.top(1)[0][0]))
    return ""


def _bars(prediction: Prediction | None) -> str:
    """One row per digit, ordered by the style sheet, and the same in words, the likeliest first, for screen readers.

    The style sheet hides those beyond the slider's value.
    """
    top = [] if prediction is None or prediction.reason == "several" else prediction.top(DIGITS)
    rows = {digit: (rank, p) for rank, (digit, p) in enumerate(top)}
    items = []
    for digit in range(DIGITS):
        rank, probability = rows.get(digit, (digit, 0.0))
        name, value = (str(digit), escape(percent(probability))) if rows else ("", "")
        items.append(
            f'<li style="--rank: {rank}; --share: {probability:.4f}" data-digit="{digit}">'
            f'<span class="name">{name}</span><span class="track"><span class="fill"></span></span>'
            f'<span class="value">{value}</span></li>'
        )
    words = [f"{digit}: {percent(p)}" for digit, p in top] or [""] * DIGITS
    ranked = "".join(f"<li>{escape(text)}</li>" for text in words)
    return (
        f'<ol class="bars" aria-hidden="true">{"".join(items)}</ol>'
        f'<ol class="ranked" aria-label="Most likely digits"{"" if top else " hidden"}>{ranked}</ol>'
    )


def _seen(image: NDArray[np.uint8], caption: str = WORDS["seen"]) -> str:
    picture = picture_tag(image, alt=caption, pixelated=True)
    return f'<figure class="seen">{picture}<figcaption>{escape(caption)}</figcaption></figure>'
