"""The page offers one documented endpoint, and names its model with its figure."""

from __future__ import annotations

from digit.artifact import METRICS, Artifact
from digit.recognizer import Recognizer
from digit.ui.page import build_page, launch_options, model_line


def test_predict_is_the_only_public_endpoint(recognizer: Recognizer) -> None:
    info = build_page(recognizer).get_api_info()
    assert list(info["named_endpoints"]) == ["/predict"]
    assert info["unnamed_endpoints"] == {}
    assert "handwritten digit" in info["named_endpoints"]["/predict"]["description"]


def test_the_model_line_has_the_accuracy_or_goes_without(reported: Artifact) -> None:
    assert "read 91.67 % of MNIST's test digits" in model_line(reported)
    (reported.path / METRICS).unlink()
    assert model_line(reported) == "<p>Model: flagship 1.0</p>"


def test_nothing_records_what_visitors_do() -> None:
    options = launch_options()
    assert options["run_history"] is False
    assert options["enable_monitoring"] is False
    assert all(sheet.is_file() for sheet in options["css_paths"])
