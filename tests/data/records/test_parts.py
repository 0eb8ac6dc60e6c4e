"""The parts of real pictures never change: a changed hash would train the next model on what it is measured with."""

from __future__ import annotations

from collections import Counter

import pytest

from digit.data.records.parts import part_of


def test_the_parts_are_fixed_for_ever() -> None:
    assert Counter(part_of(f"a_car_{i:06}.jpg", 4) for i in range(1000)) == {
        "train": 756,
        "held_out": 211,
        "validation": 33,
    }
    pinned = {"6455.jpg": "train", "born_K2697_0115a-FM": "held_out", "0.jpg": "held_out", "32.jpg": "validation"}
    assert {name: part_of(name) for name in pinned} == pinned


def test_a_fifth_is_held_out_and_a_twentieth_is_validation() -> None:
    shares = Counter(part_of(f"{i}.jpg") for i in range(20_000))
    assert shares["held_out"] / 20_000 == pytest.approx(0.2, abs=0.01)
    assert shares["validation"] / 20_000 == pytest.approx(0.05, abs=0.005)


def test_what_is_held_out_does_not_depend_on_the_share_of_the_validation() -> None:
    names = [f"{i}.jpg" for i in range(500)]
    held_out = [{name for name in names if part_of(name, share) == "held_out"} for share in (0, 4, 30)]
    assert held_out[0] == held_out[1] == held_out[2]
    assert not any(part_of(name, 0) == "validation" for name in names)
