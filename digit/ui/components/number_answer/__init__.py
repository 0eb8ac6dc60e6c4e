"""The answer for a number as HTML: its digits large, the sentence, and the picture with a box and a digit on each.

Boxes are elements over the picture, so they stay sharp at any zoom and use the page's colours. `look.js` shows the
details of a chosen digit from the data written here.
"""

from __future__ import annotations

import json
from html import escape

import gradio as gr

from digit.imaging.pixels import Picture
from digit.numbers.number import Number, NumberDigit
from digit.recognition.prediction import percent, rounded
from digit.ui.charts.figure import rows_element, rows_json
from digit.ui.components.image_element import picture_tag
from digit.ui.resources import resource_text

NOTHING_WRITTEN = "Nothing written yet"
NOTHING_GIVEN = "No picture yet"
ALL = 10

Size = tuple[int, int]
"""Width and height of a picture in pixels."""


def number_html(number: Number, size: Size) -> str:
    """The digits, the sentence and the confidence.

    Args:
        number: the answer.
        size: of the picture whose pixels the boxes are in.
    """
    if not number.rows:
        return _panel("empty", "", number.sentence, "", "")
    verdict = "unsure" if any(digit.doubtful for digit in number.digits) else "digit"
    data = escape(json.dumps([_data(digit, size) for digit in number.digits], separators=(",", ":")))
    given = f' data-text="{escape(number.text)}" data-digits="{data}"'
    table = rows_element(number_json(number))
    return _panel(verdict, _rows(number), number.sentence, _confidence(number), table, given)


def moving_number_html(number: Number) -> str:
    """The same for the live camera, whose digits change too fast to be buttons."""
    if not number.rows:
        return said_html(number.sentence)
    rows = []
    for digits in number.rows:
        marked = "".join(f"<span{' class=doubtful' if digit.doubtful else ''}>{digit.digit}</span>" for digit in digits)
        rows.append(f'<div class="row">{marked}</div>')
    verdict = "unsure" if any(digit.doubtful for digit in number.digits) else "digit"
    read = f'<div class="read" aria-hidden="true" style="{_measures(number)}">{"".join(rows)}</div>'
    return _panel(verdict, read, number.sentence, _confidence(number), "")


def said_html(sentence: str, verdict: str = "empty") -> str:
    """A sentence in the place of the answer; the verdict "error" marks a fault of the picture."""
    return _panel(verdict, "", sentence, "", "")


def marks_html(number: Number, size: Size) -> str:
    """A labelled box per digit, to be laid over the picture."""
    marks = "".join(_mark(at, digit, size) for at, digit in enumerate(number.digits))
    return f'<div class="marks" aria-hidden="true">{marks}</div>'


def picture_html(number: Number, size: Size, picture: Picture) -> str:
    """The picture with the boxes.

    Args:
        number: the answer.
        size: of the picture whose pixels the boxes are in.
        picture: uint8 of shape (H, W, 3), RGB: the same picture at the size shown.
    """
    tag = picture_tag(picture, alt="Your picture", photo=True)
    return f'<div class="sheet" style="--ratio: {size[0]} / {size[1]}">{tag}{marks_html(number, size)}</div>'


def number_json(number: Number) -> str:
    """One row per digit, in reading order."""
    header = ["row", "place", "digit", "confidence", "doubtful", "x", "y", "width", "height"]
    lines = [
        (row, place, digit.digit, rounded(digit.confidence), "yes" if digit.doubtful else "no", *digit.box)
        for row, digits in enumerate(number.rows, 1)
        for place, digit in enumerate(digits, 1)
    ]
    return rows_json(header, lines)


def digit_details(name: str) -> gr.HTML:
    """Details of one digit of the answer beside it, and buttons to copy and save the whole number.

    Args:
        name: of the CSV file that is saved.
    """
    return gr.HTML(
        html_template=resource_text("components/number_answer/look.html"),
        js_on_load=resource_text("components/number_answer/look.js").replace("FILE_NAME", name),
        apply_default_css=False,
        elem_classes="number-look",
    )


def _panel(verdict: str, rows: str, sentence: str, confidence: str, table: str, given: str = "") -> str:
    return (
        f'<div class="answer number" data-verdict="{verdict}"{given}>{rows or "<div class=read hidden></div>"}'
        f'<p class="sentence">{escape(sentence)}</p><p class="confidence">{confidence}</p>{table}</div>'
    )


def _rows(number: Number) -> str:
    """The digits as buttons: Tab reaches the first, the arrow keys the others."""
    items, at = [], 0
    for digits in number.rows:
        buttons = []
        for digit in digits:
            doubtful = ' class="doubtful"' if digit.doubtful else ""
            label = f"{digit.digit}, doubtful" if digit.doubtful else str(digit.digit)
            buttons.append(
                f'<button type="button" data-at="{at}" tabindex="{0 if at == 0 else -1}" aria-pressed="false" '
                f'aria-label="{label}"{doubtful}>{digit.digit}</button>'
            )
            at += 1
        items.append(f'<div class="row">{"".join(buttons)}</div>')
    return (
        f'<div class="read" role="toolbar" aria-label="Digits: choose one with the arrow keys" '
        f'style="{_measures(number)}">{"".join(items)}</div>'
    )


def _measures(number: Number) -> str:
    """CSS variables that set the size of the digits."""
    longest = max(sum(1.35 if digit.doubtful else 1 for digit in row) for row in number.rows)  # its question mark
    return f"--longest: {longest:g}; --rows: {len(number.rows)}"


def _confidence(number: Number) -> str:
    count = len(number.digits)
    whole = {1: "", 2: " of both digits"}.get(count, f" of all {count} digits")
    return f"{escape(percent(number.confidence))} sure{whole}"


def _mark(at: int, digit: NumberDigit, size: Size) -> str:
    x, y, width, height = _shares(digit, size)
    doubtful = " doubtful" if digit.doubtful else ""
    place = f"left:{100 * x:.3f}%;top:{100 * y:.3f}%;width:{100 * width:.3f}%;height:{100 * height:.3f}%"
    return f'<span class="mark{doubtful}" data-at="{at}" style="{place}"><b>{digit.digit}</b></span>'


def _data(digit: NumberDigit, size: Size) -> dict[str, object]:
    """Details for `look.js`: the box in shares of the picture, and all ten digits, most likely first."""
    bars = [[d, round(p, 4), percent(p)] for d, p in digit.top(ALL)]
    return {"box": [round(share, 5) for share in _shares(digit, size)], "bars": bars, "doubtful": digit.doubtful}


def _shares(digit: NumberDigit, size: Size) -> tuple[float, float, float, float]:
    x, y, width, height = digit.box
    return x / size[0], y / size[1], width / size[0], height / size[1]
