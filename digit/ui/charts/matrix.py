"""The confusion matrix as a table of buttons: hover or focus says a cell in words, a click asks for its samples.

Takes counts; knows no file and no sample. Counts or percent, the dimmed diagonal, the arrow keys and the picture to
save are `front/matrix.js`, the colours `front/matrix.css`.
"""

from __future__ import annotations

import csv
import io
from html import escape
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

HINT = "Point at a cell, or use the arrow keys. A click shows the digits of that cell."


def matrix_html(confusion: NDArray[np.int64], name: str) -> str:
    """The matrix with its switches and downloads.

    Blue and orange stay apart for every common kind of colour blindness, and every cell has its number.

    Args:
        confusion: int64 of shape (10, 10), rows the truth, columns the prediction.
        name: of the files that can be saved, without an ending.
    """
    mistakes = confusion - np.diag(np.diag(confusion))
    most = max(int(mistakes.max()), 1)
    totals = confusion.sum(axis=1)
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(len(confusion)))
    rows = []
    for truth, row in enumerate(confusion):
        cells = "".join(_cell(truth, guess, int(count), int(totals[truth]), most) for guess, count in enumerate(row))
        rows.append(f'<tr><th scope="row">{truth}</th>{cells}</tr>')
    table = (
        '<table class="confusion" data-unit="count" aria-label="Confusion matrix: rows are the labels, columns what '
        'was read"><thead><tr><td></td>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
    link = f"data:text/csv;charset=utf-8,{quote(matrix_csv(confusion))}"
    file = escape(name)
    return (
        '<section class="matrix"><h2>Which digits it confuses</h2><div class="switches">'
        '<div class="either" role="group" aria-label="Numbers of the matrix">'
        '<button type="button" data-unit="count" aria-pressed="true">Counts</button>'
        '<button type="button" data-unit="share" aria-pressed="false">Percent</button></div>'
        '<label class="check"><input type="checkbox" data-do="dim"> Dim what is right</label></div>'
        f'<p class="key">Rows: the label. Columns: what was read.</p>{table}'
        f'<p class="says" data-hint="{HINT}">{HINT}</p>'
        '<p class="files">Save as '
        f'<button type="button" class="link" data-do="save-png" data-name="{file}">PNG</button> '
        f'<a href="{link}" download="{file}.csv">CSV</a></p></section>'
    )


def matrix_csv(confusion: NDArray[np.int64]) -> str:
    """The counts as CSV: the first column is the label, the first row what was read."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(["label", *(f"read as {digit}" for digit in range(len(confusion)))])
    writer.writerows([truth, *map(int, row)] for truth, row in enumerate(confusion))
    return output.getvalue()


def cell_words(truth: int, guess: int, count: int, total: int) -> str:
    """A cell in words."""
    share = f" ({100 * count / total:.1f} %)" if total and count else ""
    amount = f"{count:,} of {total:,}" if count else f"None of {total:,}"
    verb = "was" if count == 1 else "were"
    manner = "read right" if truth == guess else f"read as {guess}"
    return f"{amount} {truth}s {verb} {manner}{share}"


def _cell(truth: int, guess: int, count: int, total: int, most: int) -> str:
    """One cell; the first can be reached with the Tab key, the others with the arrow keys."""
    kind = "right" if truth == guess else "wrong" if count else "none"
    strength = count / max(total, 1) if truth == guess else count / most
    share = 100 * count / max(total, 1)
    return (
        f'<td class="{kind}" style="--share: {strength:.3f}"><button type="button" data-label="{truth}" '
        f'data-guess="{guess}" tabindex="{0 if truth == guess == 0 else -1}" aria-pressed="false" '
        f'aria-label="{cell_words(truth, guess, count, total)}">'
        f'<span class="count">{count}</span><span class="share">{_percent(share)}</span></button></td>'
    )


def _percent(share: float) -> str:
    """A share in percent with four characters at most, since a cell on a phone has no room for more."""
    if share == 0 or share >= 99.95:
        return f"{share:.0f}"
    return f"{share:.1f}" if share >= 0.05 else "&lt;.1"
