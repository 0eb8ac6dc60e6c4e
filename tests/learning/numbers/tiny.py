"""Settings of networks so small that they are built, trained and exported in seconds."""

from __future__ import annotations

from digit.learning.numbers.settings import FinderSettings, FitSettings, ReaderSettings

FIT = FitSettings(steps=2, log_steps=2, learning_rate=1e-2)
FINDER = FinderSettings(filters=(2, 3, 4), blocks=((3, 3), (1, 7)), pages=3, side=64, fit=FIT)
READER = ReaderSettings(filters=(2, 2, 3, 3, 4), columns=448, fit=FIT)
