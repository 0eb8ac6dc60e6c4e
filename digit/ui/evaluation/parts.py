"""A part of a tab that may fail alone: its content, or the sentence that says what is missing and how to make it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from digit.errors import ArtifactError


def part(make: Callable[[], str], command: str = "") -> str:
    """What `make` returns; where a file of the model folder is missing or damaged, the sentence that says so.

    Args:
        make: returns HTML.
        command: the command that writes the file, for the sentence.
    """
    try:
        return make()
    except ArtifactError as error:
        said = str(error)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        said = f"A file of the model folder does not hold what it should ({error!r})."
    hint = f" <code>{escape(command)}</code> makes it." if command else ""
    return f'<p class="missing">{escape(said)}{hint}</p>'
