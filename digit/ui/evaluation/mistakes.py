"""A system's mistakes and a few right answers as a gallery; one in detail, with its probabilities and a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape

import numpy as np
from numpy.typing import NDArray

from digit.errors import ArtifactError
from digit.evaluation.report import DISPUTED_MNIST_TEST_LABELS, DisputedLabel, ReportSet
from digit.recognition.prediction import percent
from digit.recognizer import Recognizer
from digit.ui.charts.figure import rows_element, rows_json
from digit.ui.components.image_element import picture_tag
from digit.ui.components.why import explain
from digit.ui.evaluation.systems import TEST_SET, set_title

SHOWN = 40
"""Samples shown at first; a button shows the rest."""
ORDERS = {"sure": "most sure first", "unsure": "least sure first", "label": "by label"}


def mistakes_html(test: ReportSet, set_name: str, name: str) -> str:
    """The gallery with its filters: every mistake, the most confident first; right answers, when they are filtered for.

    Args:
        test: a set of a report.
        set_name: the set; only MNIST's test set has disputed labels.
        name: of the downloaded file, without an extension.
    """
    count = len(test.mistake_index)
    pictures = enumerate(test.pictures.items())
    items = "".join(_item(test, set_name, place, index, image) for place, (index, image) in pictures)
    any_digit = {"": "any"} | {str(digit): str(digit) for digit in range(10)}
    return (
        f'<section class="gallery" data-shown="{SHOWN}" data-name="{escape(name)}">'
        '<h2>Every mistake</h2><div class="switches">'
        f"{_choice('label', 'Label', any_digit)}{_choice('guess', 'Read as', any_digit)}"
        f"{_choice('order', 'Order', ORDERS)}</div>"
        f'<p class="amount" role="status">{count:,} of {len(test.labels):,} digits</p>'
        f'<div class="mistakes">{items}</div>'
        '<p class="files"><button type="button" class="link" data-do="more" hidden>Show all</button> '
        '<button type="button" class="link" data-do="reset" hidden>Show every mistake</button> '
        '<span>Save as <button type="button" class="link" data-save="csv">CSV</button></span></p>'
        f"{rows_element(mistakes_json(test, set_name))}"
        '<dialog class="sample" aria-labelledby="sample-title"></dialog></section>'
    )


def mistakes_json(test: ReportSet, set_name: str) -> str:
    """One row per mistake: index in the set, label, digit read, confidence, disputed label (0 or 1), probabilities."""
    rows = []
    for index in test.mistake_index:
        row, guess = test.probabilities[index], int(test.predictions[index])
        disputed = int(_dispute(set_name, int(index)) is not None)
        values = [f"{float(p):.4f}" for p in row]
        rows.append([int(index), int(test.labels[index]), guess, values[guess], disputed, *values])
    header = ["index", "label", "read_as", "confidence", "disputed", *(f"p{digit}" for digit in range(10))]
    return rows_json(header, rows)


def sample_html(recognizer: Recognizer, test: ReportSet, set_name: str, index: int, served: bool) -> str:
    """Detailed view of one digit.

    Args:
        recognizer: gives the reason, and its own answer when this one is another system's.
        test: a set of a report.
        set_name: the set.
        index: of a digit whose image is kept, in the set.
        served: the answer is the recognizer's own.

    Raises:
        ArtifactError: the image is not kept.
    """
    image = test.pictures.get(index)
    if image is None:
        raise ArtifactError(f"{set_title(set_name)} has no picture of digit {index}.")
    label, guess = int(test.labels[index]), int(test.predictions[index])
    confidence = percent(float(test.probabilities[index, guess]))
    prediction = recognizer.predict_digit_images(image[np.newaxis].astype(np.float32) / np.float32(255))[0]
    likeliest = replace(prediction, digit=int(prediction.probabilities.argmax()))  # a reason even for "not a digit"
    reason = explain(recognizer, likeliest)
    pictures = _figure(255 - image, "What was read")
    here = ""
    if not served:
        answer = f"{prediction.sentence.lower()}, {percent(prediction.confidence)}"
        here = f"<p>This page's model says: {escape(answer)}. The map explains its answer.</p>"
    if reason is not None:
        pictures += _figure(reason.picture, reason.caption)
    return (
        f'<div class="large"><header><h3 id="sample-title">{escape(set_title(set_name))}, digit {index}</h3>'
        '<button type="button" data-do="before" aria-label="Previous">←</button>'
        '<button type="button" data-do="after" aria-label="Next">→</button>'
        '<button type="button" data-do="close" aria-label="Close">&times;</button></header>'
        f'<p class="verdict">The label says <b>{label}</b>. It was read as <b>{guess}</b>, '
        f"{escape(confidence)} sure.</p>{_dispute_html(_dispute(set_name, index))}{here}"
        f'<div class="looks">{pictures}</div>{_ten(test.probabilities[index], label, guess)}'
        f'<p class="give"><button type="button" class="main" data-do="draw" autofocus '
        f'data-name="{escape(set_title(set_name))}, digit {index}">Try it in Draw</button></p></div>'
    )


def _choice(name: str, title: str, options: Mapping[str, str]) -> str:
    """A list to choose from, with its label."""
    listed = "".join(f'<option value="{value}">{text}</option>' for value, text in options.items())
    select = f'<select id="filter-{name}" data-filter="{name}">{listed}</select>'
    return f'<p><label for="filter-{name}">{title}</label>{select}</p>'


def _item(test: ReportSet, set_name: str, place: int, index: int, image: NDArray[np.uint8]) -> str:
    label, guess = int(test.labels[index]), int(test.predictions[index])
    confidence = float(test.probabilities[index, guess])
    disputed = _dispute(set_name, index) is not None
    words = f"Digit {index}: label {label}, read as {guess}, {percent(confidence)} sure"
    mark = '<span class="disputed" title="Most annotators dispute this label">disputed</span>' if disputed else ""
    return (
        f'<button type="button" data-index="{index}" data-label="{label}" data-guess="{guess}" '
        f'data-place="{place}" aria-label="{escape(words)}{", label disputed" if disputed else ""}">'
        f"{picture_tag(255 - image, alt='', pixelated=True)}"
        f"<b>{label} → {guess}</b><span>{escape(percent(confidence))}</span>{mark}</button>"
    )


def _ten(probabilities: NDArray[np.float16], label: int, guess: int) -> str:
    """The ten probabilities in the order of the digits."""
    rows = []
    for digit, p in enumerate(probabilities.astype(np.float64)):
        role = "guess" if digit == guess else "label" if digit == label else ""
        note = {"guess": "read", "label": "label", "": ""}[role]
        rows.append(
            f'<li class="{role}" style="--share: {p:.4f}" data-p="{p:.5f}"><b>{digit}</b>'
            f'<span class="track"><span class="fill"></span></span>'
            f'<span class="value">{escape(percent(float(p)))}</span><span class="note">{note}</span></li>'
        )
    return f'<ol class="ten" aria-label="Probabilities of the ten digits">{"".join(rows)}</ol>'


def _figure(image: NDArray[np.uint8], caption: str) -> str:
    return (
        f"<figure>{picture_tag(image, alt=caption, pixelated=True)}<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _dispute(set_name: str, index: int) -> DisputedLabel | None:
    return DISPUTED_MNIST_TEST_LABELS.get(index) if set_name == TEST_SET else None


def _dispute_html(dispute: DisputedLabel | None) -> str:
    if dispute is None:
        return ""
    why = "the drawing allows both" if dispute.ambiguous else f"they would say {dispute.guess}"
    return f'<p class="disputed">Most annotators dispute this label: {why}.</p>'
