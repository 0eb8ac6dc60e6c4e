"""One answer for a terminal: the digit in half-blocks, the sentence, and a small bar chart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from digit.recognition.prediction import Prediction, percent

BAR_WIDTH = 24
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def print_answer(console: Console, name: str, prediction: Prediction, top_k: int) -> None:
    """Print the digit image beside the answer.

    Args:
        name: of the picture, as the person gave it.
        top_k: number of bars.
    """
    answer = Text("\n")
    answer.append(f"{name}\n\n", style="dim")
    answer.append(f"{prediction.sentence}\n\n", style="bold")
    bars = prediction.top(top_k)
    for digit, probability in bars:
        plain = prediction.verdict == "not_a_digit" or digit != prediction.digit
        answer.append(f"{digit} ")
        answer.append(bar(probability), style="dim" if plain else "cyan")
        answer.append(f" {percent(probability):>8}\n")
    grid = Table.grid(padding=(0, 3))
    grid.add_row(half_blocks(prediction.digit_image, shaded=console.color_system is not None), answer)
    console.print(grid)


def half_blocks(digit_image: NDArray[np.float32], *, shaded: bool) -> Text:
    """A digit image in 14 lines of 28 characters: each shows two pixels, one above the other.

    Args:
        digit_image: float32 of shape (28, 28), ink = 1.
        shaded: grey levels as dark ink on white paper, which needs colours; else ink or nothing, in the colour of the
            terminal's text.
    """
    text = Text(no_wrap=True)
    for upper, lower in zip(digit_image[::2], digit_image[1::2], strict=True):
        for above, below in zip(upper, lower, strict=True):
            if shaded:
                text.append("▀", Style(color=_grey(above), bgcolor=_grey(below)))
            else:
                text.append(" ▀▄█"[(above > 0.5) + 2 * (below > 0.5)])
        text.append("\n")
    return text


def bar(share: float, width: int = BAR_WIDTH) -> str:
    """A bar of block characters, `width` wide for 1, to an eighth of a character."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def _grey(ink: float) -> str:
    level = round(255 * (1 - float(ink)))
    return f"#{level:02x}{level:02x}{level:02x}"
