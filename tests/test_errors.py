"""The tree of errors is the one that is drawn at the top of its file."""

from __future__ import annotations

import inspect
import re

import pytest

import digit
from digit import errors

ALL = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, Exception)]


def test_every_error_is_a_digit_error() -> None:
    """`except DigitError` catches all that this package raises on purpose, and the drawn tree names each."""
    assert {error.__name__ for error in ALL} == set(re.findall(r"\w+Error\b", str(errors.__doc__)))
    assert all(issubclass(error, errors.DigitError) for error in ALL)


def test_wrong_values_are_value_errors() -> None:
    """Code that expects Python's own ValueError for a bad picture or setting gets it."""
    assert issubclass(errors.PictureError, ValueError)
    assert issubclass(errors.SettingsError, ValueError)
    assert not issubclass(errors.ArtifactError, ValueError)


@pytest.mark.parametrize("error", ALL)
def test_errors_are_public_and_documented(error: type[Exception]) -> None:
    """Each can be had from `digit` itself and says in a sentence what it means."""
    assert getattr(digit, error.__name__) is error
    assert str(error.__doc__).rstrip().endswith(".")


def test_the_message_is_the_sentence() -> None:
    """What a page shows is exactly what was written."""
    sentence = "This file is empty."
    assert str(errors.PictureError(sentence)) == sentence
