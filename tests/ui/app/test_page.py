"""The page offers one documented endpoint, and names its model with its figure."""

from __future__ import annotations

import inspect
import json

import pytest

from digit.artifact import METRICS, Artifact
from digit.recognizer import Recognizer
from digit.ui.app.page import build_page, launch_options, model_line


def test_only_the_two_readings_are_public_endpoints(recognizer: Recognizer) -> None:
    info = build_page(recognizer).get_api_info()
    assert list(info["named_endpoints"]) == ["/predict", "/read_number"]
    assert info["unnamed_endpoints"] == {}
    assert "handwritten digit" in info["named_endpoints"]["/predict"]["description"]


def test_the_model_line_has_the_accuracy_or_goes_without(reported: Artifact) -> None:
    assert "91.67 % of MNIST's test digits read correctly" in model_line(reported)
    (reported.path / METRICS).unlink()
    assert model_line(reported) == "<p>Model: flagship 1.0</p>"


@pytest.mark.parametrize(
    "metrics",
    [
        [],
        {"sets": []},
        {"sets": {"mnist_test": {"accuracy": "<b>high</b>"}}},
        {"sets": {"mnist_test": {"accuracy": None}}},
        {"sets": {"mnist_test": {"accuracy": 10**400}}},
        {"sets": {"mnist_test": {"accuracy": float("nan")}}},
        {"sets": {"mnist_test": {"accuracy": 99.6}}},
    ],
)
def test_figures_of_another_kind_are_left_out(reported: Artifact, metrics: object) -> None:
    (reported.path / METRICS).write_text(json.dumps(metrics), encoding="utf-8")
    assert model_line(reported) == "<p>Model: flagship 1.0</p>"


def test_files_of_visitors_are_deleted_within_hours(recognizer: Recognizer) -> None:
    every, age = build_page(recognizer).delete_cache or (0, 0)
    assert 0 < every <= age <= 3600


def test_every_event_is_timed(recognizer: Recognizer) -> None:
    events = [event.fn for event in build_page(recognizer).fns.values() if event.fn is not None]
    assert len(events) > 5
    assert all(inspect.iscoroutinefunction(event) for event in events)


def test_nothing_records_what_visitors_do() -> None:
    options = launch_options()
    assert options["run_history"] is False
    assert options["enable_monitoring"] is False
    assert all(sheet.is_file() for sheet in options["css_paths"])
