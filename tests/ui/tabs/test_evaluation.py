"""The Evaluation tab shows the artifact's own figures; a missing or damaged file costs its part alone."""

from __future__ import annotations

import json
import re

import pytest

from digit.artifact import HISTORY, METRICS, REPORT, Artifact, load_metrics
from digit.evaluation.report import load_report
from digit.recognizer import Recognizer
from digit.ui.evaluation.systems import accuracy_percent
from digit.ui.tabs.evaluation import PARTS, part_html, shell_html
from tests.ui.comparisons import add_comparison


def overview(artifact: Artifact, system: str = "flagship", set_name: str = "mnist_test") -> str:
    return part_html(artifact, "overview", system, set_name)


def test_score_facts_and_classes_are_those_of_the_metrics(reported: Artifact) -> None:
    figures = load_metrics(reported)["sets"]["mnist_test"]
    html = overview(reported)
    assert f'data-metric="accuracy">{accuracy_percent(figures["accuracy"])}<' in html
    assert f'data-metric="errors">{figures["errors"]}<' in html
    assert f'data-metric="macro_f1">{figures["macro_f1"]:.4f}<' in html
    assert f'data-metric="roc_auc">{figures["roc_auc"]:.5f}<' in html
    assert f'data-metric="ece">{100 * figures["ece"]:.2f} %<' in html
    for name in ("precision", "recall", "f1"):
        shown = re.findall(rf'data-metric="{name}">([\d.]+)<', html)
        assert shown == [f"{100 * row[name]:.2f}" for row in figures["per_class"]]
    assert re.findall(r'data-metric="support">(\d+)<', html) == ["30"] * 10


def test_matrix_and_mistakes_agree_with_the_report(reported: Artifact) -> None:
    html = overview(reported)
    errors = load_metrics(reported)["sets"]["mnist_test"]["errors"]
    right, wrong = (
        [int(n) for n in re.findall(rf'<td class="{kind}".*?class="count">(\d+)<', html)] for kind in ("right", "wrong")
    )
    assert sum(right) == 300 - errors
    assert sum(wrong) == errors
    shown = re.findall(r'data-label="(\d)" data-guess="(\d)" data-place', html)
    assert sum(label != guess for label, guess in shown) == errors


def test_another_model_has_its_own_numbers(reported: Artifact) -> None:
    add_comparison(reported.path)
    html = overview(reported, "mlp_small")
    assert 'data-metric="errors">6<' in html
    shown = re.findall(r'data-label="(\d)" data-guess="(\d)" data-place', html)
    assert [one for one in shown if one[0] != one[1]] == [("4", "9")] * 6
    assert 'data-metric="parameters">1,000<' in html
    assert "Other sets" not in html
    assert 'class="missing"' not in html


def test_the_choice_has_every_model_with_its_sets(reported: Artifact) -> None:
    add_comparison(reported.path)
    html = shell_html(reported)
    assert re.findall(r'<option value="(\w+)">', html) == ["flagship", "mlp_small", "knn"]
    assert re.findall(r'<optgroup label="(\w+)">', html) == ["Networks", "Baselines"]
    assert html.count('aria-selected="true"') == 1
    assert [name for name in PARTS if f'id="part-{name}"' not in html] == []
    (reported.path / "comparison.json").write_text("{", encoding="utf-8")
    assert 'class="missing">comparison.json cannot be read' in shell_html(reported)


@pytest.mark.parametrize(
    ("name", "part", "stays"),
    [
        (METRICS, "overview", "Which digits it confuses"),
        (REPORT, "overview", "Macro F1"),
        (HISTORY, "curves", "Can its confidence be trusted"),
    ],
)
@pytest.mark.parametrize("damage", ["missing", "damaged", "empty"])
def test_a_lost_file_is_named_and_the_rest_stays(
    reported: Artifact, name: str, part: str, stays: str, damage: str
) -> None:
    path = reported.path / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"PK\x03\x04 not any more" if damage == "damaged" else b"")
    html = part_html(reported, part, "flagship", "mnist_test")
    assert name in "".join(re.findall(r'<p class="missing">(.*?)</p>', html))
    assert stays in html
    assert "Model" in shell_html(reported)


@pytest.mark.parametrize(
    "metrics", [[], {"sets": {"mnist_test": []}}, {"sets": {"mnist_test": {"accuracy": 0.9, "errors": 999}}}]
)
def test_metrics_of_another_shape_are_no_crash(reported: Artifact, metrics: object) -> None:
    (reported.path / METRICS).write_text(json.dumps(metrics), encoding="utf-8")
    html = overview(reported)
    assert 'class="missing"' in html
    assert "Which digits it confuses" in html


@pytest.mark.parametrize(
    ("part", "system", "set_name"),
    [
        ("overview", "oracle", "mnist_test"),
        ("overview", "flagship", "<b>"),
        ("<b>", "flagship", "mnist_test"),
        ("", "", ""),
    ],
)
def test_what_is_not_there_gives_a_sentence(reported: Artifact, part: str, system: str, set_name: str) -> None:
    html = part_html(reported, part, system, set_name)
    assert 'class="missing"' in html
    assert "<b>&" not in html
    assert "'<b>'" not in html


def test_markup_in_the_files_does_not_reach_the_page(reported: Artifact) -> None:
    add_comparison(reported.path)
    path = reported.path / "comparison.json"
    content = path.read_text().replace("Mlp Small", "<img src=x onerror=alert(1)>").replace("2026-01-02", "<script>")
    path.write_text(content, encoding="utf-8")
    for html in (shell_html(reported), overview(reported, "mlp_small")):
        assert "<img src=x" not in html
        assert "<script>" not in html


def test_numbers_on_the_page_are_those_of_the_bundled_artifact(recognizer: Recognizer) -> None:
    artifact = recognizer.artifact
    html = overview(artifact)
    figures = load_metrics(artifact)["sets"]["mnist_test"]
    test = load_report(artifact.path / REPORT)["mnist_test"]
    assert len(test.mistake_index) == figures["errors"]
    assert f'data-metric="errors">{figures["errors"]:,}<' in html
    for name in ("precision", "recall", "f1"):
        shown = re.findall(rf'data-metric="{name}">([\d.]+)<', html)
        assert shown == [f"{100 * row[name]:.2f}" for row in figures["per_class"]]
    assert 'class="missing"' not in html
