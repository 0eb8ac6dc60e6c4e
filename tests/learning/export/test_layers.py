"""What the blocks answer in the exported file is what they answer in Keras, and what is said of them is true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digit.artifact import BLOCKS, MODEL_INSIDE, Artifact, load_artifact, load_blocks
from digit.data.mnist import to_digit_images
from digit.errors import ArtifactError
from digit.learning.digits.presets import build_model, list_presets
from digit.learning.export import layers as inside
from digit.learning.export.layers import PARITY_TOLERANCE, activations, blocks_of, save_inside
from tests.digits import make_digits


@pytest.mark.parametrize("preset", list_presets())
def test_every_preset_has_blocks_that_are_what_they_say(preset: str) -> None:
    outputs, blocks = blocks_of(build_model(preset))
    assert len(blocks) > 0
    for output, block in zip(outputs, blocks, strict=True):
        shape = (block.maps,) if block.kind == "dense" else (block.height, block.width, block.maps)
        assert tuple(output.shape[1:]) == shape


@pytest.mark.parametrize("preset", ["flagship", "cnn_classic", "cnn_quick"])
def test_what_a_value_sees_is_what_changes_it(preset: str) -> None:
    """Measured: the pixels of the digit image that have a gradient at the middle of each map."""
    import tensorflow as tf

    model = build_model(preset, seed=0)
    outputs, blocks = blocks_of(model)
    image = tf.Variable(np.random.default_rng(0).uniform(0, 1, (1, 28, 28, 1)).astype(np.float32))
    for output, block in zip(outputs, blocks, strict=True):
        opened = tf.keras.Model(model.input, output)
        with tf.GradientTape() as tape:
            answer = opened(image)
            middle = answer if block.kind == "dense" else answer[:, block.height // 2, block.width // 2]
            value = tf.reduce_sum(middle)
        changed = np.argwhere(np.abs(tape.gradient(value, image)[0, :, :, 0]) > 0)
        seen = (changed.max(axis=0) - changed.min(axis=0) + 1).max()
        assert block.sees - 3 <= seen <= block.sees  # a ReLU that is shut, or the border, hides some of it


@pytest.mark.parametrize("preset", ["cnn_quick", "mlp_small"])
def test_the_file_answers_as_the_blocks_of_keras(tmp_path: Path, preset: str) -> None:
    import keras

    model = build_model(preset, seed=0)
    images = to_digit_images(make_digits(12).images)
    assert save_inside(model, tmp_path, images) <= PARITY_TOLERANCE
    outputs, blocks = blocks_of(model)
    expected = keras.Model(model.input, outputs)(images[..., np.newaxis], training=False)
    for ours, theirs, block in zip(activations(tmp_path / MODEL_INSIDE, images), expected, blocks, strict=True):
        theirs = keras.ops.convert_to_numpy(theirs)
        assert ours.shape == theirs.shape
        assert ours.shape[-1] == block.maps
        np.testing.assert_allclose(ours, theirs, atol=PARITY_TOLERANCE * np.abs(theirs).max())


def test_the_bundled_file_is_of_the_bundled_network() -> None:
    import keras

    artifact = load_artifact()
    assert artifact.inside is not None
    images = to_digit_images(make_digits(12).images)
    model = keras.saving.load_model(artifact.path / "model.keras", compile=False, safe_mode=True)
    outputs, blocks = blocks_of(model)
    assert load_blocks(artifact) == blocks
    expected = keras.Model(model.input, outputs)(images[..., np.newaxis], training=False)
    for ours, theirs in zip(activations(artifact.inside, images), expected, strict=True):
        theirs = keras.ops.convert_to_numpy(theirs)
        np.testing.assert_allclose(ours, theirs, atol=0.005 * np.abs(theirs).max())


def test_a_file_that_answers_otherwise_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, "activations", lambda path, images: [a + 1 for a in activations(path, images)])
    with pytest.raises(ArtifactError, match="of a block's largest activation"):
        save_inside(build_model("mlp_small", seed=0), tmp_path, to_digit_images(make_digits(4).images))
    assert not (tmp_path / BLOCKS).exists()


@pytest.mark.parametrize("content", ["[]", "{}", '{"blocks": [{"kind": "dense"}]}', '{"blocks": 3}', "{"])
def test_a_damaged_description_is_an_error_of_the_artifact(reported: Artifact, content: str) -> None:
    (reported.path / BLOCKS).write_text(content)
    with pytest.raises(ArtifactError):
        load_blocks(reported)
