"""The exported file answers as the network does, and a file that does not is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digit.artifact import MODEL_BROWSER
from digit.data.mnist import to_digit_images
from digit.errors import ArtifactError
from digit.learning.digits.presets import build_model
from digit.learning.export.convert import check_parity, keras_logits, open_export, save_browser_network, save_network
from digit.recognition.litert import LiteModel
from tests.digits import make_digits


def test_both_files_answer_as_the_network(tmp_path: Path) -> None:
    import keras

    model = build_model("cnn_classic", seed=0)
    images = to_digit_images(make_digits(50).images)
    difference = save_network(model, tmp_path / "m.keras", tmp_path / "m.tflite", images)
    assert difference < 1e-4
    again = keras.saving.load_model(tmp_path / "m.keras", safe_mode=True)
    np.testing.assert_allclose(keras_logits(again, images), LiteModel(tmp_path / "m.tflite")(images), atol=1e-4)


def test_another_network_is_noticed(tmp_path: Path) -> None:
    images = to_digit_images(make_digits(20).images)
    save_network(build_model("cnn_classic", seed=0), tmp_path / "m.keras", tmp_path / "m.tflite", images)
    with pytest.raises(ArtifactError, match="differ by"):
        check_parity(build_model("cnn_classic", seed=1), tmp_path / "m.tflite", images)


def test_the_browsers_file_takes_one_digit_image_and_answers_as_the_network(tmp_path: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter

    model = build_model("cnn_classic", seed=0)
    images = to_digit_images(make_digits(20).images)
    path = tmp_path / MODEL_BROWSER
    model.save(tmp_path / "m.keras", include_optimizer=False)
    assert save_browser_network(model, tmp_path / "m.keras", path, images) < 0.05
    (given,) = Interpreter(str(path)).get_input_details()
    assert given["shape_signature"].tolist() == [1, 28, 28, 1], "the runtime of the browser takes no open batch"
    np.testing.assert_allclose(open_export(path)(images), keras_logits(model, images), atol=0.05)
