"""The Numbers part shows the figures of `reader.json`, or says that there is none."""

from __future__ import annotations

import json
import re
from typing import Any

from digit.artifact import READER_SETTINGS, Artifact
from digit.ui.evaluation.numbers import numbers_html
from digit.ui.tabs.evaluation import part_html


def figures(lines: int, right: int, digits: int, errors: int) -> dict[str, Any]:
    return {"lines": lines, "right": right, "digits": digits, "errors": errors}


REPORT: dict[str, Any] = {
    "beam": 1,
    "model": {"parameters": 650_000, "tflite_bytes": 2_600_000},
    "metrics": {
        "validation": {"greedy": figures(100, 90, 400, 12), "beam": figures(100, 95, 400, 6), "ece": 0.008},
        "held_out_cheques": {"greedy": figures(200, 180, 900, 27), "beam": figures(200, 186, 900, 20), "ece": None},
        "mnist_test_gaps": {"10": 0.98, "0": 0.9, "-6": 0.4},
    },
}


def write(artifact: Artifact, report: object) -> str:
    (artifact.path / READER_SETTINGS).write_text(json.dumps(report), encoding="utf-8")
    return part_html(artifact, "numbers", "flagship", "mnist_test")


def test_cheques_are_the_score_and_every_set_has_its_row(reported: Artifact) -> None:
    html = write(reported, REPORT)
    assert re.findall(r'data-metric="lines_right">([^<]+)<', html) == ["90.0 %"]
    assert re.findall(
        r'<th scope="row">([^<]+)</th><td>(\d+)</td><td>([^<]+)</td><td>([^<]+)</td><td>([^<]+)<', html
    ) == [
        ("Held-out cheques", "200", "90.0 %", "3.0 %", "not measured"),
        ("Validation lines", "100", "90.0 %", "3.0 %", "0.8 %"),
    ]
    assert "650,000 parameters, 2.6 MB" in html


def test_the_figures_are_those_of_the_way_it_is_served(reported: Artifact) -> None:
    html = write(reported, REPORT | {"beam": 8})
    assert re.findall(r'data-metric="lines_right">([^<]+)<', html) == ["93.0 %"]


def test_the_curve_goes_from_overlapping_to_apart(reported: Artifact) -> None:
    html = write(reported, REPORT)
    numbers = re.findall(r'<pre class="rows" hidden>(\[\["gap[^<]*)</pre>', html)[0]
    assert json.loads(numbers)[1:] == [["-6", "0.4"], ["0", "0.9"], ["10", "0.98"]]
    assert "Digits 6 pixels into each other: 40 % of the lines read entirely right" in html
    assert "Digits touching: 90 %" in html


def test_without_a_line_reader_it_says_how_to_make_one(reported: Artifact) -> None:
    html = numbers_html(reported)
    assert "This model has no reader of whole lines (reader.json)" in html
    assert "<code>python train.py numbers --into DIR</code> makes it." in html


def test_a_damaged_file_costs_its_part_alone(reported: Artifact) -> None:
    assert 'class="missing"' in write(reported, [])
    assert 'class="missing"' in write(reported, {"metrics": {"held_out_cheques": {"greedy": {"lines": 0}}}})
    (reported.path / READER_SETTINGS).write_bytes(b"\x00")
    assert "reader.json is not JSON" in numbers_html(reported)
