"""The answer for a number as HTML: its rows large, the sentence, and the picture with a box and a digit on each.

Boxes are elements over the picture, so they stay sharp at any zoom and use the page's colours. `look.js` shows the
details of a chosen digit from the data written here, and lets the visitor mend what was read wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

import gradio as gr

from digit.imaging.pixels import Picture
from digit.numbers.ctc import DIGITS
from digit.numbers.number import Number, NumberDigit, Row
from digit.recognition.prediction import percent, rounded
from digit.ui.charts.figure import rows_element, rows_json
from digit.ui.components.image_element import picture_tag
from digit.ui.resources import resource_text

NOTHING_WRITTEN = "Nothing written yet"
NOTHING_GIVEN = "No picture yet"
ALL = 10
LOOK_SCRIPTS = ("components/number_answer/mending.js", "components/number_answer/look.js")

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
    data = escape(json.dumps([_data(digit, size) for digit in number.digits], separators=(",", ":")))
    given = f' data-text="{escape(number.text)}" data-digits="{data}"'
    buttons = (_button(at, digit) for at, digit in enumerate(number.digits))
    label = "Digits: the arrow keys choose one, typing mends it"
    read = (
        f'<div class="read" role="toolbar" aria-label="{label}" style="{_measures(number)}">'
        f"{_rows(number, buttons)}</div>"
    )
    return _panel(
        _verdict(number), read, number.sentence, _confidence(number), rows_element(number_json(number)), given
    )


def moving_number_html(number: Number) -> str:
    """The same for the live camera, whose digits change too fast to be buttons."""
    if not number.rows:
        return said_html(number.sentence)
    spans = (f"<span{' class=doubtful' if digit.doubtful else ''}>{digit.digit}</span>" for digit in number.digits)
    read = f'<div class="read" aria-hidden="true" style="{_measures(number)}">{_rows(number, spans)}</div>'
    return _panel(_verdict(number), read, number.sentence, _confidence(number), "")


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
    """One line per digit, in reading order, with the text and the confidence of its row in front."""
    header = ["row_text", "row_confidence", "row", "place", "digit", "confidence", "doubtful"]
    lines = [
        (row.text, rounded(row.confidence), at, place, digit.digit, rounded(digit.confidence), _yes(digit), *digit.box)
        for at, row in enumerate(number.rows, 1)
        for place, digit in enumerate(row.digits, 1)
    ]
    return rows_json([*header, "x", "y", "width", "height"], lines)


def digit_details(name: str) -> gr.HTML:
    """Details of one digit of the answer beside it, and buttons to mend it, and to copy and save the whole number.

    Args:
        name: of the CSV file that is saved.
    """
    return gr.HTML(
        html_template=resource_text("components/number_answer/look.html"),
        js_on_load="\n".join(resource_text(script) for script in LOOK_SCRIPTS).replace("FILE_NAME", name),
        apply_default_css=False,
        elem_classes="number-look",
    )


def _panel(verdict: str, rows: str, sentence: str, confidence: str, table: str, given: str = "") -> str:
    return (
        f'<div class="answer number" data-verdict="{verdict}"{given}>{rows or "<div class=read hidden></div>"}'
        f'<p class="sentence">{escape(sentence)}</p><p class="confidence">{confidence}</p>{table}</div>'
    )


def _verdict(number: Number) -> str:
    return "unsure" if number.doubtful else "digit"


def _rows(number: Number, digits: Iterable[str]) -> str:
    """The rows as they are written: the HTML of each digit, and the separators between them."""
    each = iter(digits)
    rows = []
    for row in number.rows:
        signs = (next(each) if sign in DIGITS else f'<span class="separator">{sign}</span>' for sign in row.text)
        doubtful, sure = " doubtful" if row.doubtful else "", escape(_sure(row))
        label = f'role="group" aria-label="{row.text}, {sure}" title="{sure}"'
        rows.append(f'<div class="row{doubtful}" {label}>{"".join(signs)}</div>')
    return "".join(rows)


def _button(at: int, digit: NumberDigit) -> str:
    """A digit as a button: Tab reaches the first, the arrow keys the others."""
    doubtful, label = (' class="doubtful"', f"{digit.digit}, doubtful") if digit.doubtful else ("", str(digit.digit))
    return (
        f'<button type="button" data-at="{at}" tabindex="{0 if at == 0 else -1}" aria-pressed="false" '
        f'aria-label="{label}"{doubtful}>{digit.digit}</button>'
    )


def _measures(number: Number) -> str:
    """CSS variables that set the size of the digits: the longest row, in widths of a digit, and how many rows."""
    return f"--longest: {max(map(_width, number.rows)):g}; --rows: {len(number.rows)}"


def _width(row: Row) -> float:
    question_marks = 0.35 * sum(digit.doubtful for digit in row.digits)
    return len(row.digits) + 0.45 * (len(row.text) - len(row.digits)) + question_marks


def _sure(row: Row) -> str:
    return f"{percent(row.confidence)} sure" + (", check it" if row.doubtful else "")


def _confidence(number: Number) -> str:
    count = len(number.rows)
    whole = {1: "", 2: " of both numbers"}.get(count, f" of all {count} numbers")
    return f"{escape(percent(number.confidence))} sure{whole}"


def _yes(digit: NumberDigit) -> str:
    return "yes" if digit.doubtful else "no"


def _mark(at: int, digit: NumberDigit, size: Size) -> str:
    x, y, width, height = _shares(digit, size)
    doubtful = " doubtful" if digit.doubtful else ""
    place = f"left:{100 * x:.3f}%;top:{100 * y:.3f}%;width:{100 * width:.3f}%;height:{100 * height:.3f}%"
    return f'<span class="mark{doubtful}" data-at="{at}" style="{place}"><b>{digit.digit}</b></span>'


def _data(digit: NumberDigit, size: Size) -> dict[str, object]:
    """Details for `look.js`: the box in shares of the picture, and all ten digits, most likely first."""
    return {
        "box": [round(share, 5) for share in _shares(digit, size)],
        "bars": [[d, round(p, 4), percent(p)] for d, p in digit.top(ALL)],
        "confidence": rounded(digit.confidence),
        "doubtful": digit.doubtful,
    }


def _shares(digit: NumberDigit, size: Size) -> tuple[float, float, float, float]:
    x, y, width, height = digit.box
    return x / size[0], y / size[1], width / size[0], height / size[1]
