"""The Evaluation tab shows the artifact's own figures; a missing or damaged file costs its part alone."""

from __future__ import annotations

import re

import pytest

from digit.artifact import HISTORY, METRICS, REPORT, Artifact, load_metrics
from digit.ui.evaluation import accuracy_percent, evaluation_html


def test_headline_and_classes_are_those_of_the_metrics(reported: Artifact) -> None:
    figures = load_metrics(reported)["sets"]["mnist_test"]
    html = evaluation_html(reported)
    assert f'data-metric="accuracy">{accuracy_percent(figures["accuracy"])}<' in html
    assert f'data-metric="errors">{figures["errors"]}<' in html
    for name in ("precision", "recall", "f1"):
        shown = re.findall(rf'data-metric="{name}">([\d.]+)<', html)
        assert shown == [f"{100 * row[name]:.2f}" for row in figures["per_class"]]
    assert re.findall(r'data-metric="support">(\d+)<', html) == ["30"] * 10


def test_confusion_and_mistakes_agree_with_the_report(reported: Artifact) -> None:
    html = evaluation_html(reported)
    errors = load_metrics(reported)["sets"]["mnist_test"]["errors"]
    right = [int(count) for count in re.findall(r'<td class="right">(\d+)', html)]
    wrong = [int(count) for count in re.findall(r'<td class="wrong"[^>]*>(\d+)', html)]
    assert sum(right) == 300 - errors
    assert sum(wrong) == errors
    assert html.count("<figure data-index=") == errors


def test_the_curves_have_a_point_for_each_epoch(reported: Artifact) -> None:
    html = evaluation_html(reported)
    points = re.findall(r'<polyline class="\w+" points="([^"]+)"', html)
    assert [len(line.split()) for line in points] == [4, 4, 4, 4]
    assert "4 epochs" in html


@pytest.mark.parametrize(
    ("name", "stays"), [(METRICS, "Every mistake"), (REPORT, "Each digit"), (HISTORY, "Every mistake")]
)
@pytest.mark.parametrize("damage", ["missing", "damaged", "empty"])
def test_a_lost_file_is_named_and_the_rest_stays(reported: Artifact, name: str, stays: str, damage: str) -> None:
    path = reported.path / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"PK\x03\x04 not any more" if damage == "damaged" else b"")
    html = evaluation_html(reported)
    assert name in "".join(re.findall(r'<p class="missing">([^<]+)</p>', html))
    assert stays in html


def test_metrics_of_another_shape_are_no_crash(reported: Artifact) -> None:
    (reported.path / METRICS).write_text('{"sets": {"mnist_test": []}}', encoding="utf-8")
    assert 'class="missing"' in evaluation_html(reported)
