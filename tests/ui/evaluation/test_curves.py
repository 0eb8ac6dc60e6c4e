"""The curves say what the report says."""

from __future__ import annotations

import re

import numpy as np
import pytest

from digit.artifact import HISTORY, REPORT, Artifact, load_metrics
from digit.evaluation.metrics import evaluate
from digit.evaluation.report import load_report, save_report
from digit.ui.evaluation.curves import area, curves_html, served_point
from digit.ui.evaluation.systems import systems
from tests.digits import make_digits
from tests.ui.rows import records

NAMES = [
    "roc-flagship-mnist_test",
    "precision-recall-flagship-mnist_test",
    "reliability-flagship-mnist_test",
    "coverage-flagship-mnist_test",
    "training-accuracy-flagship",
    "training-loss-flagship",
]


def numbers(html: str, name: str) -> list[dict[str, str]]:
    """The rows behind one chart."""
    chart = re.findall(rf'data-name="{name}".*?class="rows" hidden>(.*?)</pre>', html, re.S)[0]
    return records(chart)


def test_every_chart_of_a_system_is_there(reported: Artifact) -> None:
    html = curves_html(systems(reported)[0], "mnist_test", 0.3)
    assert re.findall(r'data-name="([\w-]+)"', html) == NAMES
    assert "missing" not in html


def test_the_areas_average_to_that_of_the_metrics(reported: Artifact) -> None:
    html = curves_html(systems(reported)[0], "mnist_test")
    shown = re.findall(r'data-digit="\d" aria-pressed="\w+"><b>\d</b>([\d.]+)', html)[:10]
    expected = load_metrics(reported)["sets"]["mnist_test"]["roc_auc"]
    assert np.mean([float(v) for v in shown]) == pytest.approx(expected, abs=2e-4)


def test_the_last_point_of_the_coverage_is_the_accuracy(reported: Artifact) -> None:
    rows = numbers(curves_html(systems(reported)[0], "mnist_test"), NAMES[3])
    assert float(rows[-1]["coverage"]) == 1
    assert float(rows[-1]["accuracy"]) == pytest.approx(load_metrics(reported)["sets"]["mnist_test"]["accuracy"])


def test_the_reliability_holds_every_digit_once_and_the_calibration_error(reported: Artifact) -> None:
    html = curves_html(systems(reported)[0], "mnist_test")
    rows = numbers(html, NAMES[2])
    assert sum(int(row["count"]) for row in rows) == 300
    assert all(float(r["interval_low"]) <= float(r["accuracy"]) <= float(r["interval_high"]) for r in rows)
    ece = load_metrics(reported)["sets"]["mnist_test"]["ece"]
    assert f"Calibration error {100 * ece:.2f} %" in html


def test_what_is_served_is_marked_where_the_margin_puts_it(reported: Artifact) -> None:
    report = load_report(reported.path / REPORT)["mnist_test"]
    best = np.sort(report.probabilities.astype(np.float32), axis=1)
    sure = best[:, -1] - best[:, -2] >= 0.7
    answered, accuracy = served_point(report, 0.7)
    assert answered == pytest.approx(sure.mean())
    assert accuracy == pytest.approx((report.predictions == report.labels)[sure].mean())


@pytest.mark.parametrize(("name", "stays"), [(REPORT, "training-loss"), (HISTORY, "coverage")])
def test_a_lost_file_costs_its_part_alone(reported: Artifact, name: str, stays: str) -> None:
    (reported.path / name).unlink()
    html = curves_html(systems(reported)[0], "mnist_test")
    assert name in "".join(re.findall(r'<p class="missing">([^<]+)', html))
    assert f'data-name="{stays}' in html


def test_a_set_of_one_digit_has_no_roc_and_says_why(reported: Artifact) -> None:
    labels = np.full(20, 9, np.uint8)
    probabilities = np.full((20, 10), 0.01, np.float32)
    probabilities[:, 9] = 0.91
    save_report(reported.path / REPORT, {"nines": (evaluate(labels, probabilities), make_digits(20).images)})
    html = curves_html(systems(reported)[0], "nines")
    assert "only one digit" in html
    assert 'data-name="precision-recall-flagship-nines"' in html
    assert "missing" not in html


@pytest.mark.parametrize(("value", "written"), [(0.9999973, "0.99999"), (1.0, "1.00000"), (0.98, "0.98000")])
def test_an_area_below_one_is_never_written_as_one(value: float, written: str) -> None:
    assert area(value) == written
