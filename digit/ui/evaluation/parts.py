"""A part of a tab that may fail on its own: its content, or a sentence on what is missing and how to make it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from html import escape

from digit.errors import ArtifactError

FAILED = "This part cannot be shown. A file of the model folder may be damaged; the server's log has the details."
_MISSING = '<p class="missing">'


class _FailedError(Exception):
    """Carries the HTML of an answer that is not kept."""


def part(make: Callable[[], str], command: str = "") -> str:
    """The HTML that `make` returns, or a sentence when a file of the model folder is missing or damaged.

    An error that no file explains is logged with its traceback. `command` writes the file, for the sentence.
    """
    try:
        return make()
    except ArtifactError as error:
        sentence = str(error)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        logging.getLogger(__name__).exception("A part of the page failed.")
        sentence = FAILED
    hint = f" <code>{escape(command)}</code> makes it." if command else ""
    return missing(sentence, hint)


def missing(sentence: str, hint: str = "") -> str:
    """A sentence, plain text, in the place of a part, and a hint, HTML, after it."""
    return f"{_MISSING}{escape(sentence)}{hint}</p>"


def kept(make: Callable[..., str], maxsize: int) -> Callable[..., str]:
    """`make` with its last `maxsize` answers cached. An answer with a failed part is made anew the next time."""

    @lru_cache(maxsize)
    def cached(*arguments: str) -> str:
        html = make(*arguments)
        if _MISSING in html:
            raise _FailedError(html)
        return html

    def answer(*arguments: str) -> str:
        try:
            return cached(*arguments)
        except _FailedError as failed:
            return str(failed)

    return answer
