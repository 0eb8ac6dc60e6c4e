"""Which systems the Evaluation tab offers: the artifact always, the others as far as their files can be used."""

from __future__ import annotations

import json
from typing import Any

import pytest

from digit.artifact import METRICS, Artifact, load_metrics
from digit.evaluation.report import load_report
from digit.ui.evaluation.systems import comparison_trouble, set_title, systems
from tests.ui.comparisons import add_comparison, row


def test_without_a_comparison_there_is_the_artifact_alone(reported: Artifact) -> None:
    (only,) = systems(reported)
    assert (only.name, only.title, only.kind) == ("flagship", "flagship 1.0", "preset")
    assert only.figures == load_metrics(reported)["sets"]["mnist_test"]
    assert comparison_trouble(reported) is None


def test_the_artifact_comes_first_with_its_own_figures(reported: Artifact) -> None:
    add_comparison(reported.path)
    found = systems(reported)
    assert [s.name for s in found] == ["flagship", "mlp_small", "knn"]
    assert found[0].figures["errors"] == load_metrics(reported)["sets"]["mnist_test"]["errors"] != 30
    assert found[0].figures["latency_ms"] == 0.5
    for system in found:
        report = load_report(system.report)["mnist_test"]
        assert len(report.mistake_index) == system.figures["errors"]
    assert [s.history is not None for s in found] == [True, True, False]
    assert comparison_trouble(reported) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"systems": 3}', '{"rows": []}', '{"systems": [1, {}]}', "\ud800"])
def test_a_damaged_comparison_leaves_the_artifact_and_a_sentence(reported: Artifact, content: str) -> None:
    (reported.path / "comparison.json").write_text(content, encoding="utf-8", errors="surrogatepass")
    assert [s.name for s in systems(reported)] == ["flagship"]
    assert "comparison.json" in (comparison_trouble(reported) or "")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../../report"},
        {"name": ""},
        {"name": 3},
        {"title": None},
        {"kind": "oracle"},
        {"accuracy": "<b>high</b>"},
        {"errors": True},
        {"bytes": 10**400},
        {"ece": float("nan")},
    ],
)
def test_a_row_that_is_not_as_it_should_be_is_left_out_and_counted(reported: Artifact, change: dict[str, Any]) -> None:
    add_comparison(reported.path)
    path = reported.path / "comparison.json"
    comparison = json.loads(path.read_text())
    comparison["systems"][1] |= change
    path.write_text(json.dumps(comparison), encoding="utf-8")
    assert [s.name for s in systems(reported)] == ["flagship", "knn"]
    assert "1 of 3 systems" in (comparison_trouble(reported) or "")


def test_a_system_without_its_report_is_named(reported: Artifact) -> None:
    add_comparison(reported.path)
    (reported.path / "comparison" / "knn.npz").unlink()
    assert [s.name for s in systems(reported)] == ["flagship", "mlp_small"]
    assert "Knn" in (comparison_trouble(reported) or "")


def test_without_metrics_the_artifact_has_no_figures_and_no_crash(reported: Artifact) -> None:
    (reported.path / METRICS).unlink()
    assert systems(reported)[0].figures == {}


def test_sets_have_names_for_people() -> None:
    assert set_title("mnist_test") == "MNIST test"
    assert set_title("my_own_set") == "my own set"
    assert row("a", "preset", "A")["name"] == "a"
