"""The confusion matrix as a table of buttons: hover or focus describes a cell, a click shows its samples."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray

from digit.ui.charts.figure import rows_element, rows_json

HINT = "Point at a cell or use the arrow keys. A click shows the cell's digits."


def matrix_html(confusion: NDArray[np.int64], name: str) -> str:
    """The matrix with its switches and downloads.

    Blue and orange can be told apart with every common colour blindness, and every cell has its number.

    Args:
        confusion: int64 of shape (10, 10), rows the truth, columns the prediction.
        name: of the downloaded files, without an extension.
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
    numbers = rows_json(
        ["label", *(f"read as {digit}" for digit in range(len(confusion)))],
        [[truth, *row] for truth, row in enumerate(confusion.tolist())],
    )
    return (
        f'<section class="matrix" data-name="{escape(name)}"><h2>Which digits it confuses</h2><div class="switches">'
        '<div class="either" role="group" aria-label="Values of the matrix">'
        '<button type="button" data-unit="count" aria-pressed="true">Counts</button>'
        '<button type="button" data-unit="share" aria-pressed="false">Percent</button></div>'
        '<label class="check"><input type="checkbox" data-do="dim"> Dim what is right</label></div>'
        f'<p class="key">Rows: the label. Columns: what was read.</p>{table}'
        f'<p class="says" data-hint="{HINT}">{HINT}</p>'
        '<p class="files">Save as '
        '<button type="button" class="link" data-save="png">PNG</button> '
        f'<button type="button" class="link" data-save="csv">CSV</button></p>{rows_element(numbers)}</section>'
    )


def cell_words(truth: int, guess: int, count: int, total: int) -> str:
    """Description of a cell."""
    share = f" ({100 * count / total:.1f} %)" if total and count else ""
    amount = f"{count:,} of {total:,}" if count else f"None of {total:,}"
    verb = "was" if count == 1 else "were"
    manner = "read right" if truth == guess else f"read as {guess}"
    return f"{amount} {truth}s {verb} {manner}{share}"


def _cell(truth: int, guess: int, count: int, total: int, most: int) -> str:
    """One cell. The Tab key reaches the first, the arrow keys the others."""
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
    """A share in percent with at most four characters, the width of a cell on a phone."""
    if share == 0 or share >= 99.95:
        return f"{share:.0f}"
    return f"{share:.1f}" if share >= 0.05 else "&lt;.1"
