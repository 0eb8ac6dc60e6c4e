"""Settings of a line reader that cannot work are refused in a sentence."""

from __future__ import annotations

import pytest

from digit.errors import SettingsError
from digit.learning.numbers.settings import LineSettings


def test_settings_that_cannot_work_are_refused() -> None:
    with pytest.raises(SettingsError, match="cheques and spliced"):
        LineSettings(cheques=0.7, spliced=0.7).check()
    with pytest.raises(SettingsError, match="five numbers"):
        LineSettings(filters=(8, 8)).check()
    with pytest.raises(SettingsError, match="multiple of 250, or less; received 251"):
        LineSettings(steps=251).check()
    with pytest.raises(SettingsError, match="seed should be 0 to 2147483647; received -1"):
        LineSettings(seed=-1).check()
    LineSettings(steps=100).check()
    with pytest.raises(SettingsError, match="steps should be 1 or more"):
        LineSettings(steps=0).check()
