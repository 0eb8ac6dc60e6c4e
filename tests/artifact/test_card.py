"""The model card says what the settings and the figures say."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from huggingface_hub import ModelCard

from digit.artifact import ArtifactConfig
from digit.artifact.card import model_card
from digit.data.augmentation import AugmentationSettings
from digit.errors import ArtifactError
from digit.learning.digits.presets import GEOMETRY

METRICS: dict[str, Any] = {
    "sets": {"mnist_test": {"count": 10_000, "accuracy": 0.9966, "errors": 34, "macro_f1": 0.9965, "ece": 0.0037}},
    "model": {"parameters": 326_826, "tflite_bytes": 1_309_056, "latency_ms": 0.31},
    "training": {"epochs": 14},
}


def config(datasets: dict[str, Any], augmentation: AugmentationSettings | None) -> ArtifactConfig:
    return ArtifactConfig(
        preset="flagship",
        version="1.0",
        labels=[str(digit) for digit in range(10)],
        temperature=0.888,
        energy_threshold=-2.776,
        unsure_margin=0.477,
        preprocessing_version=1,
        created="2026-01-02T03:04:05+00:00",
        seed=2,
        datasets=datasets,
        training={"augmentation": None if augmentation is None else asdict(augmentation)},
        libraries={},
    )


def test_figures_and_data_sets_are_named() -> None:
    card = model_card(config({"mnist": {"train": 57_046}, "usps": {"train": 7_291}}, AugmentationSettings()), METRICS)
    assert "| mnist_test | 10,000 | 99.66 % | 34 | 0.9965 | 0.37 % |" in card
    assert "mnist (57,046 digits), usps (7,291 digits)" in card
    assert "usps add other hands" in card
    assert "326,826 parameters, 1,309 kB" in card


@pytest.mark.parametrize(
    ("augmentation", "sentence"),
    [
        (AugmentationSettings(), "pens, papers and cameras are imitated."),
        (GEOMETRY, "were not imitated, so expect less of photos"),
        (None, "were not imitated, so expect less of photos"),
    ],
)
def test_only_what_was_imitated_is_said_to_be(augmentation: AugmentationSettings | None, sentence: str) -> None:
    assert sentence in model_card(config({"mnist": {"train": 57_046}}, augmentation), METRICS)


def test_the_header_is_what_the_hub_reads() -> None:
    card = ModelCard(model_card(config({"mnist": {"train": 57_046}}, None), METRICS))
    results = {r.metric_type: r.metric_value for r in card.data.eval_results or []}
    assert results == {"accuracy": 0.9966, "f1": 0.9965, "ece": 0.0037}
    assert (card.data.pipeline_tag, card.data.datasets) == ("image-classification", ["ylecun/mnist"])
    assert 'load_recognizer("path/to/this/folder")' in card.text
    assert "![" not in card.text


def test_a_published_card_loads_its_own_repository() -> None:
    card = model_card(config({}, None), METRICS, repo="someone/digit", revision="v1.0", confusion=True)
    assert 'load_recognizer("someone/digit", revision="v1.0")' in card
    assert "](figures/confusion-matrix.png)" in card


def test_figures_that_are_missing_are_named() -> None:
    with pytest.raises(ArtifactError, match=r"The model card needs a figure that is missing: 'latency_ms'"):
        model_card(config({}, None), {**METRICS, "model": {"parameters": 1, "tflite_bytes": 2}})


def test_networks_for_numbers_have_their_section() -> None:
    """With `reader.json` the card tells how numbers are read; without, that the bundled networks do it."""
    score = {"pictures": 231, "accuracy": 0.9, "rows_too_many": 3, "calibration_error": 0.025}
    reader = {
        "model": {
            "parameters": {"finder": 261_344, "reader": 655_232},
            "bytes": {"finder": 300_000, "reader": 700_000},
        },
        "metrics": {"held_out": {"cheques": score}, "mnist_test_gaps": {"10": 0.96, "0": 0.95, "-4": 0.5}},
    }
    told = model_card(config({}, None), METRICS, reader=reader)
    assert "| amounts on bank cheques | 231 | 90.0 % | 3 | 2.5 % |" in told
    assert "together 1,000 kB" in told
    assert "with the bundled networks" not in told
    assert "with the bundled networks" in model_card(config({}, None), METRICS)
    with pytest.raises(ArtifactError, match="missing"):
        model_card(config({}, None), METRICS, reader={"beam": 1, "metrics": {}})
