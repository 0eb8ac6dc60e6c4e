"""The schedule of a training counts its rounds, and one that cannot work is refused in a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digit.errors import SettingsError
from digit.learning.numbers.recipe import LATER_RATE, LATER_STEPS, later_fit
from digit.learning.numbers.settings import FinderSettings, FitSettings, ReaderSettings


@pytest.mark.parametrize(
    ("steps", "log_steps", "round_steps", "rounds"), [(6000, 250, 250, 24), (250, 250, 250, 1), (100, 250, 100, 1)]
)
def test_a_training_has_whole_rounds(steps: int, log_steps: int, round_steps: int, rounds: int) -> None:
    fit = FitSettings(steps, log_steps)
    assert (fit.round_steps, fit.rounds) == (round_steps, rounds)
    fit.check()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"steps": 0}, "steps should be 1 or more; received 0"),
        ({"log_steps": 0}, "log_steps should be 1 or more; received 0"),
        ({"seed": -1}, "seed should be 0 to 2147483647; received -1"),
        ({"seed": 2**31}, "seed should be 0 to 2147483647"),
        ({"warmup": 1.5}, "warmup should be 0 to 1; received 1.5"),
        ({"learning_rate": 0.0}, "learning_rate should lie between 0 and 1; received 0.0"),
        ({"ema_momentum": 1.0}, "ema_momentum should be 0 or more and below 1; received 1.0"),
        ({"precision": "float16"}, "precision should be float32 or mixed_bfloat16; received 'float16'"),
    ],
)
def test_settings_that_cannot_work_are_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        replace(FitSettings(steps=500), **change).check()  # type: ignore[arg-type]


def test_what_is_trained_by_default_is_allowed() -> None:
    """And its lines leave room for made ones, which alone have every separator."""
    for settings in (FinderSettings(), ReaderSettings()):
        settings.fit.check()
        assert settings.fit.steps % settings.fit.log_steps == 0
    reader = ReaderSettings()
    assert 0 < reader.cells + reader.found + reader.cut + reader.cheques + reader.spliced < 0.9


def test_the_second_round_is_shorter_and_slower() -> None:
    second = later_fit(FitSettings(steps=2500, log_steps=250, learning_rate=0.002, seed=3))
    assert (second.rounds, second.round_steps) == (10 * LATER_STEPS, 250)
    assert second.steps == 2500 * LATER_STEPS
    assert second.learning_rate == pytest.approx(0.002 * LATER_RATE)
    assert second.seed == 3


def test_the_second_round_of_a_short_training_is_as_long_as_the_first() -> None:
    second = later_fit(FitSettings(steps=100))
    assert (second.rounds, second.steps) == (1, 100)
