"""Scenes are pictures of their size, of many kinds, and the same for the same seed."""

from __future__ import annotations

import numpy as np

from digit.data.synthesis.scenes import scene, texture


def test_scenes_are_grey_pictures_that_differ() -> None:
    scenes = [scene(96, np.random.default_rng(seed)) for seed in range(40)]
    assert {(one.shape, one.dtype) for one in scenes} == {((96, 96), np.dtype(np.uint8))}
    contrasts = [float(one.std()) for one in scenes]
    assert min(contrasts) < 15
    assert max(contrasts) > 40
    np.testing.assert_array_equal(scenes[3], scene(96, np.random.default_rng(3)))


def test_textures_have_one_strength_and_many_sizes() -> None:
    textures = [texture(96, np.random.default_rng(seed)) for seed in range(40)]
    assert all(abs(float(one.std()) - 1) < 0.01 for one in textures)
    steps = [float(np.abs(np.diff(one, axis=1)).mean()) for one in textures]
    assert max(steps) > 5 * min(steps)
